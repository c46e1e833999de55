import * as fc from 'fast-check';
import { loadConfig } from '../../src/cli/config/config-file.ts';
import { configText } from '../../src/cli/config/config-text.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import { UsageError } from '../../src/model/errors.ts';
import { clusterOf, foundContainer, harvestOf, podContainer, podOf, scanWith } from '../../test/fleet.ts';
import { checkInventory } from '../inventories.ts';
import { jsonBytes } from '../json.ts';
import { scratchFile, scratchFolder } from '../scratch.ts';
import { holds, orRefused, type Target } from '../target.ts';

const whole = {
  ownership: {
    keys: ['team', 'example.com/owner'],
    aliases: { payments: ['Payments', 'team-payments'] },
    imageLabels: ['org.example.team'],
    mapping: [{ team: 'platform', namespace: ['kube-*', 'shop'], labels: { app: ['web', 'w?b'] }, override: true }],
  },
  ignore: [{ container: 'istio-proxy', image: '*/nginx:*' }],
  unreadable: [{ node: 'fargate-*', runtimeClass: 'kata', reason: 'No agent can run there' }],
};

const yaml = `ownership:
  keys: &keys [team, owner]
  imageLabels: *keys
  mapping:
    - team: platform   # a comment
      namespace: "kube-*"
ignore:
  - { container: istio-proxy }
`;

const line = fc.constantFrom(
  'ownership:',
  '  keys: [team]',
  '  keys: team',
  '  mapping:',
  '  - team: a',
  '    namespace: b',
  'ignore:',
  '- {}',
  '&a [*a]',
  '<<: *a',
  '? a',
  ': b',
  '---',
  '...',
  '!!binary a',
  '|',
  '\t',
  '"',
);

/** A config: it is refused with a place for each fault, or printed, read again, and used. */
export const target: Target = {
  id: 'config',
  seeds: () => [jsonBytes(whole), Buffer.from(yaml)],
  shaped: fc.array(line, { maxLength: 10 }).map((lines) => Buffer.from(lines.join('\n'))),
  words: [
    'ownership:',
    'keys:',
    'mapping:',
    '- ',
    '&a',
    '*a',
    '<<: ',
    '? ',
    '!!',
    '---\n',
    '|\n',
    '>\n',
    '#',
    '{',
    '}',
    '[',
    ']',
    '\n  ',
    '\t',
  ],
  isJson: true,
  run: async (input) => {
    const loaded = await orRefused([UsageError], () => load(input));
    if (loaded === null) return;
    const again = await load(Buffer.from(configText(loaded)));
    holds(JSON.stringify(again.config) === JSON.stringify(loaded.config), 'printed and read again the config is another');
    const pod = podOf('web', [podContainer('a')]);
    const scans = [scanWith(foundContainer('a'), []), scanWith(foundContainer('b', { labels: { team: 'x' } }), [])];
    checkInventory(joinInventory(harvestOf({ scans, config: loaded.config, directory: { state: 'asked', clusters: [clusterOf([pod])] } })));
  },
};

function load(bytes: Buffer) {
  const file = scratchFile('supercargo.yaml', bytes);
  return loadConfig(file, {
    workingDirectory: scratchFolder(),
    homeDirectory: scratchFolder(),
    env: {},
    signal: new AbortController().signal,
  });
}

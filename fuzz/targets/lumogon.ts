import { readLumogonReport } from '../../src/collect/lumogon.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import { CollectError } from '../../src/model/errors.ts';
import { harvestOf } from '../../test/fleet.ts';
import { checkInventory, checkPrints } from '../inventories.ts';
import { anyJson, jsonBytes, parsedJson } from '../json.ts';
import { holds, orRefused, type Target } from '../target.ts';

const container = (name: string, capabilities: object) => ({
  $schema: 'http://puppet.com/lumogon/core/draft-01/schema#1',
  container_id: name.padEnd(64, '0'),
  container_name: `/${name}`,
  capabilities,
});
const report = {
  $schema: 'http://puppet.com/lumogon/core/draft-01/schema#1',
  generated: '2017-05-09 07:59:24.287008012 +0000 UTC m=+60.09',
  owner: 'default',
  group: ['default'],
  client_version: { BuildVersion: 'development' },
  reportid: '1',
  containers: {
    a: container('a', {
      dpkg: { payload: { bash: '5.2-1', 'libc6:amd64': '2.36-9' } },
      host: { payload: { os: 'linux', platform: 'debian', platformfamily: 'debian', platformversion: '12' } },
      label: {
        payload: { team: 'payments', 'io.kubernetes.pod.uid': 'u', 'io.kubernetes.pod.name': 'p', 'io.kubernetes.pod.namespace': 'n' },
      },
    }),
    b: container('b', { apk: { payload: { musl: '1.2-r0' } }, rpm: { payload: { error: 'no rpm' } }, label: { payload: null } }),
    c: container('c', { dpkg: { payload: { error: 'cannot' } }, diff: { payload: { '/a': 'Added' } } }),
  },
};

/** A report of Lumogon, joined and printed. */
export const target: Target = {
  id: 'lumogon',
  seeds: () => [jsonBytes(report)],
  shaped: anyJson,
  words: ['"payload"', '"dpkg"', '"apk"', '"rpm"', '"host"', '"label"', '"error"', 'null'],
  isJson: true,
  isHeavy: true,
  run: async (input) => {
    const scans = await orRefused([CollectError], () => readLumogonReport(parsedJson(input), 'report.json'));
    if (scans === null) return;
    for (const { status, message, contents } of scans.scans)
      holds(status === 'read' ? contents.length > 0 : message !== null, 'not read, and nobody says why');
    const inventory = joinInventory(harvestOf(scans));
    checkInventory(inventory);
    await checkPrints(inventory);
  },
};

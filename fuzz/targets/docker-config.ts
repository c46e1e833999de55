import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { resolveDockerEndpoint } from '../../src/collect/docker/endpoint.ts';
import { CollectError } from '../../src/model/errors.ts';
import { anyJson, jsonBytes, parsedJson } from '../json.ts';
import { scratchFile, scratchFolder } from '../scratch.ts';
import { holds, orRefused, pack, type Target, unpack } from '../target.ts';

const meta = (Host: string) => jsonBytes({ Name: 'prod', Metadata: {}, Endpoints: { docker: { Host, SkipTLSVerify: false } } });

/** config.json of the docker CLI, and beside it the one context that its store has. */
export const target: Target = {
  id: 'docker-config',
  seeds: () =>
    ['unix:///var/run/docker.sock', 'tcp://engine.example:2376', 'ssh://me@engine.example'].map((host) =>
      pack(jsonBytes({ currentContext: 'prod' }), meta(host)),
    ),
  shaped: fc.tuple(anyJson, anyJson).map(([config, context]) => pack(config, context)),
  words: [
    '"currentContext":"prod"',
    '"Endpoints"',
    '"docker"',
    '"Host"',
    '"SkipTLSVerify"',
    'tcp://',
    'ssh://',
    'unix://',
    'null',
    '{}',
    '../',
  ],
  run: async (input) => {
    const [config = input, context = input] = unpack(input, 2);
    rmSync(`${scratchFolder()}/docker`, { recursive: true, force: true });
    scratchFile('docker/config.json', config);
    scratchFile(`docker/contexts/meta/${createHash('sha256').update(nameIn(config)).digest('hex')}/meta.json`, context);
    const surroundings = { env: { DOCKER_CONFIG: `${scratchFolder()}/docker` }, homeDirectory: '/nowhere', isSocket: async () => false };
    const endpoint = await orRefused([CollectError], () => resolveDockerEndpoint({ host: null, context: null }, surroundings));
    if (endpoint === null) return;
    holds(endpoint.chosenBy.startsWith('context '), 'nobody chose it');
    if (endpoint.kind !== 'unix') holds(endpoint.host !== '' && !/[\s/]/.test(endpoint.host), `a host that is none: ${endpoint.host}`);
  },
};

function nameIn(config: Buffer): string {
  const { currentContext } = (parsedJson(config) ?? {}) as { readonly currentContext?: unknown };
  return typeof currentContext === 'string' ? currentContext : 'prod';
}

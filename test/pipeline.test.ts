import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { planOf } from '../src/cli/flags/collect-flags.ts';
import { defaultConfig } from '../src/model/config.ts';
import { UsageError } from '../src/model/errors.ts';
import { collectInventory, walkOwners } from '../src/pipeline.ts';

// A machine without Docker.
vi.mock('../src/collect/docker.ts', () => ({ docker: { id: 'docker', collect: async () => null } }));

const surroundings = {
  ...{ env: {}, homeDirectory: '/nonexistent', signal: new AbortController().signal, stdin: () => Readable.from([]), note: () => {} },
  ...{ generator: { name: 'supercargo', version: '1' }, now: () => new Date(0), progress: () => {} },
};
const plan = planOf({}, defaultConfig);

test('nothing to read: that is wrong use, with the ways out', async () => {
  const refused = collectInventory(plan, surroundings);
  await expect(refused).rejects.toThrow(UsageError);
  for (const way of ['--docker-host', '--kubeconfig', '--rootfs', 'supercargo demo']) await expect(refused).rejects.toThrow(way);
});

test('nobody to ask for an owner: not that there is no such pod', async () => {
  const refused = walkOwners('shop/web', plan, surroundings);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow('There is nobody to ask: no Docker, no Podman and no cluster was found.');
});

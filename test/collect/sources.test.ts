import { Readable } from 'node:stream';
import { beforeEach, expect, test, vi } from 'vitest';
import { planOf } from '../../src/cli/flags/collect-flags.ts';
import type { CollectContext } from '../../src/collect/collector.ts';
import { askForOwners, findContainers } from '../../src/collect/sources.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { UsageError } from '../../src/model/errors.ts';

const collect = vi.fn();
vi.mock('../../src/collect/docker.ts', () => ({ docker: { id: 'docker', collect: () => collect() } }));
beforeEach(() => void collect.mockReset().mockResolvedValue(null));

const runOf = (flags: Parameters<typeof planOf>[0]): CollectContext => ({
  plan: planOf(flags, defaultConfig),
  ...{ env: {}, homeDirectory: '/nonexistent', signal: new AbortController().signal, stdin: () => Readable.from([]), note: () => {} },
});

test('a source that was opened is closed when a later one throws', async () => {
  const close = vi.fn();
  const source = { kind: 'docker', name: 'engine', version: null, containers: 0, error: null };
  collect.mockResolvedValue({ source, targets: [], close });
  await expect(findContainers(runOf({ source: ['docker'], rootfs: ['/nonexistent'] }))).rejects.toThrow(UsageError);
  expect(close).toHaveBeenCalledTimes(1);
});

test('what is not there has failed where it was named, and is nothing where it was looked for', async () => {
  const named = runOf({ source: ['docker', 'kubernetes'] });
  const error = 'Docker was asked for, and neither Docker nor Podman was found. Set --docker-host.';
  expect((await findContainers(named)).sources).toEqual([{ kind: 'docker', name: 'docker', version: null, containers: 0, error }]);
  // A team that nobody could be asked for is not known.
  expect((await askForOwners(named)).directory.state).toBe('failed');

  const lookedFor = runOf({});
  expect((await findContainers(lookedFor)).sources).toEqual([]);
  expect(await askForOwners(lookedFor)).toMatchObject({ directory: { state: 'absent' }, sources: [] });
});

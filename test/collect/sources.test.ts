import { expect, test, vi } from 'vitest';
import { planOf } from '../../src/cli/flags/collect-flags.ts';
import type { CollectContext } from '../../src/collect/collector.ts';
import { findContainers } from '../../src/collect/sources.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { UsageError } from '../../src/model/errors.ts';

const closeDocker = vi.fn();
vi.mock('../../src/collect/docker.ts', () => ({
  docker: {
    id: 'docker',
    collect: async () => ({
      source: { kind: 'docker', name: 'engine', version: null, containers: 0, error: null },
      targets: [],
      close: closeDocker,
    }),
  },
}));

const runOf = (flags: Parameters<typeof planOf>[0]): CollectContext => ({
  plan: planOf(flags, defaultConfig),
  ...{ env: {}, homeDirectory: '/nonexistent', signal: new AbortController().signal, note: () => {} },
});

test('a source that was opened is closed when a later one throws', async () => {
  await expect(findContainers(runOf({ source: ['docker'], rootfs: ['/nonexistent'] }))).rejects.toThrow(UsageError);
  expect(closeDocker).toHaveBeenCalledTimes(1);
});

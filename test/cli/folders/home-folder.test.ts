import type os from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { homeFolder, noHome } from '../../../src/cli/folders/home-folder.ts';

vi.mock('node:os', async (original) => {
  const real = await original<typeof os>();
  return { ...real, default: real, homedir: vi.fn(real.homedir) };
});
afterEach(() => vi.unstubAllEnvs());

test.each([
  ['/home/user', '/home/user'],
  ['', noHome],
  ['home', noHome],
])('with HOME=%s the home folder is %s', (home, expected) => {
  vi.stubEnv('HOME', home);
  expect(homeFolder()).toBe(expected);
});

test('a user whom no line of the passwd file names has none', async () => {
  const { homedir } = await import('node:os');
  vi.mocked(homedir).mockImplementationOnce(() => {
    throw Object.assign(new Error('uv_os_homedir returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
  });
  expect(homeFolder()).toBe(noHome);
});

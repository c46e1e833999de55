import { expect, test } from 'vitest';
import { findCacheFolder } from '../../../src/cli/folders/cache-folder.ts';
import { noHome } from '../../../src/cli/folders/home-folder.ts';

test.each([
  [{}, '/home/user', '/home/user/.cache/supercargo'],
  [{ XDG_CACHE_HOME: '' }, '/home/user', '/home/user/.cache/supercargo'],
  [{ XDG_CACHE_HOME: '/var/cache' }, '/home/user', '/var/cache/supercargo'],
  [{ XDG_CACHE_HOME: '/var/cache' }, noHome, '/var/cache/supercargo'],
  // The specification has a relative one ignored.
  [{ XDG_CACHE_HOME: 'cache' }, '/home/user', '/home/user/.cache/supercargo'],
  [{}, noHome, null],
])('with %j and the home %j the cache is in %j', (env, home, expected) => {
  expect(findCacheFolder(env, home)).toBe(expected);
});

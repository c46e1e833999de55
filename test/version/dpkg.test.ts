import { describe, it } from 'vitest';
import { compareDpkgVersions } from '../../src/version/dpkg.ts';
import { expectChain } from './chain.ts';

describe('compareDpkgVersions', () => {
  it.each([
    ['numbers compare by value', '1.2 < 1.9 < 1.10 < 1.100 < 2.0'],
    ['leading zeros do not count', '1.1 = 1.01 = 1.001 < 1.2'],
    ['a missing number is zero', '1.a = 1.a0 < 1.a1'],
    ['numbers may be longer than any number type', '1.99999999999999999998 < 1.99999999999999999999 < 1.100000000000000000000'],
    ['a longer version is later', '1 < 1.0 = 1.00 < 1.0.0 < 1.0.1'],
    ['a tilde sorts before everything, even the end', '1.0~~ < 1.0~~a < 1.0~ < 1.0~alpha < 1.0~rc1 < 1.0 < 1.0a'],
    ['letters sort before other characters', '1.0 < 1.0Z < 1.0a < 1.0z < 1.0+ < 1.0.'],
    ['capitals sort before small letters', '1A < 1Z < 1a'],
    ['the epoch comes first', '9.9 < 1:0.1 < 2:0.0.1 < 10:0'],
    ['no epoch is epoch 0', '1.0 = 0:1.0 = 00:1.0 < 1:0'],
    ['a colon after the epoch is a part of the version', '1:1 < 1:1:1 < 1:1:2'],
    ['the revision comes last', '1.0-9 < 1.0.1-1 < 1.0.1-2 < 1.0.1-10'],
    ['no revision is revision 0', '1.0 = 1.0-0 = 1.0-00 < 1.0-0a < 1.0-1'],
    ['only the last hyphen begins the revision', '1.0-9 < 1.0-1-1 < 1.0-2-0'],
    ['a backport sorts before what it was made from', '1.2-3~deb12u1 < 1.2-3 < 1.2-3+b1 < 1.2-3+deb12u1'],
    ['a rebuild of Ubuntu sorts before an update of Debian', '2.7-13 < 2.7-13ubuntu1 < 2.7-13+deb9u1'],
  ])('%s', (_, chain) => expectChain(compareDpkgVersions, chain));

  it.each([
    ['an empty version, part or revision', "'' = 0 = 0- = : = 0: < 1"],
    ['a version that begins with a letter', '1 < a < b1'],
    ['what is not digits is no epoch', '9 < a:1 < b:1'],
    ['characters outside ASCII sort like other characters', '1 < 1z < 1+ < 1ä < 1é'],
  ])('takes what dpkg refuses: %s', (_, chain) => expectChain(compareDpkgVersions, chain));
});

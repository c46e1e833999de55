import { describe, it } from 'vitest';
import { compareAlpmVersions } from '../../src/version/alpm.ts';
import { expectChain } from './chain.ts';

describe('compareAlpmVersions', () => {
  it.each([
    ['as vercmp(8) has it', '1.0a < 1.0b < 1.0beta < 1.0p < 1.0pre < 1.0rc < 1.0 < 1.0.a < 1.0.1'],
    ['and numbers', '1 < 1.0 < 1.1 < 1.1.1 < 1.2 < 2.0 < 3.0.0 < 10.0'],
    ['letters behind a number are of a version before it', '6.10rc1-1 < 6.10rc2-1 < 6.10-1 < 6.10.1-1'],
    ['also where they were meant to be later', '1.1.1v-1 < 1.1.1w-1 < 1.1.1-1'],
    ['leading zeros do not count', '1.1 = 1.01 = 1.001 < 1.2'],
    ['numbers may be longer than any number type', '99999999999999999998 < 99999999999999999999 < 100000000000000000000'],
    ['which characters separate does not matter', '1.0 = 1_0 = 1+0 = 1~0 = 1^0 < 1.1'],
    ['how many of them does', '1.1 < 1.9 < 1..a < 1..1 < 1...0'],
    ['digits right behind letters come before what is separated', '1.a < 1.a1 < 1.a.a < 1.a.1'],
    ['letters compare by code, capitals first', '1.A < 1.Z < 1.a < 1.aa < 1.b < 1.0'],
    ['the epoch comes first', '9.9-9 < 1:0.1-1 < 2:0.0.1-1 < 10:0-1'],
    ['no epoch is epoch 0', '1.0-1 = 0:1.0-1 = 00:1.0-1 < 1:0-1'],
    ['then the version, then the release', '1.0-9 < 1.0.1-1 < 1.0.1-1.1 < 1.0.1-2 < 1.0.1-10'],
    ['no release sorts before every release', '1.0 < 1.0-0 < 1.0-1'],
    ['the empty version comes after letters alone', "a < '' < 0"],
  ])('%s', (_, chain) => expectChain(compareAlpmVersions, chain));
});

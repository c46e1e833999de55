import { describe, expect, it } from 'vitest';
import { compareRpmSegments, compareRpmVersions } from '../../src/version/rpm.ts';
import { expectChain } from './chain.ts';

describe('compareRpmSegments', () => {
  it.each([
    ['numbers compare by value', '1.2 < 1.9 < 1.10 < 1.100 < 2.0'],
    ['leading zeros do not count', '1.1 = 1.01 = 1.001 < 1.2'],
    ['numbers may be longer than any number type', '99999999999999999998 < 99999999999999999999 < 100000000000000000000'],
    ['separators do not matter, nor how many', '1.0 = 1_0 = 1+0 = 1..0 = .1.0. < 1.1'],
    ['digits and letters part without a separator', '1a1 = 1.a.1 < 1ab'],
    ['a longer version is later', '1 < 1.a < 1.0 < 1.0.0'],
    ['letters sort before numbers', '1.0 < 1.0.rc1 < 1.0.0'],
    ['letters compare by code, capitals first', '1A < 1Z < 1a < 1aa < 1b'],
    ['a tilde sorts before everything, even the end', '1~~ < 1~ < 1~^ < 1~a < 1~1 < 1 < 1a'],
    ['a caret sorts after the end, before all else', '1 < 1^~ < 1^ < 1^^ < 1^a < 1^1 < 1a < 1.0'],
    ['a separator before tilde and caret does not matter', '1.~rc1 = 1~rc1 < 1 < 1.^git1 = 1^git1'],
    ['characters outside ASCII separate', '1.1 = 1.1α = 1.1ß < 1.1α1 = 1.1.1'],
  ])('%s', (_, chain) => expectChain(compareRpmSegments, chain));

  it('knows neither epoch nor release: colon and hyphen separate', () => {
    expect(compareRpmSegments('1:2-3', '1.2.3')).toBe(0);
  });
});

describe('compareRpmVersions', () => {
  it.each([
    ['the epoch comes first', '9.9-9 < 1:0.1-1 < 2:0.0.1-1 < 10:0'],
    ['no epoch is epoch 0', '1.0-1 = 0:1.0-1 = 00:1.0-1 = :1.0-1 < 1:0'],
    ['what is not digits is no epoch', '~:1 < a:1 < b:1 < 1 = .:1'],
    ['then the version, then the release', '1.0-9 < 1.0.1-1 < 1.0.1-2 < 1.0.1-10'],
    ['no release sorts before every release', '1.0 < 1.0-~ < 1.0- < 1.0-0 < 1.0-1'],
    ['only the last hyphen begins the release', '1-9 < 1-1-1 < 1-2-0'],
    ['the tag of a distribution counts', '1-1.el8 < 1-1.el8_1 < 1-1.el9 < 1-1.fc40 < 1-1.0 < 1-2.el8'],
    ['a snapshot stands between releases', '1.0~rc1-1 < 1.0-1 < 1.0^20240101git-1 < 1.0^20240202git-1 < 1.0.1-1'],
    ['the empty version is lower than any other', "'' < a < 0"],
  ])('%s', (_, chain) => expectChain(compareRpmVersions, chain));
});

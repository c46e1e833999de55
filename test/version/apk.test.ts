import { describe, it } from 'vitest';
import { compareApkVersions } from '../../src/version/apk.ts';
import { expectChain } from './chain.ts';

describe('compareApkVersions', () => {
  it.each([
    ['numbers compare by value', '1.2 < 1.9 < 1.10 < 1.100 < 2.0'],
    ['numbers may be longer than any number type', '1.99999999999999999998 < 1.99999999999999999999 < 1.100000000000000000000'],
    ['a longer version is later', '1 < 1.0 < 1.0.0 < 1.0.1'],
    ['the first number compares by value, leading zeros or not', '1 = 01 = 001 < 002 < 010'],
    ['a later number with a leading zero compares as text', '1.0 < 1.00 < 1.0015 < 1.002 < 1.01 < 1.05 < 1.1 < 1.5 < 1.10'],
    ['one letter may follow the numbers', '1.0 < 1.0a < 1.0b < 1.0z < 1.0.0'],
    ['suffixes before the release', '1_alpha < 1_beta < 1_pre < 1_rc < 1'],
    ['suffixes after the release', '1 < 1_cvs < 1_svn < 1_git < 1_hg < 1_p'],
    ['a suffix may have a number', '1_rc < 1_rc0 < 1_rc1 = 1_rc01 < 1_rc2 < 1_rc10 < 1'],
    ['suffixes may follow each other', '1_alpha_pre2 < 1_alpha < 1_alpha2 < 1_alpha_p1 < 1_beta_alpha'],
    ['a letter and more numbers are more than a suffix', '1_p9 < 1a_rc1 < 1a < 1.0_rc1 < 1.0'],
    ['the revision comes last', '1.0 < 1.0-r0 < 1.0-r1 = 1.0-r01 < 1.0-r2 < 1.0-r10 < 1.0_p1 < 1.0.1-r0'],
    ['a pre-release with a revision is still one', '1_rc1 < 1_rc1-r5 < 1_rc2 < 1-r0'],
    ['a hash compares as text, between suffix and revision', '1 < 1-r1 < 1~0a < 1~0a-r1 < 1~0a1 < 1~f < 1_git1 < 1_git1~0a < 1.0~a'],
  ])('%s', (_, chain) => expectChain(compareApkVersions, chain));

  it.each([
    ['nothing at all', "'' < .1 < a < v1.0 < 0"],
    ['a version that stops being valid sorts before one that ends there', '1_rc1 < 1! < 1-1 < 1-r < 1-rc1 < 1 < 1-r0'],
    ['capital letters', '1_rc1 < 1A < 1B < 1 < 1a'],
    ['a second letter, or a number after it', '1a1 < 1ab < 1a < 1a_p1'],
    ['an unknown suffix', '1_alpha < 1_alphabet < 1_foo < 1_foo1 < 1'],
    ['an empty number', '1. < 1.. < 1..0 < 1 < 1.0'],
    ['a hash without lower-case hexadecimal digits', '1~ < 1~F < 1~g < 1'],
    ['anything after the hash but a revision', '1~a.1 < 1~a_p1 < 1~a~b < 1~a < 1~a-r0'],
    ['anything after the revision', '1-r1-r1 < 1-r1.1 < 1-r1a < 1-r1 < 1-r2'],
  ])('takes what is not valid: %s', (_, chain) => expectChain(compareApkVersions, chain));
});

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { rpmManifest } from '../../src/parse/rpm/manifest.ts';
import { checkTextDatabase, linesOf } from '../database.ts';
import type { Target } from '../target.ts';

const value = fc.constantFrom('a', '1-2', '1.2.3-4.cm2', '(none)', '0', '17', 'x86_64', 'a-1-2.src.rpm', 'gpg-pubkey', '');

export const target: Target = {
  id: 'rpm-manifest',
  seeds: () => [readFileSync('fixtures/rpm-manifest/container-manifest-2')],
  shaped: linesOf(fc.array(value, { minLength: 9, maxLength: 11 }).map((texts) => texts.join('\t'))),
  words: ['\t', '\n', '(none)', '-', 'gpg-pubkey', '.src.rpm', '99999999999'],
  run: (input) => {
    checkTextDatabase(rpmManifest, [input]);
  },
};

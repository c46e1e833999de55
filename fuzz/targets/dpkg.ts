import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { dpkg } from '../../src/parse/dpkg.ts';
import { corpusFiles } from '../corpus.ts';
import { checkTextDatabase, linesOf } from '../database.ts';
import { holds, type Target } from '../target.ts';

const images = 'fixtures/demo/images';
const field = fc.constantFrom('Package', 'Status', 'Version', 'Architecture', 'Source', 'package', 'STATUS', 'Description', '');
const value = fc.constantFrom(
  'a',
  '1:2-3',
  'install ok installed',
  'deinstall ok config-files',
  'purge ok not-installed',
  'src (1)',
  'src (',
  '',
);

export const target: Target = {
  id: 'dpkg',
  seeds: () => [
    readFileSync('fixtures/dpkg/hard-cases/status'),
    readFileSync('fixtures/dpkg/distroless/status.d/tzdata'),
    readFileSync(`${images}/debian-12/var/lib/dpkg/status`),
    ...corpusFiles('dpkg', 'var/lib/dpkg/status'),
  ],
  shaped: linesOf(
    fc.oneof(
      fc.tuple(field, value).map(([name, text]) => `${name}: ${text}`),
      fc.constantFrom('', ' more', '\tmore', ' .'),
    ),
  ),
  words: [
    'Package: a\n',
    'Status: install ok installed\n',
    'Version: 1\n',
    'Source: b (2)\n',
    'Architecture: all\n',
    '\n\n',
    ':',
    ' ',
    '(',
    ')',
  ],
  run: (input) => {
    const { packages } = checkTextDatabase(dpkg, [input]);
    // The last stanza of a package counts, and so none of the file is there twice.
    const keys = new Set(packages.map(({ name, architecture }) => `${name}\0${architecture}`));
    holds(keys.size === packages.length, 'a package is there twice');
  },
};

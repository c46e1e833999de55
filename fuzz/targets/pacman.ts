import * as fc from 'fast-check';
import { pacman } from '../../src/parse/pacman.ts';
import { checkTextDatabase, linesOf } from '../database.ts';
import { holds, pack, type Target, unpack } from '../target.ts';

const bash = '%NAME%\nbash\n\n%VERSION%\n5.2.037-1\n\n%BASE%\nbash\n\n%ARCH%\nx86_64\n\n%LICENSE%\nGPL-3.0-or-later\n\n';
const glibc =
  '%NAME%\nglibc\n\n%VERSION%\n2.40+r16+gaa533d58ff-2\n\n%LICENSE%\nGPL-2.0-or-later\nLGPL-2.0-or-later\n\n%VALIDATION%\npgp\n\n';
const heading = fc.constantFrom('%NAME%', '%VERSION%', '%BASE%', '%ARCH%', '%LICENSE%', '%FILES%', '%%', '%name%');

/** A folder of two packages. */
export const target: Target = {
  id: 'pacman',
  seeds: () => [pack(Buffer.from(bash), Buffer.from(glibc))],
  shaped: fc.tuple(...[1, 2].map(() => linesOf(fc.oneof(heading, fc.constantFrom('', 'a', '1-1', ' '))))).map((files) => pack(...files)),
  words: ['%NAME%\n', '%VERSION%\n', '%BASE%\n', '%ARCH%\n', '%LICENSE%\n', '\n\n', 'a\n'],
  run: (input) => {
    const { packages, diagnostics } = checkTextDatabase(pacman, unpack(input, 2));
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    holds(packages.length + errors.length === 2, 'of each folder there is a package, or it is said that there is none');
  },
};

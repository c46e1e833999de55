import * as fc from 'fast-check';
import type { PackageRecord } from '../../src/model/package.ts';
import { pacman } from '../../src/parse/pacman.ts';
import { checkTextDatabase, linesOf } from '../database.ts';
import { holds, pack, type Target, unpack } from '../target.ts';

const bash = '%NAME%\nbash\n\n%VERSION%\n5.2.037-1\n\n%BASE%\nbash\n\n%ARCH%\nx86_64\n\n%LICENSE%\nGPL-3.0-or-later\n\n';
const glibc =
  '%NAME%\nglibc\n\n%VERSION%\n2.40+r16+gaa533d58ff-2\n\n%LICENSE%\nGPL-2.0-or-later\nLGPL-2.0-or-later\n\n%VALIDATION%\npgp\n\n';
const heading = fc.constantFrom('%NAME%', '%VERSION%', '%BASE%', '%ARCH%', '%LICENSE%', '%FILES%', '%%', '%name%');

const folders = ['bash-5.2.037-1', 'glibc-2.40+r16+gaa533d58ff-2'];
const paths = folders.map((folder) => `/var/lib/pacman/local/${folder}/desc`);

/** A folder of two packages. */
export const target: Target = {
  id: 'pacman',
  seeds: () => [pack(Buffer.from(bash), Buffer.from(glibc))],
  shaped: fc
    .tuple(...[1, 2].map(() => linesOf(fc.oneof(heading, fc.constantFrom('', 'a', '1-1', ' ', 'bash', '5.2.037-1')))))
    .map((files) => pack(...files)),
  words: ['%NAME%\n', '%VERSION%\n', '%BASE%\n', '%ARCH%\n', '%LICENSE%\n', '\n\n', 'a\n', 'bash\n', '5.2.037-1\n'],
  run: (input) => {
    const { packages, diagnostics } = checkTextDatabase(pacman, unpack(input, 2), paths);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    holds(packages.map(({ name, version }) => `${name}-${version}`).join() === folders.join(), 'a package is another than its folder says');
    const isKnown = ({ architecture, sourcePackage }: PackageRecord) => architecture !== null || sourcePackage !== null;
    holds(packages.filter(isKnown).length + errors.length <= 2, 'something is taken of a desc that is not believed');
  },
};

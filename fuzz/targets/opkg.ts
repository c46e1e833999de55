import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { opkg } from '../../src/parse/opkg.ts';
import { checkTextDatabase, linesOf } from '../database.ts';
import type { Target } from '../target.ts';

const field = fc.constantFrom('Package', 'Status', 'Version', 'Architecture', 'Source', 'License', 'Installed-Time');
const value = fc.constantFrom('a', '1-2', 'install user installed', 'deinstall ok not-installed', 'x86_64', 'feeds/base/a', 'GPL-2.0', '');

export const target: Target = {
  id: 'opkg',
  seeds: () => [readFileSync('fixtures/dpkg/hard-cases/status'), Buffer.from(router)],
  shaped: linesOf(
    fc.oneof(
      fc.tuple(field, value).map(([name, text]) => `${name}: ${text}`),
      fc.constantFrom('', ' more'),
    ),
  ),
  words: ['Package: a\n', 'Status: install user installed\n', 'Version: 1\n', 'License: MIT\n', 'Source: a\n', '\n\n', ':', ' '],
  run: (input) => {
    checkTextDatabase(opkg, [input]);
  },
};

const router = `Package: busybox
Version: 1.36.1-1
Depends: libc
License: GPL-2.0
Source: package/utils/busybox
Status: install user installed
Architecture: x86_64
Conffiles:
 /etc/syslog.conf 51f0e5
Installed-Time: 1700000000

`;

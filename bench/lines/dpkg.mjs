// What a small database costs on top of the start, as it is read first in a process, before anything is warm.
import { join } from 'node:path';
import { debianFolder } from '../debian.mjs';
import { output, time } from '../measure.mjs';
import { parseAlone } from '../parse-alone.mjs';

const packages = 88;

export const dpkgLines = [
  {
    id: 'dpkg-status',
    what: `a dpkg status file of ${packages} packages, without the start of Node`,
    other: 'node -e 0',
    limit: { ratio: 0.1 },
    runs: 15,
    open: (work) => {
      const reading = parseAlone(work, 'deb', join(debianFolder(work), 'var/lib/dpkg/status'), packages);
      return { own: () => Number(output(process.execPath, reading)), other: () => time(process.execPath, ['-e', '0']) };
    },
  },
];

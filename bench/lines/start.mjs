// What every run pays before it does anything.
import { debianFolder } from '../debian.mjs';
import { program, time } from '../measure.mjs';

const emptyNode = { other: 'node -e 0', time: () => time(process.execPath, ['-e', '0']) };

export const startLines = [
  {
    id: 'start-help',
    what: '`--help`',
    other: emptyNode.other,
    limit: { ratio: 1.5 },
    runs: 31,
    open: () => ({ own: () => time(process.execPath, [program, '--help']), other: emptyNode.time }),
  },
  {
    id: 'start-rootfs',
    what: '`report --rootfs` of a Debian root folder',
    other: emptyNode.other,
    limit: { ratio: 2.2 },
    runs: 31,
    open: (work) => {
      const folder = debianFolder(work);
      return { own: () => time(process.execPath, [program, 'report', '--quiet', '--rootfs', folder]), other: emptyNode.time };
    },
  },
];

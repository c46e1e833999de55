// Large rpm databases, read from a file.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeLargeDatabases } from '../large-rpm.mjs';
import { megabytesOf, time } from '../measure.mjs';
import { parseAlone } from '../parse-alone.mjs';

const packages = 2500;
const megabytes = 130;

function open(work, file) {
  const folder = join(work, 'rpm');
  if (!existsSync(folder)) writeLargeDatabases(folder, packages, megabytes);
  const reading = parseAlone(work, 'rpm', join(folder, file), packages);
  return {
    own: () => time(process.execPath, reading),
    other: () => time(process.execPath, ['-e', '0']),
    megabytes: () => megabytesOf(reading),
  };
}

export const rpmLines = [
  ['sqlite', 'SQLite', 'rpmdb.sqlite'],
  ['berkeley-db', 'Berkeley DB', 'Packages'],
].map(([id, name, file]) => ({
  id: `rpm-${id}`,
  what: `an rpm database in ${name}, ${packages.toLocaleString('en')} packages, ${megabytes} MB, with the start of Node`,
  other: 'node -e 0',
  limit: { ratio: 4, megabytes: 120 },
  runs: 11,
  open: (work) => open(work, file),
}));

import { readFileSync } from 'node:fs';
import type { PackageType } from '../../src/model/package.ts';
import { type DatabaseFile, fileFromBytes } from '../../src/parse/parser.ts';
import { fixturesFolder, readDatabase } from './rpm/databases.ts';

const images = 'fixtures/demo/images';
const readImage = (path: string) => fileFromBytes(`/${path}`, readFileSync(`${images}/${path}`));
const desc = (name: string) => `%NAME%\n${name}\n\n%VERSION%\n1:13.2.1-3\n\n%BASE%\ngcc\n\n%ARCH%\nx86_64\n\n%LICENSE%\nGPL3\nLGPL\n\n`;

/** A real database for every parser that there is: who adds one is asked for it by the compiler. */
export const sampleDatabases = {
  deb: [readImage('debian-12/var/lib/dpkg/status')],
  apk: [readImage('alpine-3.20/lib/apk/db/installed')],
  rpm: readDatabase(`${fixturesFolder}ndb`),
  // Its form is that of dpkg.
  opkg: [readImage('debian-11/var/lib/dpkg/status')],
  alpm: ['gcc-libs', 'glibc'].map((name) => fileFromBytes(`/${name}/desc`, Buffer.from(desc(name)))),
} satisfies Record<PackageType, readonly DatabaseFile[]>;

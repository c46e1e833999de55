import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { type DatabaseFile, fileFromBytes } from '../../src/parse/parser.ts';
import { rpm } from '../../src/parse/rpm/rpm.ts';
import { damages } from '../../test/parse/rpm/damages.ts';
import { holds, pack, type Target, unpack } from '../target.ts';

/** A database, and what only SQLite has beside it: a write-ahead log, or a rollback journal. */
type Form = 'sqlite' | 'ndb' | 'berkeley-db';

// Every byte is read in the pass over the pages, and once more with its record. The rest is for what turns out to be damaged.
const mostRead = 6;
const smallest = 64 * 1024;
const mostDiagnostics = 101;

const fixtures = 'fixtures/rpm';
const nothing = Buffer.alloc(0);
const unzipped = (file: string) => gunzipSync(readFileSync(`${fixtures}/${file}`));

function seedsOf(form: Form): Buffer[] {
  return readdirSync(fixtures)
    .filter((name) => name.startsWith(form))
    .map((name) => {
      const files = readdirSync(`${fixtures}/${name}`).filter((file) => file.endsWith('.gz'));
      const partOf = (pattern: RegExp) => files.filter((file) => pattern.test(file)).map((file) => unzipped(`${name}/${file}`));
      const [[database = nothing], [log = nothing], [journal = nothing]] = [partOf(/^[^-]*$/), partOf(/-wal/), partOf(/-journal/)];
      return pack(database, log, journal);
    });
}

const besideNames = ['/db-wal', '/db-journal'];

const filesOf = (input: Buffer): DatabaseFile[] => {
  const [database = nothing, ...beside] = unpack(input, 3);
  const others = beside.map((bytes, i) => fileFromBytes(besideNames[i] ?? '', bytes));
  return [fileFromBytes('/db', database), ...others.filter(({ size }) => size > 0)];
};

const packed = (files: readonly DatabaseFile[]) =>
  pack(
    ...['/db', ...besideNames].map((name) => {
      const file = files.find(({ path }) => path === name);
      return file === undefined ? nothing : Buffer.from(file.read(0, file.size));
    }),
  );

/** What can be read is told as often as the file is long, the same twice, and with the memory of the file used again. */
function run(input: Buffer): void {
  const files = filesOf(input);
  const size = Math.max(smallest, ...files.map((file) => file.size));
  let bytesRead = 0;
  const metered = files.map(({ path, size, read }): DatabaseFile => {
    let memory = Buffer.alloc(0);
    return {
      path,
      size,
      read: (position, length) => {
        memory.fill(0xee);
        memory = Buffer.from(read(position, length));
        bytesRead += memory.length;
        return memory;
      },
    };
  });
  const result = rpm.parse(files);
  holds(isDeepStrictEqual(rpm.parse(metered), result), 'twice the same database gives two results');
  holds(bytesRead <= mostRead * files.length * size, 'the file is read over and over');
  holds(JSON.stringify(result.packages).length <= mostRead * files.length * size, 'more is given than there is');
  holds(result.diagnostics.length <= mostDiagnostics, 'more diagnostics than are told');
  holds(result.packages.length > 0 || result.diagnostics.length > 0, 'nothing was read, and nothing is said');
  for (const { name, version, architecture } of result.packages) {
    holds(name !== '' && version !== '' && architecture !== '', 'what is unknown is null, not empty');
  }
}

function targetOf(form: Form, words: readonly Buffer[]): Target {
  const seeds = seedsOf(form).sort((a, b) => a.length - b.length);
  const smallestSeeds = seeds.slice(0, 2).map((seed) => damages(filesOf(seed)));
  return {
    id: `rpm-${form}`,
    seeds: () => seeds,
    shaped: fc.oneof(...smallestSeeds).map(packed),
    words: words.map((word) => word.toString('latin1')),
    run,
  };
}

const hex = (text: string) => Buffer.from(text, 'hex');
// The entries of a header that tell of name, version and epoch, and the beginnings of pages.
const headerWords = [hex('000003e800000006'), hex('000003e900000006'), hex('000003eb00000004'), hex('000003f600000004')];

export const sqlite = () =>
  targetOf('sqlite', [
    ...headerWords,
    hex('0d00'),
    hex('05'),
    hex('0a'),
    hex('02'),
    hex('377f0682'),
    hex('377f0683'),
    hex('d9d505f920a163d7'),
  ]);
export const ndb = () =>
  targetOf('ndb', [...headerWords, Buffer.from('RpmP'), Buffer.from('Slot'), Buffer.from('BlbS'), Buffer.from('BlbE')]);
export const berkeley = () =>
  targetOf('berkeley-db', [...headerWords, hex('61150600'), hex('00061561'), hex('0702'), hex('0d02'), hex('0208'), hex('03')]);

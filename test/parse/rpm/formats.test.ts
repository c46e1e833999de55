import { describe, expect, test } from 'vitest';
import { type DatabaseFile, fileFromBytes } from '../../../src/parse/parser.ts';
import { rpm } from '../../../src/parse/rpm/rpm.ts';
import { fixturesFolder, readDatabase } from './databases.ts';

const PATH = '/var/lib/rpm/Packages';

/** A copy of the first file of a fixture. */
function bytesOf(name: string): Buffer {
  const file = readDatabase(`${fixturesFolder}${name}`)[0];
  if (file === undefined) throw new Error(`the fixture ${name} has no database`);
  return Buffer.from(file.read(0, file.size));
}

function changed(name: string, change: (bytes: Buffer) => void): Buffer {
  const bytes = bytesOf(name);
  change(bytes);
  return bytes;
}

function codesOf(files: readonly DatabaseFile[]): readonly string[] {
  return rpm.parse(files).diagnostics.map(({ severity, code }) => `${severity} ${code}`);
}

describe('what cannot be read is said', () => {
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ['an empty file', new Uint8Array(), 'error parse/rpm-empty-file'],
    ['another file', Buffer.from('Package: bash\nVersion: 5\n'), 'error parse/rpm-unknown-format'],
    ['a file of zeros', new Uint8Array(8192), 'error parse/rpm-unknown-format'],
    ['SQLite cut within its header', bytesOf('sqlite').subarray(0, 60), 'error parse/rpm-truncated'],
    ['SQLite in UTF-16', changed('sqlite', (bytes) => bytes.writeUInt32BE(2, 56)), 'error parse/rpm-unsupported'],
    [
      'SQLite with pages of a size that is none',
      changed('sqlite', (bytes) => bytes.writeUInt16BE(1000, 16)),
      'error parse/rpm-damaged-file',
    ],
    [
      'SQLite without the table',
      changed('sqlite-small-pages', (bytes) => bytes.write('packages', bytes.indexOf('Packages'))),
      'error parse/rpm-no-table',
    ],
    ['NDB cut within its head', bytesOf('ndb').subarray(0, 20), 'error parse/rpm-truncated'],
    ['NDB of a version to come', changed('ndb', (bytes) => bytes.writeUInt32LE(1, 4)), 'error parse/rpm-unsupported'],
    ['NDB without slots', changed('ndb', (bytes) => bytes.writeUInt32LE(0, 12)), 'error parse/rpm-damaged-file'],
    ['Berkeley DB cut within its first page', bytesOf('berkeley-db').subarray(0, 300), 'error parse/rpm-truncated'],
    [
      'Berkeley DB of a version before CentOS 5',
      changed('berkeley-db', (bytes) => bytes.writeUInt32LE(7, 16)),
      'error parse/rpm-unsupported',
    ],
    ['Berkeley DB that is encrypted', changed('berkeley-db', (bytes) => bytes.writeUInt8(1, 24)), 'error parse/rpm-unsupported'],
    ['Berkeley DB with a page size of none', changed('berkeley-db', (bytes) => bytes.writeUInt32LE(0, 20)), 'error parse/rpm-damaged-file'],
  ];

  test.each(cases)('%s', (_, bytes, code) => {
    expect(rpm.parse([fileFromBytes(PATH, bytes)]).packages).toEqual([]);
    expect(codesOf([fileFromBytes(PATH, bytes)])).toEqual([code]);
  });

  test('with the path of the database', () => {
    expect(rpm.parse([fileFromBytes(PATH, new Uint8Array())]).diagnostics[0]?.path).toBe(PATH);
  });
});

test('NDB that hides some of its slots gives the others, and says so', () => {
  // Its one page of slots becomes two, by a page put behind the first, of which the head does not know.
  const bytes = bytesOf('ndb');
  const slots = bytes.subarray(0, 4096);
  const hidden = Buffer.concat([slots, Buffer.from(slots).fill('Slot', 0, 4), bytes.subarray(4096)]);
  expect(codesOf([fileFromBytes(PATH, hidden)])[0]).toBe('error parse/rpm-damaged-file');
});

test('NDB of nothing but slots that lead to no header is given up', () => {
  const pages = 1000;
  const bytes = Buffer.alloc(pages * 4096);
  for (let at = 0; at < bytes.length; at += 16) {
    bytes.write('Slot', at);
    bytes.writeUInt32LE(at, at + 4);
    bytes.writeUInt32LE(1, at + 12);
  }
  bytes.write('RpmP\0\0\0\0', 0, 'latin1');
  bytes.writeUInt32LE(pages, 12);
  let reads = 0;
  const file = {
    ...fileFromBytes(PATH, bytes),
    read: (position: number, length: number) => {
      reads++;
      return bytes.subarray(position, position + length);
    },
  };
  const { packages, diagnostics } = rpm.parse([file]);
  expect(packages).toEqual([]);
  expect(diagnostics.at(-1)?.message).toBe('There are more than 100000 problems: the rest of this file is not read.');
  expect(reads).toBeLessThan(102_000);
});

test('the format is told by the bytes, not by the name', () => {
  for (const name of ['sqlite', 'ndb', 'berkeley-db']) expect(rpm.parse([fileFromBytes('x', bytesOf(name))]).packages).toHaveLength(9);
});

test('SQLite whose table begins in the midst of its tree says that the rest is missing', () => {
  const bytes = changed('sqlite-small-pages', (copy) => {
    // The record of the table in the schema: its root page is the byte after its names, Packages twice.
    const name = copy.indexOf('PackagesPackages');
    copy.writeUInt8(10, name + 'PackagesPackages'.length);
  });
  expect(codesOf([fileFromBytes(PATH, bytes)])).toContain('error parse/rpm-damaged-page');
});

describe('Berkeley DB', () => {
  test('that ends early gives the packages that are left', () => {
    const { packages, diagnostics } = rpm.parse([fileFromBytes(PATH, bytesOf('berkeley-db').subarray(0, 9 * 4096))]);
    expect(packages.length).toBeGreaterThan(0);
    expect(packages.length).toBeLessThan(9);
    expect(diagnostics[0]).toMatchObject({ code: 'parse/rpm-truncated', message: 'The file ends before its last page, 17.' });
  });

  test('has nothing behind its last page', () => {
    const bytes = bytesOf('berkeley-db');
    const twice = Buffer.concat([bytes, bytes]);
    expect(rpm.parse([fileFromBytes(PATH, twice)])).toEqual(rpm.parse([fileFromBytes(PATH, bytes)]));
  });

  test('that lost a page of items says so', () => {
    const bytes = changed('berkeley-db-small-pages', (copy) => {
      const page = Array.from({ length: copy.length / 512 }, (_, i) => i * 512).find((start) => copy[start + 25] === 13) ?? 0;
      copy[page + 25] = 0;
    });
    expect(codesOf([fileFromBytes(PATH, bytes)])).toEqual(['error parse/rpm-damaged-page']);
  });

  test('that lost the header of a page of items says so', () => {
    const bytes = changed('berkeley-db', (copy) => {
      const page = Array.from({ length: copy.length / 4096 }, (_, i) => i * 4096).find((start) => copy[start + 25] === 13) ?? 0;
      copy.fill(0, page, page + 512);
    });
    expect(codesOf([fileFromBytes(PATH, bytes)])).toEqual(['error parse/rpm-damaged-page']);
  });

  test('may count more records than it has: a copy by db_dump and db_load does', () => {
    const bytes = changed('berkeley-db', (copy) => copy.writeUInt32LE(copy.readUInt32LE(88) * 2, 88));
    expect(codesOf([fileFromBytes(PATH, bytes)])).toEqual([]);
  });

  test('whose page counts too few items says so', () => {
    const bytes = changed('berkeley-db', (copy) => {
      const page = Array.from({ length: copy.length / 4096 }, (_, i) => i * 4096).find((start) => copy[start + 25] === 13) ?? 0;
      copy.writeUInt16LE(copy.readUInt16LE(page + 20) - 2, page + 20);
    });
    expect(codesOf([fileFromBytes(PATH, bytes)])).toEqual(['error parse/rpm-damaged-page']);
  });

  test('whose chains loop gives the others', () => {
    const bytes = bytesOf('berkeley-db-small-pages');
    const overflow = Array.from({ length: bytes.length / 512 }, (_, page) => page * 512).filter((page) => bytes[page + 25] === 7);
    for (const page of overflow.slice(1, 3)) bytes.writeUInt32LE(page / 512, page + 16);
    const { packages, diagnostics } = rpm.parse([fileFromBytes(PATH, bytes)]);
    expect(packages.length).toBeGreaterThan(5);
    expect(diagnostics[0]?.code).toBe('parse/rpm-damaged-record');
  });
});

describe('the write-ahead log of SQLite', () => {
  const [main, log] = readDatabase(`${fixturesFolder}sqlite-wal`);
  if (main === undefined || log === undefined) throw new Error('the fixture sqlite-wal is not whole');
  const FRAME = 24 + 4096;
  const withLog = rpm.parse([main, log]).packages;
  const withoutLog = rpm.parse([main]).packages;

  function parseWith(change: (bytes: Buffer) => Buffer | undefined) {
    const bytes = Buffer.from(log?.read(0, log.size) ?? []);
    return rpm.parse([main as DatabaseFile, fileFromBytes(log?.path ?? '', change(bytes) ?? bytes)]);
  }

  /** Where the frames that commit begin. */
  function commits(): readonly number[] {
    const bytes = Buffer.from(log?.read(0, log.size) ?? []);
    const frames = Array.from({ length: (bytes.length - 32) / FRAME }, (_, i) => 32 + i * FRAME);
    return frames.filter((frame) => bytes.readUInt32BE(frame + 4) !== 0);
  }

  test('changes what there is', () => {
    expect(withLog).not.toEqual(withoutLog);
  });

  test('that is empty, or of another database, changes nothing', () => {
    expect(parseWith(() => Buffer.alloc(0))).toEqual({ packages: withoutLog, diagnostics: [] });
    expect(rpm.parse([main, { ...log, path: '/elsewhere/rpmdb.sqlite-wal' }])).toEqual({ packages: withoutLog, diagnostics: [] });
  });

  test('counts up to its last commit', () => {
    const last = commits().at(-1) ?? 0;
    // The last frame was not written in whole: what the transaction changed does not count.
    const { packages, diagnostics } = parseWith((bytes) => bytes.subarray(0, last));
    expect(packages).not.toEqual(withLog);
    expect(diagnostics).toEqual([]);
    expect(parseWith((bytes) => bytes.subarray(0, (commits()[0] ?? 0) - 1)).packages).toEqual(withoutLog);
  });

  test('counts up to the first frame left from before it began anew', () => {
    const { packages, diagnostics } = parseWith((bytes) => Buffer.concat([bytes, Buffer.alloc(FRAME, 1)]));
    expect({ packages, diagnostics }).toEqual({ packages: withLog, diagnostics: [] });
  });

  test.each([
    ['whose header is damaged', 26],
    ['whose first page is damaged', 32 + 24 + 1000],
    ['whose first checksum is damaged', 32 + 16],
  ])('%s is left out, and that is said', (_, position) => {
    const { packages, diagnostics } = parseWith((bytes) => {
      bytes[position] = (bytes[position] ?? 0) ^ 0xff;
      return undefined;
    });
    expect(packages).toEqual(withoutLog);
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'parse/rpm-damaged-log' }]);
  });
});

describe('the rollback journal of SQLite', () => {
  const [main, journal] = readDatabase(`${fixturesFolder}sqlite-journal`);
  if (main === undefined || journal === undefined) throw new Error('the fixture sqlite-journal is not whole');
  const RECORD = 4 + 512 + 4;
  const whole = rpm.parse([fileFromBytes('/var/lib/rpm/rpmdb.sqlite', bytesOf('sqlite-small-pages'))]).packages;
  const midway = rpm.parse([main]);

  function parseWith(change: (bytes: Buffer) => Buffer | undefined) {
    const bytes = Buffer.from(journal?.read(0, journal.size) ?? []);
    return rpm.parse([main as DatabaseFile, fileFromBytes(journal?.path ?? '', change(bytes) ?? bytes)]);
  }

  test('undoes the transaction that it is of, in all of its segments', () => {
    const { packages, diagnostics } = rpm.parse([main, journal]);
    expect({ packages, diagnostics }).toEqual({ packages: whole, diagnostics: [] });
    expect(midway.packages).not.toEqual(whole);
  });

  test('is asked for where the header of the database tells of one, and not where it keeps a log', () => {
    expect(midway.mayHaveBeside).toEqual(['-journal']);
    for (const name of ['sqlite', 'ndb', 'berkeley-db'])
      expect(rpm.parse([fileFromBytes('x', bytesOf(name))]).mayHaveBeside).toBe(undefined);
  });

  test('that is empty, or whose transaction ended, changes nothing', () => {
    expect(parseWith(() => Buffer.alloc(0))).toEqual(midway);
    expect(parseWith((bytes) => bytes.fill(0, 0, 28))).toEqual(midway);
  });

  test('may leave the number of its records open: all that are there count', () => {
    const bytes = Buffer.from(journal.read(0, journal.size));
    const starts = [0];
    for (let at = bytes.indexOf(bytes.subarray(0, 8), 1); at > 0; at = bytes.indexOf(bytes.subarray(0, 8), at + 1)) starts.push(at);
    // The segments put together into one: of each record the checksum begins with the number that the header of its segment has.
    const header = Buffer.from(bytes.subarray(0, 512));
    header.writeUInt32BE(0xffffffff, 8);
    const records = starts.flatMap((start) =>
      Array.from({ length: bytes.readUInt32BE(start + 8) }, (_, i) => {
        const record = Buffer.from(bytes.subarray(start + 512 + i * RECORD, start + 512 + (i + 1) * RECORD));
        const nonce = bytes.readUInt32BE(start + 12);
        record.writeUInt32BE((record.readUInt32BE(RECORD - 4) - nonce + header.readUInt32BE(12)) >>> 0, RECORD - 4);
        return record;
      }),
    );
    const { packages, diagnostics } = parseWith(() => Buffer.concat([header, ...records, Buffer.alloc(100)]));
    expect({ packages, diagnostics }).toEqual({ packages: whole, diagnostics: [] });
  });

  test.each([
    ['whose header is damaged', 4],
    ['with a page size that is none', 26],
    ['whose first page is damaged', 512 + 4 + 512 - 200],
    ['whose first checksum is damaged', 512 + 4 + 512],
  ])('%s is left out from there, and that is said', (_, position) => {
    const { packages, diagnostics } = parseWith((bytes) => {
      bytes[position] = (bytes[position] ?? 0) ^ 0xff;
      return undefined;
    });
    expect(packages.length).toBeLessThan(whole.length);
    expect(diagnostics[0]).toMatchObject({ severity: 'error', code: 'parse/rpm-damaged-log' });
  });

  test('that ends before its last record says so', () => {
    const { diagnostics } = parseWith((bytes) => bytes.subarray(0, 512 + 2 * RECORD + 10));
    expect(diagnostics[0]).toMatchObject({ severity: 'error', code: 'parse/rpm-damaged-log' });
  });
});

// Makes large rpm databases out of the headers of a fixture, always the same ones:
//   node bench/large-rpm.mjs FOLDER [PACKAGES] [MEGABYTES]
// writes FOLDER/rpmdb.sqlite and FOLDER/Packages. Each header is a real one, renamed, and padded with a tag of its own.
// Needs sqlite3 and db5.3_load (Debian: sqlite3, db5.3-util).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const LEAD_BYTES = 8;
const ENTRY_BYTES = 16;
const NAME = 1000;
const STRING = 6;
const BINARY = 7;
// Of no meaning to rpm: its own tags end below.
const PADDING = 0x0fff_ffff;

/** The headers of the fixture, as rpm wrote them. */
function fixtureHeaders(work) {
  const database = join(work, 'fixture.sqlite');
  writeFileSync(database, gunzipSync(readFileSync(new URL('../fixtures/rpm/sqlite/rpmdb.sqlite.gz', import.meta.url))));
  const hex = execFileSync('sqlite3', [database, "SELECT hex(blob) FROM Packages WHERE instr(blob, 'gpg-pubkey') = 0 ORDER BY hnum"], {
    encoding: 'utf8',
  });
  return hex
    .trim()
    .split('\n')
    .map((line) => Buffer.from(line, 'hex'));
}

function entry(tag, type, offset, count) {
  const bytes = Buffer.alloc(ENTRY_BYTES);
  [tag, type, offset, count].forEach((value, i) => {
    bytes.writeUInt32BE(value, i * 4);
  });
  return bytes;
}

/** The header under another name, and with as many bytes more: the new name and the padding lie behind what was there. */
function renamed(header, name, padding) {
  const count = header.readUInt32BE(0);
  const index = header.subarray(LEAD_BYTES, LEAD_BYTES + count * ENTRY_BYTES);
  const store = header.subarray(LEAD_BYTES + count * ENTRY_BYTES);
  const text = Buffer.from(`${name}\0`);
  const added = [entry(NAME, STRING, store.length + padding, 1), entry(PADDING, BINARY, store.length, padding)];
  const lead = Buffer.alloc(LEAD_BYTES);
  lead.writeUInt32BE(count + added.length, 0);
  lead.writeUInt32BE(store.length + padding + text.length, 4);
  return Buffer.concat([lead, index, ...added.reverse(), store, Buffer.alloc(padding, 'supercargo '), text]);
}

/** Headers from a fifth to nine fifths of the mean, by a fixed rule. */
function largeHeaders(headers, packages, bytes) {
  const mean = bytes / packages;
  return Array.from({ length: packages }, (_, i) => {
    const header = headers[i % headers.length];
    const wanted = Math.floor(mean * (0.2 + (1.6 * ((i * 7919) % packages)) / packages));
    return renamed(header, `cargo-${String(i).padStart(5, '0')}`, Math.max(wanted - header.length, 0));
  });
}

function writeSqlite(path, headers) {
  const rows = headers.map((header, i) => `INSERT INTO Packages VALUES(${i + 1}, x'${header.toString('hex')}');`);
  const sql = [
    'PRAGMA journal_mode = OFF;',
    'CREATE TABLE IF NOT EXISTS "Packages" (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL);',
    'BEGIN;',
    ...rows,
    'COMMIT;',
  ];
  rmSync(path, { force: true });
  execFileSync('sqlite3', [path], { input: `${sql.join('\n')}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
}

function writeBerkeley(path, headers, work) {
  const lines = [
    'VERSION=3',
    'format=bytevalue',
    'type=hash',
    'db_pagesize=4096',
    'db_lorder=1234',
    'HEADER=END',
    ' 00000000',
    ' 00000000',
  ];
  headers.forEach((header, i) => {
    const key = Buffer.alloc(4);
    key.writeUInt32LE(i + 1);
    lines.push(` ${key.toString('hex')}`, ` ${header.toString('hex')}`);
  });
  const dump = join(work, 'dump');
  writeFileSync(dump, `${[...lines, 'DATA=END'].join('\n')}\n`);
  rmSync(path, { force: true });
  execFileSync('db5.3_load', ['-f', dump, path]);
}

export function writeLargeDatabases(folder, packages = 2500, megabytes = 130) {
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'supercargo-bench-'));
  try {
    const headers = largeHeaders(fixtureHeaders(work), packages, megabytes * 1_000_000);
    writeSqlite(join(folder, 'rpmdb.sqlite'), headers);
    writeBerkeley(join(folder, 'Packages'), headers, work);
  } finally {
    rmSync(work, { recursive: true });
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [folder, packages, megabytes] = process.argv.slice(2);
  writeLargeDatabases(folder, packages && Number(packages), megabytes && Number(megabytes));
}

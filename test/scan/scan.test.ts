import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rootFolderFiles } from '../../src/collect/root-folder.ts';
import { DanglingLinkError, type FileStat, type Target, UnreadableError } from '../../src/collect/target.ts';
import { CollectError } from '../../src/model/errors.ts';
import type { DatabaseLocation } from '../../src/parse/parser.ts';
import { loadInsteadOfDatabases, parsers } from '../../src/parse/parsers.ts';
import { scanTarget } from '../../src/scan/scan.ts';
import { createSharedReads, type SharedReads } from '../../src/scan/shared-reads.ts';

const status = 'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\nArchitecture: amd64\n';
const now = () => new Date(0);
const insteadOfDatabases = await loadInsteadOfDatabases();

interface Made {
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly image?: string | null;
  readonly modified?: string;
  readonly changed?: string | null;
  readonly isInVolume?: boolean;
  /** What each inspection says: since when it runs, or null. The last is said again. */
  readonly inspections?: readonly (string | null)[];
  readonly open?: Target['open'];
  readonly changes?: readonly string[] | null;
  /** Whether its files are surely those of its image. */
  readonly isOfImage?: Target['isOfImage'];
}

function targetOf({
  files = {},
  links = {},
  image = null,
  modified = 'm',
  changed = null,
  isInVolume = false,
  inspections = ['start'],
  ...made
}: Made) {
  const { open, changes = null, isOfImage = async () => true } = made;
  const pending = [...inspections];
  const opened: string[] = [];
  const statOf = (path: string): FileStat | null => {
    const text = files[links[path] ?? path];
    if (text !== undefined) return { kind: 'file', size: text.length, modified, changed, isInVolume };
    const isFolder = path === '/' || Object.keys({ ...files, ...links }).some((file) => file.startsWith(`${path}/`));
    return isFolder ? { kind: 'directory', size: 0, modified, changed } : null;
  };
  const target: Target = {
    source: 'docker',
    container: {
      id: 'c',
      name: 'c',
      runtime: 'docker',
      labels: {},
      image: image === null ? null : { id: image, name: image, digest: null, labels: {} },
      pod: null,
      isPause: false,
    },
    inspect: async () => {
      const startedAt = pending.length > 1 ? pending.shift() : pending[0];
      return startedAt ? { startedAt, createdAt: '2026-11-02T00:00:00Z' } : null;
    },
    confirm: async () => true,
    release: () => {},
    stat: async (path) => statOf(path),
    open:
      open ??
      (async (path) => {
        opened.push(path);
        const bytes = Buffer.from(files[links[path] ?? path] as string);
        return { stat: statOf(path) as FileStat, read: (position, length) => bytes.subarray(position, position + length), close: () => {} };
      }),
    readFolder: async (path, accepts) =>
      Object.entries(files)
        .filter(([file]) => file.startsWith(`${path}/`) && accepts(file.slice(path.length + 1)))
        .map(([file, text]) => ({ name: file.slice(path.length + 1), bytes: Buffer.from(text) })),
    isOfImage,
    changes: async () => changes,
    realPath: async (path) => links[path] ?? path,
  };
  return { target, opened };
}

const scan = (made: Made, shared: SharedReads = createSharedReads()) => scanTarget(targetOf(made).target, shared, now);
const dpkg = { '/var/lib/dpkg/status': status };

/** How many files are open now, and were at the most. */
interface Opens {
  underWay: number;
  most: number;
}

/** The same container, of which to open a file takes a while. */
function slow(target: Target, opens: Opens): Target {
  const open: Target['open'] = async (...asked) => {
    opens.most = Math.max(opens.most, ++opens.underWay);
    await sleep(5);
    opens.underWay--;
    return target.open(...asked);
  };
  return { ...target, open };
}

describe('what came of it', () => {
  test.each<[string, Made, string, string | null]>([
    ['a database that is read', { files: dpkg }, 'read', null],
    ['no database, and it still runs', { files: {} }, 'no-database', null],
    ['no database, and it ended meanwhile', { files: {}, inspections: ['start', null] }, 'unread', 'gone'],
    ['it ended before', { files: dpkg, inspections: [null] }, 'unread', 'gone'],
    ['no database, and it was started anew', { files: {}, inspections: ['start', 'anew'] }, 'no-database', null],
    ['a file in the place of an rpm database that is none', { files: { '/var/lib/rpm/Packages': 'x' } }, 'unread', 'damaged'],
    ['the same beside dpkg', { files: { ...dpkg, '/var/lib/rpm/Packages': 'x' } }, 'partial', 'damaged'],
    ['garbage for a database', { files: { '/lib/apk/db/installed': 'garbage' } }, 'unread', 'damaged'],
    ['an empty database', { files: { '/var/lib/dpkg/status': '' } }, 'read', null],
    ['an empty status.d', { files: { '/var/lib/dpkg/status.d/x.md5sums': 'x' } }, 'no-database', null],
  ])('%s: %s %s', async (_, made, expected, reason) => {
    const result = await scan(made);
    expect([result.status, result.reason]).toEqual([expected, reason]);
  });

  test('one database that cannot be read leaves the others: the container is read in part', async () => {
    const { target } = targetOf({ files: { ...dpkg, '/lib/apk/db/installed': 'P:musl\nV:1\n' } });
    const open: Target['open'] = (path, most) =>
      path.includes('apk') ? Promise.reject(new UnreadableError('forbidden', 'refused')) : target.open(path, most);
    const result = await scanTarget({ ...target, open }, createSharedReads(), now);
    expect(result).toMatchObject({ status: 'partial', reason: 'forbidden', message: 'refused' });
    expect(result.contents.flatMap(({ packages }) => packages.map(({ name }) => name))).toEqual(['bash']);
  });

  test('an os-release that cannot be read leaves the packages, and the container is read in part', async () => {
    const { target } = targetOf({ files: { ...dpkg, '/etc/os-release': 'ID=a\n', '/usr/lib/os-release': 'ID=b\n' } });
    const open: Target['open'] = (path, most) =>
      path.startsWith('/etc') ? Promise.reject(new UnreadableError('timeout', 'silence')) : target.open(path, most);
    const result = await scanTarget({ ...target, open }, createSharedReads(), now);
    expect(result).toMatchObject({ status: 'partial', reason: 'timeout', message: 'silence', system: null });
    expect(result.diagnostics).toEqual([
      { severity: 'error', code: 'scan/os-release', message: 'silence', container: 'c', path: '/etc/os-release' },
    ]);
  });

  describe('a place that may not be looked at costs what is there, and nothing else', () => {
    /** What cannot be told of which paths. */
    async function scanHiding(files: Made['files'], hidden: (path: string) => UnreadableError | null) {
      const { target } = targetOf({ files: files ?? {}, changes: [] });
      const stat: Target['stat'] = async (path) => {
        const error = hidden(path);
        if (error !== null) throw error;
        return target.stat(path);
      };
      return scanTarget({ ...target, stat }, createSharedReads(), now);
    }
    const refused = (path: string) => new UnreadableError('forbidden', `Cannot read ${path}: permission denied.`);

    test.each<[string, Made['files'], string, string, readonly string[]]>([
      ['one beside dpkg', dpkg, '/var/lib/pacman', 'partial', ['alpm /var/lib/pacman/local']],
      [
        'one of dpkg, first of all',
        { '/lib/apk/db/installed': 'P:musl\nV:1\n' },
        '/var/lib/dpkg/status',
        'partial',
        ['deb /var/lib/dpkg/status'],
      ],
      ['a folder of several places, once', dpkg, '/usr/share/rpm', 'partial', ['rpm /usr/share/rpm']],
      ['one of a container without any other', {}, '/var/lib/rpm', 'unread', ['rpm /var/lib/rpm']],
      [
        'one of a tool that has one database',
        { '/var/lib/rpm/Packages': 'x' },
        '/usr/lib/sysimage',
        'unread',
        ['rpm /usr/lib/sysimage/rpm'],
      ],
    ])('%s', async (_, files, folder, status, expected) => {
      const result = await scanHiding(files, (path) => (path.startsWith(folder) ? refused(folder) : null));
      expect(result).toMatchObject({ status, drift: null });
      const hidden = result.databases.filter(({ reason }) => reason === 'forbidden');
      expect(hidden.map(({ type, path }) => `${type} ${path}`)).toEqual(expected);
      const [, path] = (expected[0] as string).split(' ');
      const told = { severity: 'error', code: 'scan/database-unread', message: refused(folder).message, container: 'c', path };
      expect(result.diagnostics).toContainEqual(told);
    });

    test('is told once of each kind that may be below', async () => {
      const { databases, message } = await scanHiding({ '/lib/apk/db/installed': 'P:musl\nV:1\n' }, (path) =>
        path.startsWith('/var/lib') ? refused('/var/lib') : null,
      );
      expect(databases.map(({ type, status }) => `${type} ${status}`)).toEqual([
        'deb unread',
        'apk read',
        'rpm unread',
        'opkg unread',
        'alpm unread',
      ]);
      expect(message).toBe('Cannot read /var/lib: permission denied.');
    });

    test('a container of which no place may be looked at is one that cannot be read, and no database', async () => {
      const result = await scanHiding(dpkg, () => refused('/'));
      expect(result).toMatchObject({
        status: 'unread',
        reason: 'forbidden',
        message: refused('/').message,
        databases: [],
        diagnostics: [],
      });
    });

    test('an engine that falls silent does so on all of them', async () => {
      const silence = new UnreadableError('timeout', 'no answer');
      const result = await scanHiding(dpkg, (path) => (path.includes('pacman') ? silence : null));
      expect(result).toMatchObject({ status: 'unread', reason: 'timeout', databases: [] });
    });
  });

  describe('a link that leads nowhere', () => {
    async function scanDangling(files: Readonly<Record<string, string>>, link: string) {
      const { target } = targetOf({ files });
      const stat: Target['stat'] = async (path) => {
        if (path === link) throw new DanglingLinkError(path, '/data');
        return target.stat(path);
      };
      return scanTarget({ ...target, stat }, createSharedReads(), now);
    }
    const message = (path: string) => `${path} is a link to /data, where nothing is.`;

    test.each<[string, Readonly<Record<string, string>>, string, string]>([
      ['alone', {}, '/var/lib/dpkg/status', 'unread'],
      ['beside another database', { '/lib/apk/db/installed': 'P:musl\nV:1\n' }, '/var/lib/dpkg/status', 'partial'],
      ['that is a folder', dpkg, '/var/lib/rpm', 'partial'],
    ])('in the place of a database is one that cannot be read: %s', async (_, files, path, status) => {
      const result = await scanDangling(files, path);
      expect(result).toMatchObject({ status, reason: 'failed', message: message(path) });
      expect(result.databases).toContainEqual(expect.objectContaining({ path, status: 'unread', reason: 'failed' }));
    });

    test('in the place of an os-release is none: images without a system keep it', async () => {
      const files = { ...dpkg, '/etc/os-release': 'ID=a\n', '/usr/lib/os-release': 'ID=b\n' };
      const result = await scanDangling(files, '/etc/os-release');
      expect(result).toMatchObject({ status: 'read', system: { id: 'b' }, diagnostics: [] });
    });
  });

  test('that nothing is there is not believed of an engine that shows not even the root', async () => {
    const result = await scanTarget({ ...targetOf({}).target, stat: async () => null }, createSharedReads(), now);
    expect(result).toMatchObject({ status: 'unread', reason: 'failed' });
  });

  test.each<[string, readonly (string | null)[], string, string | null]>([
    ['started anew once: the second inspection counts', ['first', 'second'], 'no-database', 'second'],
    ['started anew again and again: the third inspection counts', ['1', '2', '3', '4', '5', '6'], 'no-database', '5'],
    ['ended after it was started anew', ['first', 'second', null], 'unread', null],
  ])('%s', async (_, inspections, expected, startedAt) => {
    const result = await scan({ files: {}, inspections });
    expect([result.status, result.startedAt]).toEqual([expected, startedAt]);
  });

  test('a file that cannot be read is the reason', async () => {
    const open = () => Promise.reject(new UnreadableError('too-large', 'too large'));
    expect(await scan({ files: dpkg, open })).toMatchObject({ status: 'unread', reason: 'too-large', message: 'too large' });
  });

  // An engine that takes a container apart answers HEAD with 500.
  test.each<[string, readonly (string | null)[], string]>([
    ['ended', ['start', null], 'gone'],
    ['runs still', ['start'], 'failed'],
  ])('a container whose paths cannot be asked for, and which %s', async (_, inspections, reason) => {
    const stat = () => Promise.reject(new UnreadableError('failed', '500'));
    const result = await scanTarget({ ...targetOf({ inspections }).target, stat }, createSharedReads(), now);
    expect([result.status, result.reason]).toEqual(['unread', reason]);
  });

  test.each([...Object.values(parsers), ...insteadOfDatabases])(
    'of $type no file is asked for that is larger than its parser takes',
    async ({ maxBytes, locations }) => {
      const asked: number[] = [];
      const refuse = (most: number) => {
        asked.push(most);
        return Promise.reject(new UnreadableError('too-large', 'too large'));
      };
      const [location] = locations as readonly [DatabaseLocation];
      const { target } = targetOf({ files: { ['directory' in location ? `${location.directory}/x/desc` : location.path]: 'x' } });
      const open: Target['open'] = (_, most) => refuse(most);
      const readFolder: Target['readFolder'] = (_, __, most) => refuse(most);
      const result = await scanTarget({ ...target, open, readFolder }, createSharedReads(), now);
      expect([result.reason, asked]).toEqual(['too-large', [maxBytes]]);
    },
  );

  test('a damaged file of a database that is a folder is the reason', async () => {
    const local = '/var/lib/pacman/local';
    const files = { [`${local}/a-1-1/desc`]: '%NAME%\na\n\n%VERSION%\n1-1\n\n', [`${local}/b-1-1/desc`]: 'garbage\n' };
    const { status, reason, message, diagnostics } = await scan({ files });
    expect([status, reason, message]).toEqual(['partial', 'damaged', 'Of b 1-1 nothing else is known: its desc does not say the same.']);
    expect(diagnostics).toMatchObject([{ path: `${local}/b-1-1`, message }]);
  });

  describe('a database that was written while it was read in vain', () => {
    const path = '/lib/apk/db/installed';
    const whole = 'P:musl\nV:1-r0\n';

    /** It has these texts, one after another, whenever it was read; the last stays. */
    async function scanWriting(...texts: readonly string[]) {
      const files: Record<string, string> = { [path]: texts[0] as string };
      const { target, opened } = targetOf({ files });
      let written = 0;
      let asked = 0;
      const stat: Target['stat'] = async (each) => {
        if (each === path) asked++;
        const found = await target.stat(each);
        return found && { ...found, modified: String(written) };
      };
      const open: Target['open'] = async (...of) => {
        const { read, ...file } = await target.open(...of);
        const bytes = Buffer.from(read(0, file.stat.size));
        if (written < texts.length - 1) files[path] = texts[++written] as string;
        return { ...file, read: (position, length) => bytes.subarray(position, position + length) };
      };
      const result = await scanTarget({ ...target, stat, open }, createSharedReads(), now);
      return { result, opens: opened.length, asked };
    }

    test('is read again', async () => {
      const { result, opens } = await scanWriting('garbage', whole);
      expect([result.status, result.diagnostics, opens]).toEqual(['read', [], 2]);
    });

    test('is not read for ever', async () => {
      const { result, opens } = await scanWriting('garbage', 'garbage 2', 'garbage 3', whole);
      expect([result.status, result.reason, opens]).toEqual(['unread', 'damaged', 3]);
    });

    test('nor again where nobody wrote it', async () => {
      const { result, opens } = await scanWriting('garbage');
      expect([result.status, result.reason, opens]).toEqual(['unread', 'damaged', 1]);
    });

    test('and where it was read well, nothing more is asked', async () => {
      const { result, opens, asked } = await scanWriting(whole, 'garbage');
      expect([result.status, opens, asked]).toEqual(['read', 1, 1]);
    });

    // As SQLite does when the last who has it open closes it.
    test('or its log went away', async () => {
      const [database, log] = ['/var/lib/rpm/rpmdb.sqlite', '/var/lib/rpm/rpmdb.sqlite-wal'];
      const files: Record<string, string> = { [database]: 'x', [log]: 'log' };
      const { target } = targetOf({ files });
      const opened: string[] = [];
      const open: Target['open'] = async (...of) => {
        opened.push(of[0]);
        delete files[log];
        if (of[0] === log) throw new UnreadableError('failed', 'it is not there');
        return target.open(...of);
      };
      await scanTarget({ ...target, open }, createSharedReads(), now);
      expect(opened).toEqual([database, log, database]);
    });
  });

  test('a bug is thrown on, not hidden', async () => {
    await expect(scan({ files: dpkg, open: () => Promise.reject(new TypeError('bug')) })).rejects.toThrow('bug');
  });

  test('a database that links give two paths counts once', async () => {
    const files = { '/usr/lib/apk/db/installed': 'P:musl\nV:1-r0\n' };
    const links = { '/lib/apk/db/installed': '/usr/lib/apk/db/installed' };
    expect((await scan({ files, links })).databases.map(({ path }) => path)).toEqual(['/lib/apk/db/installed']);
  });

  // As rpm and apk look for theirs: packages of a database that was left behind are installed no more, or stand in the other too.
  test.each([
    ['rpmdb.sqlite, of those in one folder', '/var/lib/rpm/rpmdb.sqlite', ['/var/lib/rpm/Packages.db', '/var/lib/rpm/Packages']],
    ['Packages.db, of those in one folder', '/var/lib/rpm/Packages.db', ['/var/lib/rpm/Packages']],
    ['that of the new folder', '/usr/lib/sysimage/rpm/Packages', ['/var/lib/rpm/rpmdb.sqlite']],
    ['that of /lib', '/lib/apk/db/installed', ['/usr/lib/apk/db/installed']],
  ])('a tool that has one database takes one: %s', async (_, taken, passedOver) => {
    // Of one size and time, and yet others.
    const files = Object.fromEntries([...passedOver, taken].map((path) => [path, 'P:musl\nV:1-r0\n']));
    const { databases, diagnostics } = await scan({ files });
    expect(databases.map(({ path }) => path)).toEqual([taken]);
    const told = diagnostics.filter(({ code }) => code === 'scan/database-passed-over');
    expect(told.map(({ severity, path }) => [severity, path])).toEqual(passedOver.map((path) => ['warning', path]));
    expect(told.every(({ message }) => message.includes(taken))).toBe(true);
  });

  // Left by a conversion that was stopped, or by a tool that was once called with other settings.
  describe('one that is empty does not hide those after it', () => {
    const [first, second] = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'];
    const full = 'P:musl\nV:1-r0\n';
    const statesOf = ({ databases }: Awaited<ReturnType<typeof scan>>) =>
      databases.map(({ path, status, packages }) => `${path} ${status} ${packages}`);
    const toldOf = ({ diagnostics }: Awaited<ReturnType<typeof scan>>) => diagnostics.map(({ code, path }) => `${code} ${path}`);

    test.each([
      ['of no byte', ''],
      ['of no package', '\n\n'],
    ])('%s', async (_, empty) => {
      const result = await scan({ files: { [first]: empty, [second]: full } });
      expect([result.status, statesOf(result)]).toEqual(['read', [`${second} read 1`]]);
      expect(result.diagnostics).toEqual([
        {
          ...{ severity: 'warning', code: 'scan/database-passed-over', container: 'c', path: first },
          message: `It is passed over, for it holds no package: the apk packages are those of ${second}.`,
        },
      ]);
    });

    test('nor does one that is damaged, and empty', async () => {
      const files = { '/var/lib/rpm/rpmdb.sqlite': '', '/var/lib/rpm/Packages.db': 'x', '/var/lib/rpm/Packages': 'y' };
      const result = await scan({ files });
      expect([result.status, result.reason]).toEqual(['unread', 'damaged']);
      expect(statesOf(result)).toEqual(['/var/lib/rpm/rpmdb.sqlite unread 0', '/var/lib/rpm/Packages.db unread 0']);
      expect(toldOf(result)).toContain('scan/database-passed-over /var/lib/rpm/Packages');
    });

    test('and what cannot be read after it is not made up for: the container is read in part', async () => {
      const result = await scan({ files: { [first]: '', [second]: 'garbage' } });
      expect([result.status, result.reason]).toEqual(['partial', 'damaged']);
      expect(statesOf(result)).toEqual([`${first} read 0`, `${second} unread 0`]);
    });

    test('where all are, the first is the one', async () => {
      const result = await scan({ files: { [first]: '\n', [second]: '' } });
      expect([result.status, statesOf(result)]).toEqual(['read', [`${first} read 0`]]);
      expect(toldOf(result)).toEqual([`scan/no-packages ${first}`, `scan/database-passed-over ${second}`]);
    });

    test('and of those after one that holds packages none is opened', async () => {
      const { target, opened } = targetOf({ files: { [first]: full, [second]: full } });
      await scanTarget(target, createSharedReads(), now);
      expect(opened).toEqual([first]);
    });

    test('and that it came to be there is a change', async () => {
      const { target } = targetOf({ files: { [first]: '', [second]: full }, changes: [first] });
      const stat: Target['stat'] = async (path) => {
        const found = await target.stat(path);
        return found && { ...found, modified: `2026-11-0${path === first ? 3 : 1}T00:00:00Z` };
      };
      expect((await scanTarget({ ...target, stat }, createSharedReads(), now)).drift).toBe(true);
    });

    test.each(['rpmdb.sqlite.gz', null])('an rpm database of another format beside it: %s', async (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'supercargo-scan-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      mkdirSync(join(folder, 'var/lib/rpm'), { recursive: true });
      const unpack = (path: string) => gunzipSync(readFileSync(`fixtures/rpm/${path}`));
      writeFileSync(join(folder, 'var/lib/rpm/rpmdb.sqlite'), name === null ? '' : unpack(`sqlite-empty/${name}`));
      writeFileSync(join(folder, 'var/lib/rpm/Packages'), unpack('berkeley-db/Packages.gz'));
      const { stat, open, realPath } = rootFolderFiles(folder);
      const target: Target = {
        ...targetOf({}).target,
        stat: async (path) => stat(path),
        open: async (path, most) => open(path, most),
        realPath: async (path) => realPath(path),
      };
      const result = await scanTarget(target, createSharedReads(), now);
      expect(result).toMatchObject({ status: 'read', databases: [{ path: '/var/lib/rpm/Packages', status: 'read' }] });
      expect(result.contents[0]?.packages.length).toBeGreaterThan(1);
    });
  });

  test('dpkg has two, and both are read', async () => {
    const files = { ...dpkg, '/var/lib/dpkg/status.d/tzdata': 'Package: tzdata\nVersion: 2024a\n' };
    const { databases, diagnostics } = await scan({ files });
    expect([databases.map(({ packages }) => packages), diagnostics]).toEqual([[1, 1], []]);
  });

  test('packages of none from a file that is not empty are a diagnostic', async () => {
    const removed = 'Package: a\nStatus: deinstall ok config-files\nVersion: 1\n';
    expect((await scan({ files: { '/var/lib/dpkg/status': removed } })).diagnostics.map(({ code }) => code)).toEqual(['scan/no-packages']);
  });
});

test.each([
  ['beside it', '/var/lib/rpm/rpmdb.sqlite'],
  // SQLite follows the link, and keeps its log there.
  ['where a link leads', '/data/rpm.db'],
])('an rpm database is read with its log: %s', async (_, real) => {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-scan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = '/var/lib/rpm/rpmdb.sqlite';
  for (const each of [path, real]) mkdirSync(dirname(join(folder, each)), { recursive: true });
  for (const [ending, name] of [
    ['', 'rpmdb.sqlite.gz'],
    ['-wal', 'rpmdb.sqlite-wal.gz'],
  ] as const)
    writeFileSync(join(folder, real + ending), gunzipSync(readFileSync(`fixtures/rpm/sqlite-wal/${name}`)));
  if (real !== path) symlinkSync(real, join(folder, path));
  const { stat, open, realPath } = rootFolderFiles(folder);
  const target: Target = {
    ...targetOf({}).target,
    stat: async (each) => stat(each),
    open: async (each, most) => open(each, most),
    realPath: async (each) => realPath(each),
  };
  const { databases, contents } = await scanTarget(target, createSharedReads(), now);
  expect(databases).toMatchObject([{ path, status: 'read' }]);
  const namesIn = (list: string) =>
    readFileSync(`fixtures/rpm/sqlite-wal/${list}`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[0]);
  const names = contents.flatMap(({ packages }) => packages.map(({ name }) => name));
  expect(names.sort()).toEqual(namesIn('expected.tsv').sort());
  expect(names).not.toEqual(namesIn('expected-without-wal.tsv').sort());
});

describe('a list of packages that stands for a database', () => {
  const path = '/var/lib/rpmmanifest/container-manifest-2';
  const list = { [path]: 'a\t1-2\t0\t0\tv\t(none)\t0\tx86_64\t0\ta-1-2.src.rpm\n' };

  test('is read where there is no database', async () => {
    const { status: outcome, databases } = await scan({ files: list });
    expect([outcome, databases]).toEqual(['read', [{ type: 'rpm', path, status: 'read', reason: null, packages: 1 }]]);
  });

  test('is not asked for where there is one: an engine takes its time for every question', async () => {
    const { target } = targetOf({ files: { ...dpkg, ...list } });
    const asked: string[] = [];
    const stat: Target['stat'] = (each) => {
      asked.push(each);
      return target.stat(each);
    };
    const { databases } = await scanTarget({ ...target, stat }, createSharedReads(), now);
    expect(databases.map(({ type }) => type)).toEqual(['deb']);
    expect(asked).not.toContain(path);
  });
});

test.each(['/nix/store/x', '/var/db/pkg/x', '/var/db/xbps/x'])(
  'packages that are not read are not passed over in silence: %s',
  async (file) => {
    const { status: outcome, diagnostics } = await scan({ files: { [file]: '' } });
    expect([outcome, diagnostics]).toMatchObject([
      'no-database',
      [{ severity: 'warning', code: 'scan/unknown-database', path: dirname(file), container: 'c' }],
    ]);
    expect((await scan({ files: { ...dpkg, [file]: '' } })).diagnostics).toEqual([]);
  },
);

describe('the rollback journal of an rpm database', () => {
  const path = '/var/lib/rpm/rpmdb.sqlite';
  const unpacked = (name: string) => gunzipSync(readFileSync(`fixtures/rpm/${name}.gz`));

  /** Some files, and what was asked for of them. */
  function binaryTarget(files: Readonly<Record<string, Buffer>>) {
    const { target } = targetOf({ files: Object.fromEntries(Object.keys(files).map((file) => [file, ' '])), image: 'i' });
    const asked: string[] = [];
    const stat: Target['stat'] = (each) => {
      asked.push(each);
      return target.stat(each);
    };
    const open: Target['open'] = async (each) => {
      const bytes = files[each] as Buffer;
      const read = (position: number, length: number) => bytes.subarray(position, position + length);
      return { stat: { ...((await target.stat(each)) as FileStat), size: bytes.length }, read, close: () => {} };
    };
    return { target: { ...target, stat, open }, asked };
  }

  test('is read of the container that has one, after another of its image that has none', async () => {
    const database = unpacked('sqlite-journal/rpmdb.sqlite');
    const shared = createSharedReads();
    const without = await scanTarget(binaryTarget({ [path]: database }).target, shared, now);
    const files = { [path]: database, [`${path}-journal`]: unpacked('sqlite-journal/rpmdb.sqlite-journal') };
    const withJournal = await scanTarget(binaryTarget(files).target, shared, now);
    expect([without.status, withJournal.status, withJournal.diagnostics]).toEqual(['partial', 'read', []]);
    expect(withJournal.databases).toMatchObject([{ path, packages: 9 }]);
  });

  test('is not asked for where the database keeps a log, as those that rpm makes', async () => {
    const { target, asked } = binaryTarget({ [path]: unpacked('sqlite/rpmdb.sqlite') });
    await scanTarget(target, createSharedReads(), now);
    expect(asked.filter((each) => each.startsWith(path))).toEqual([path, `${path}-wal`]);
  });
});

describe("dpkg's journal", () => {
  const newer = 'Package: bash\nStatus: install ok unpacked\nVersion: 5.3-1\nArchitecture: amd64\n';
  const withJournal = { ...dpkg, '/var/lib/dpkg/updates/0000': newer, '/var/lib/dpkg/updates/tmp.i': '#padding\n' };
  const versionsOf = ({ contents }: Awaited<ReturnType<typeof scan>>) =>
    contents.flatMap(({ packages }) => packages.map(({ version }) => version));

  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['with what dpkg did since it wrote status', withJournal, ['5.3-1']],
    ['where nothing waits in it', { ...dpkg, '/var/lib/dpkg/updates/tmp.i': '' }, ['5.2-1']],
    ['where the first of it is gone: then status has all of it', { ...dpkg, '/var/lib/dpkg/updates/0001': newer }, ['5.2-1']],
    ['where something else has its name', { ...dpkg, '/var/lib/dpkg/updates': '' }, ['5.2-1']],
  ])('is read where files are opened: %s', async (_, files, versions) => {
    const result = await scan({ files, changed: '1' });
    expect([result.status, result.diagnostics, versionsOf(result)]).toEqual(['read', [], versions]);
    expect(result.databases).toMatchObject([{ path: '/var/lib/dpkg/status', packages: 1 }]);
  });

  test('is not asked for by the archive of an engine, which would take longer than all else', async () => {
    const { target } = targetOf({ files: withJournal });
    const asked: string[] = [];
    const stat: Target['stat'] = (path) => {
      asked.push(path);
      return target.stat(path);
    };
    const readFolder = () => Promise.reject(new TypeError('asked'));
    expect(versionsOf(await scanTarget({ ...target, stat, readFolder }, createSharedReads(), now))).toEqual(['5.2-1']);
    expect(asked.filter((path) => path.includes('updates'))).toEqual([]);
  });

  test('is of its own container alone, and so is what was read with it, also in later runs', async () => {
    const kept = new Map<string, unknown>();
    const cache = {
      get: async (key: string) => kept.get(key) ?? null,
      put: async (key: string, value: unknown) => void kept.set(key, value),
    };
    const made = { image: 'i', changed: '1' };
    const versions = [];
    for (const files of [withJournal, dpkg, withJournal, dpkg])
      versions.push(versionsOf(await scan({ ...made, files }, createSharedReads(cache))));
    const shared = createSharedReads(cache);
    for (const files of [dpkg, withJournal, dpkg]) versions.push(versionsOf(await scan({ ...made, files }, shared)));
    expect(versions.flat()).toEqual(['5.3-1', '5.2-1', '5.3-1', '5.2-1', '5.2-1', '5.3-1', '5.2-1']);
  });

  test('makes a container drift before dpkg writes status again', async () => {
    const { target } = targetOf({ files: withJournal, changed: '1', changes: ['/var/lib/dpkg/updates', '/var/lib/dpkg/updates/0000'] });
    const stat: Target['stat'] = async (path) => {
      const found = await target.stat(path);
      return found && { ...found, modified: `2026-11-0${path.includes('updates') ? 3 : 1}T00:00:00Z` };
    };
    expect((await scanTarget({ ...target, stat }, createSharedReads(), now)).drift).toBe(true);
  });
});

describe('drift', () => {
  const links = { '/lib/apk/db/installed': '/usr/lib/apk/db/installed' };
  const apk = { '/usr/lib/apk/db/installed': 'P:musl\nV:1-r0\n' };

  const older: Made = { files: dpkg, modified: '2026-11-01T00:00:00Z' };
  const nanoseconds = (time: string) => `${Date.parse(time)}000000`;

  test.each<[string, Made, boolean | null]>([
    ['the source cannot tell', { files: dpkg, changes: null }, null],
    ['nothing changed', { files: dpkg, changes: [] }, false],
    ['the database is older than the container', { files: dpkg, modified: '2026-11-01T00:00:00Z', changes: null }, false],
    [
      'its times are older, also that which nobody can set',
      { ...older, changed: nanoseconds('2026-11-01T12:00:00Z'), changes: null },
      false,
    ],
    ['its time was set back', { ...older, changed: nanoseconds('2026-11-03T00:00:00Z'), changes: ['/var/lib/dpkg/status'] }, true],
    ['its image was unpacked anew', { ...older, changed: nanoseconds('2026-11-03T00:00:00Z'), changes: [] }, false],
    ['it is newer, and changed', { files: dpkg, modified: '2026-11-03T00:00:00Z', changes: ['/var/lib/dpkg/status'] }, true],
    ['it is newer, as the image has it', { files: dpkg, modified: '2026-11-03T00:00:00Z', changes: [] }, false],
    [
      'it is newer, and whose it is nobody knows',
      { files: dpkg, modified: '2026-11-03T00:00:00Z', changes: [], isOfImage: async () => false },
      null,
    ],
    ['something else changed', { files: dpkg, changes: ['/etc/hosts', '/var/lib/dpkg/status-old'] }, false],
    ['the database changed', { files: dpkg, changes: ['/var/lib/dpkg', '/var/lib/dpkg/status'] }, true],
    ['the database behind a link changed', { files: apk, links, changes: ['/usr/lib/apk/db/installed'] }, true],
  ])('%s: %#', async (_, made, drift) => {
    expect((await scan(made)).drift).toBe(drift);
  });
});

test('of a container about which an engine answers nothing not all is asked', async () => {
  const asked: string[] = [];
  const stat: Target['stat'] = async (path) => {
    asked.push(path);
    throw new UnreadableError('timeout', 'no answer');
  };
  const result = await scanTarget({ ...targetOf({ files: dpkg }).target, stat }, createSharedReads(), now);
  expect(result).toMatchObject({ status: 'unread', reason: 'timeout' });
  expect(asked).toHaveLength(3);
});

test('a container is collected when it was looked into, however long it had to wait for that', async () => {
  let time = 0;
  const { target } = targetOf({ files: dpkg });
  const inspect: Target['inspect'] = () => {
    time = 5000;
    return target.inspect();
  };
  const result = await scanTarget({ ...target, inspect }, createSharedReads(), () => new Date(time));
  expect(result.collectedAt).toBe('1970-01-01T00:00:05.000Z');
});

describe('shared reads', () => {
  const pristine: Made = { files: dpkg, image: 'i' };
  const unknown: Made = { ...pristine, isOfImage: async () => false };

  async function readsOf(first: Made, second: Made) {
    const shared: SharedReads = createSharedReads();
    const [one, two] = [targetOf(first), targetOf(second)];
    const results = [await scanTarget(one.target, shared, now), await scanTarget(two.target, shared, now)];
    return { reads: [one.opened.length, two.opened.length], results };
  }

  test.each<[string, Made, Made, number]>([
    ['of one image, size and time', pristine, pristine, 0],
    ['of one image whose first container may have changed the file', unknown, pristine, 1],
    ['of one image whose second container may have changed it', pristine, unknown, 0],
    ['of one whose engine does not answer', { ...pristine, isOfImage: () => Promise.reject(new CollectError('no answer')) }, pristine, 1],
    ['of one, with the time that nobody can set', { ...unknown, changed: '1' }, { ...unknown, changed: '1' }, 0],
    ['of one, that lies in a volume of the first', { ...unknown, changed: '1', isInVolume: true }, { ...unknown, changed: '1' }, 1],
    ['of one, that lies in a volume of the second', { ...unknown, changed: '1' }, { ...unknown, changed: '1', isInVolume: true }, 1],
    ['of two images', pristine, { ...pristine, image: 'j' }, 1],
    ['changed later', pristine, { ...pristine, modified: 'later' }, 1],
    ['of another size', pristine, { ...pristine, files: { '/var/lib/dpkg/status': `${status}\n` } }, 1],
    ['without an image', { files: dpkg }, { files: dpkg }, 1],
  ])('%s: the second reads %#', async (_, first, second, reads) => {
    expect((await readsOf(first, second)).reads).toEqual([1, reads]);
  });

  test('containers that are looked into at the same time read once, and share one object', async () => {
    const shared: SharedReads = createSharedReads();
    const made = Array.from({ length: 5 }, () => targetOf(pristine));
    const results = await Promise.all(made.map(({ target }) => scanTarget(target, shared, now)));
    expect(made.flatMap(({ opened }) => opened)).toEqual(['/var/lib/dpkg/status']);
    expect(new Set(results.map(({ contents }) => contents[0]?.packages)).size).toBe(1);
  });

  test('the first is read while the databases of others are looked for', async () => {
    const happened: ('inspect' | 'open')[] = [];
    const watched = (): Target => {
      const { target } = targetOf(pristine);
      const inspect: Target['inspect'] = () => {
        happened.push('inspect');
        return target.inspect();
      };
      const open: Target['open'] = (...asked) => {
        happened.push('open');
        return target.open(...asked);
      };
      return { ...target, inspect, open };
    };
    const shared = createSharedReads();
    const results = await Promise.all(Array.from({ length: 32 }, () => scanTarget(watched(), shared, now)));
    expect(results.every(({ status }) => status === 'read')).toBe(true);
    expect(happened.filter((act) => act === 'open')).toHaveLength(1);
    expect(happened.indexOf('open')).toBeLessThan(28);
  });

  test('of a container one file is read after the other, and another of its image reads the second meanwhile', async () => {
    const files = { ...dpkg, '/etc/os-release': 'ID=debian\n' };
    const made = Array.from({ length: 2 }, () => targetOf({ ...pristine, files }));
    const opens = made.map(() => ({ underWay: 0, most: 0 }));
    const shared = createSharedReads();
    const results = await Promise.all(made.map(({ target }, index) => scanTarget(slow(target, opens[index] as Opens), shared, now)));
    expect(results.map(({ status, system }) => [status, system?.id])).toEqual(Array(2).fill(['read', 'debian']));
    expect(made.map(({ opened }) => opened.length)).toEqual([1, 1]);
    expect(opens.map(({ most }) => most)).toEqual([1, 1]);
  });

  test("containers of one image whose files are not surely the image's are read at the same time, not one after the other", async () => {
    const opens: Opens = { underWay: 0, most: 0 };
    const made = Array.from({ length: 6 }, () => targetOf(unknown));
    const shared = createSharedReads();
    const results = await Promise.all(made.map(({ target }) => scanTarget(slow(target, opens), shared, now)));
    expect(results.every(({ status }) => status === 'read')).toBe(true);
    expect(made.map(({ opened }) => opened.length)).toEqual(Array(6).fill(1));
    // The first alone, for all hope that it reads for them; then all the others.
    expect(opens.most).toBe(5);
  });

  test('whose a file is is asked after it was read, and once', async () => {
    const asked: string[] = [];
    const first = targetOf({
      ...pristine,
      isOfImage: async (path) => {
        asked.push(...first.opened, path);
        return true;
      },
    });
    const shared = createSharedReads();
    const others = Array.from({ length: 3 }, () => targetOf(pristine));
    await Promise.all([first, ...others].map(({ target }) => scanTarget(target, shared, now)));
    expect([asked, others.flatMap(({ opened }) => opened)]).toEqual([['/var/lib/dpkg/status', '/var/lib/dpkg/status'], []]);
  });

  test('a bug in asking is thrown on, not hidden', async () => {
    const broken: Made = { ...pristine, isOfImage: () => Promise.reject(new TypeError('bug')) };
    await expect(readsOf(broken, pristine)).rejects.toThrow('bug');
  });

  test('a read that failed is not shared', async () => {
    const open = () => Promise.reject(new UnreadableError('failed', 'cut'));
    const { results } = await readsOf({ ...pristine, open }, pristine);
    expect(results.map((result) => result.status)).toEqual(['unread', 'read']);
  });

  test('a file that changed between the question and the read is right for its own container alone', async () => {
    const changed = `${status}\nPackage: new\nStatus: install ok installed\nVersion: 1\n`;
    const open: Target['open'] = async () => ({
      ...{ stat: { kind: 'file', size: changed.length, modified: 'meanwhile', changed: null }, close: () => {} },
      read: (position, length) => Buffer.from(changed).subarray(position, position + length),
    });
    const { results } = await readsOf({ ...pristine, open }, pristine);
    expect(results.map(({ contents }) => contents[0]?.packages.length)).toEqual([2, 1]);
  });
});

test('images that differ in nothing but their ids are parsed once: what was made of the same bytes is the same', async () => {
  const shared = createSharedReads();
  const scans = [];
  for (const image of ['sha256:1', 'sha256:2']) scans.push(await scanTarget(targetOf({ files: dpkg, image }).target, shared, now));
  expect(scans[0]?.contents[0]?.packages).toBe(scans[1]?.contents[0]?.packages);
  const other = Object.fromEntries(Object.entries(dpkg).map(([path, text]) => [path, text.replace('Version: ', 'Version: 9')]));
  const changed = await scanTarget(targetOf({ files: other, image: 'sha256:3' }).target, shared, now);
  expect(changed.contents[0]?.packages).not.toEqual(scans[0]?.contents[0]?.packages);
});

import type { ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { containerFiles } from '../../../src/collect/docker/container-files.ts';
import { openEngine } from '../../../src/collect/docker/engine.ts';
import { DanglingLinkError, UnreadableError } from '../../../src/collect/target.ts';
import { base256, end, entry, head, pax } from '../../fakes/tar.ts';
import { engineOnSocket } from './engine.ts';

const path = '/var/lib/dpkg/status';
const maxBytes = 64 * 1024 * 1024;

interface Answer {
  readonly body: Uint8Array | ((response: ServerResponse) => void);
  readonly size?: number;
  readonly mode?: number;
  readonly linkTarget?: string;
}

/** The files of a container of an engine that answers every question for a path with this. */
async function filesOf({ body, size = 10, mode = 0o644, linkTarget = '' }: Answer, timeoutMs = 5000) {
  const stat = Buffer.from(JSON.stringify({ name: 'status', size, mode, mtime: 'x', linkTarget })).toString('base64');
  const { endpoint } = await engineOnSocket((request, response) => {
    response.writeHead(200, { 'X-Docker-Container-Path-Stat': stat });
    if (request.method === 'HEAD') response.end();
    else if (typeof body === 'function') body(response);
    else response.end(body);
  });
  const engine = await openEngine(endpoint, { signal: new AbortController().signal, timeoutMs });
  onTestFinished(engine.close);
  return containerFiles(engine, 'f'.repeat(64));
}

/** Sends a piece again and again, as long as somebody reads, and counts what went out. */
function endless(start: Uint8Array, piece: Uint8Array, sent: { bytes: number } = { bytes: 0 }) {
  return (response: ServerResponse) => {
    const more = () => {
      while (!response.destroyed && response.write(piece)) sent.bytes += piece.length;
    };
    response.on('drain', more);
    response.write(start);
    more();
  };
}

const rejection = (promise: Promise<unknown>): Promise<UnreadableError> =>
  promise.then(
    () => expect.fail('it did not reject'),
    (error) => {
      expect(error).toBeInstanceOf(UnreadableError);
      return error as UnreadableError;
    },
  );

// As Docker has it: the link's own stat, with the path that it leads to.
test('a link that leads nowhere says so, with no more asked than to follow it', async () => {
  const asked: string[] = [];
  const { endpoint } = await engineOnSocket((request, response) => {
    const at = new URL(request.url as string, 'http://engine').searchParams.get('path');
    if (at === null) return void response.end();
    asked.push(at);
    const stat = { name: 'status', size: 9, mode: 2 ** 27, mtime: 'x', linkTarget: '/data/status' };
    if (at === path) response.setHeader('X-Docker-Container-Path-Stat', Buffer.from(JSON.stringify(stat)).toString('base64'));
    response.writeHead(at === path ? 200 : 404).end();
  });
  const engine = await openEngine(endpoint, { signal: new AbortController().signal, timeoutMs: 5000 });
  onTestFinished(engine.close);
  const files = containerFiles(engine, 'f'.repeat(64));
  const error = await rejection(files.stat(path));
  expect(error).toBeInstanceOf(DanglingLinkError);
  expect(error.message).toBe(`${path} is a link to /data/status, where nothing is.`);
  expect(asked).toEqual([path, '/data/status']);
  expect(await files.stat('/nothing')).toBeNull();
});

const archive = (...parts: readonly Uint8Array[]) => Buffer.concat([...parts, end]);
const big = Buffer.alloc(1024 * 1024, 'x');
const stanza = 'Package: bash\n';

describe('the archive of a file', () => {
  // Nothing of an archive is ever written to a disk: a name is only a name, and of one file nobody looks at it.
  test.each(['../../../etc/cron.d/x', '/etc/passwd', '..', '.', '\0', 'a\u001b[2J', 'x'.repeat(99), 'C:\\status', ''])(
    'may call it %j',
    async (name) => {
      const files = await filesOf({ body: archive(entry(stanza, { name })), size: stanza.length });
      const file = await files.open(path, maxBytes);
      expect(Buffer.from(file.read(0, file.stat.size)).toString()).toBe(stanza);
    },
  );

  test.each([0, 1, 1e300, -1, Number.MAX_SAFE_INTEGER])('is as long as it is, also where its head says %d', async (size) => {
    const files = await filesOf({ body: archive(entry(stanza)), size });
    const file = await files.open(path, maxBytes);
    expect([file.stat.size, Buffer.from(file.read(0, file.stat.size)).toString()]).toEqual([stanza.length, stanza]);
  });

  test.each<[what: string, archive: Uint8Array, words: string]>([
    ['a symbolic link out', archive(head({ type: '2', link: '/etc/shadow' })), 'is not a regular file'],
    ['a hard link out', archive(head({ type: '1', link: '../../etc/shadow' })), 'is not a regular file'],
    ['a character device', archive(head({ type: '3' })), 'is not a regular file'],
    ['a block device', archive(head({ type: '4' })), 'is not a regular file'],
    ['a folder', archive(head({ type: '5' })), 'is not a regular file'],
    ['a FIFO', archive(head({ type: '6' })), 'is not a regular file'],
    ['a sparse file of GNU tar', archive(entry(stanza, { type: 'S' })), 'is not a regular file'],
    [
      'a sparse file by extensions',
      archive(pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'status' }), entry(stanza)),
      'leaves out its holes',
    ],
    ['two files', archive(entry(stanza), entry(stanza)), 'is not a regular file'],
    ['nothing', end, 'empty archive'],
    ['a size beyond the cap', archive(head({ size: maxBytes + 1 })), 'larger than 64 MiB'],
    ['a size of 8 EiB', archive(head({ size: base256(2n ** 63n) })), 'larger than 64 MiB'],
    ['a size of 8 EiB by extensions', archive(pax({ size: String(2n ** 63n) }), entry(stanza)), 'larger than 64 MiB'],
    ['a negative size', archive(head({ size: base256(-512n) })), 'Invalid header'],
    ['a negative size by extensions', archive(pax({ size: '-512' }), entry(stanza)), 'Invalid header'],
    ['a size that is no number', archive(head({ size: 'zzzzzzzzzzz\0' })), 'Invalid header'],
    ['a size that is no number by extensions', archive(pax({ size: 'much' }), entry(stanza)), 'Invalid header'],
    ['a wrong checksum', archive(entry(stanza, { checksumOff: 1 })), 'Invalid tar header'],
    ['another format', archive(entry(stanza, { magic: 'nobody\x0000' })), 'unknown format'],
    ['gzip', Buffer.from('H4sIAAAAAAAAAwMAAAAAAAAAAAA=', 'base64'), 'Unexpected end of data'],
    ['noise', Buffer.alloc(4096, 0xa5), 'Invalid tar header'],
    ['half of a head', head({ size: 5 }).subarray(0, 300), 'Unexpected end of data'],
    ['half of a file', Buffer.concat([head({ size: 5000 }), Buffer.alloc(100)]), 'Unexpected end of data'],
    ['extensions of 5 MB', archive(pax({ comment: 'x'.repeat(5_000_000) }), entry(stanza)), 'Header exceeds max size'],
    ['a name of 5 MB', archive(entry('n'.repeat(5_000_000), { type: 'L' }), entry(stanza)), 'Header exceeds max size'],
  ])('of %s is refused', async (_, body, words) => {
    const error = await rejection((await filesOf({ body })).open(path, maxBytes));
    expect(error.message).toContain(words);
    expect(error.reason).toBe(words.includes('larger') ? 'too-large' : 'failed');
  });

  test.each<[what: string, start: Uint8Array, piece: Uint8Array]>([
    ['empty blocks', Buffer.alloc(0), Buffer.alloc(1024 * 512)],
    ['extensions and no file', Buffer.alloc(0), Buffer.concat(Array.from({ length: 500 }, () => pax({ comment: 'x' })))],
    ['extensions for all files', Buffer.alloc(0), Buffer.concat(Array.from({ length: 500 }, () => pax({ comment: 'x' }, 'g')))],
    ['a file, and then padding', entry(stanza), Buffer.alloc(1024 * 512)],
  ])('that goes on for ever with %s is ended', async (_, start, piece) => {
    const sent = { bytes: 0 };
    const error = await rejection((await filesOf({ body: endless(start, piece, sent) })).open(path, 1024 * 1024));
    expect([error.reason, error.message]).toEqual([
      'too-large',
      `The engine's archive of ${path} is larger than 2 MiB, the most that is read.`,
    ]);
    expect(sent.bytes).toBeLessThan(16 * 1024 * 1024);
  });

  test('of which the engine does not say what it is, is not read', async () => {
    const stat = Buffer.from(JSON.stringify({ name: 'status', size: 10, mode: 0o644, mtime: 'x', linkTarget: '' })).toString('base64');
    const sent = { bytes: 0 };
    let isClosed = false;
    const { endpoint } = await engineOnSocket((request, response) => {
      if (request.method === 'HEAD') return response.setHeader('X-Docker-Container-Path-Stat', stat).end();
      response.once('close', () => {
        isClosed = true;
      });
      endless(head({ size: 2 ** 30 }), big, sent)(response);
    });
    const engine = await openEngine(endpoint, { signal: new AbortController().signal, timeoutMs: 5000 });
    onTestFinished(engine.close);
    await expect(containerFiles(engine, 'a').open(path, maxBytes)).rejects.toThrow("Docker's answer on a path is not what it should be");
    await vi.waitFor(() => expect(isClosed).toBe(true), 3000);
    expect(sent.bytes).toBeLessThan(16 * 1024 * 1024);
  });

  test('whose file has no end takes no more than it may', async () => {
    const body = endless(head({ size: base256(2n ** 62n) }), big);
    expect((await rejection((await filesOf({ body })).open(path, maxBytes))).reason).toBe('too-large');
  });

  test('larger than what is held in memory is refused, whatever its parser would take', async () => {
    const body = archive(head({ size: 256 * 1024 * 1024 + 1 }));
    const error = await rejection((await filesOf({ body })).open('/var/lib/rpm/Packages', 1024 ** 3));
    expect(error.message).toBe('/var/lib/rpm/Packages is larger than 256 MiB, the most that is read.');
  });

  test('that comes a byte at a time is ended although it is never silent', async () => {
    const body = (response: ServerResponse) => {
      const timer = setInterval(() => response.write(Buffer.alloc(1)), 10);
      response.once('close', () => clearInterval(timer));
    };
    const begun = Date.now();
    const error = await rejection((await filesOf({ body }, 200)).open(path, maxBytes));
    expect([error.reason, Date.now() - begun < 15_000]).toEqual(['timeout', true]);
    expect(error.message).toContain('no whole answer within 4 s to GET /containers/');
  });
});

describe('the archive of a folder', () => {
  const folder = '/var/lib/pacman/local';
  const accepts = (name: string) => name.endsWith('/desc');
  const read = async (body: Answer['body'], most = maxBytes) => (await filesOf({ body, mode: 2 ** 31 })).readFolder(folder, accepts, most);

  test('gives the bytes of regular files alone, and by the names that they have in it', async () => {
    const found = await read(
      archive(
        ...[head({ name: 'local/', type: '5' }), entry('a', { name: 'local/a/desc' }), entry('b', { name: './local/b/desc' })],
        head({ name: 'local/c/desc', type: '2', link: '/etc/shadow' }),
        head({ name: 'local/d/desc', type: '1', link: 'local/a/desc' }),
        head({ name: 'local/e/desc', type: '6' }),
        entry('f', { name: 'local/f/desc', type: 'S' }),
        ...[entry('g', { name: '../../../../etc/desc' }), entry('h', { name: 'local/deep/below/desc' }), entry('i', { name: 'desc' })],
      ),
    );
    expect(found.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['a/desc', 'a'],
      ['b/desc', 'b'],
      ['c/desc', ''],
      ['d/desc', ''],
    ]);
  });

  test('names its folders and its links, of which nothing is read', async () => {
    const body = archive(
      ...[head({ name: 'local/', type: '5' }), head({ name: 'local/empty/', type: '5' }), head({ name: 'local/podman', type: '5' })],
      ...[head({ name: 'local/linked', type: '2', link: '/etc' }), head({ name: 'local/fifo', type: '6' })],
      ...[head({ name: 'local/a/', type: '5' }), head({ name: 'local/a/below/', type: '5' }), entry('a', { name: 'local/a/desc' })],
    );
    const found = await (await filesOf({ body, mode: 2 ** 31 })).readFolder(folder, () => true, maxBytes);
    expect(found.map(({ name, bytes }) => `${name}=${Buffer.from(bytes)}`)).toEqual([
      ...['a/=', 'a/desc=a', 'empty/=', 'linked=', 'linked/=', 'podman/='],
    ]);
  });

  test('with a file by extensions that leaves out its holes is refused', async () => {
    const body = archive(pax({ 'GNU.sparse.map': '0,5' }), entry('abcde', { name: 'local/a/desc' }));
    expect((await rejection(read(body))).message).toContain('leaves out its holes');
  });

  test('with millions of entries is ended after so many', async () => {
    const sent = { bytes: 0 };
    const piece = Buffer.concat(Array.from({ length: 1000 }, (_, index) => head({ name: `local/${index}/files` })));
    const error = await rejection(read(endless(Buffer.alloc(0), piece, sent)));
    expect([error.reason, error.message]).toEqual(['too-large', `${folder} has more than 100000 files.`]);
    expect(sent.bytes).toBeLessThan(100 * 1024 * 1024);
  });

  test('whose files together are larger than the cap is refused', async () => {
    const files = Array.from({ length: 5 }, (_, index) => entry(big, { name: `local/${index}/desc` }));
    expect((await rejection(read(archive(...files), 4 * big.length))).reason).toBe('too-large');
  });

  test('that passes over a file without an end is ended', async () => {
    const error = await rejection(read(endless(head({ name: 'local/a/files', size: base256(2n ** 62n) }), Buffer.alloc(4 * 1024 * 1024))));
    expect([error.reason, error.message]).toEqual([
      'too-large',
      `The engine's archive of ${folder} is larger than 1024 MiB, the most that is read.`,
    ]);
  });
});

describe('where a path leads', () => {
  /** A container with folders, and links by their path. */
  async function filesWith(links: Readonly<Record<string, string>>, onQuestion = (_underWay: number) => {}) {
    let underWay = 0;
    const { endpoint } = await engineOnSocket((request, response) => {
      const path = new URL(request.url as string, 'http://engine').searchParams.get('path');
      // What tells whether an engine keeps step with what it is asked has no path.
      if (path === null) return response.end();
      const linkTarget = links[path] ?? '';
      const stat = { name: 'x', size: 10, mode: linkTarget === '' ? 2 ** 31 : 2 ** 27, mtime: 'x', linkTarget };
      response.setHeader('X-Docker-Container-Path-Stat', Buffer.from(JSON.stringify(stat)).toString('base64'));
      onQuestion(++underWay);
      setTimeout(() => response.end(() => underWay--), 20);
    });
    const engine = await openEngine(endpoint, { signal: new AbortController().signal, timeoutMs: 5000 });
    onTestFinished(engine.close);
    return containerFiles(engine, 'a');
  }

  test.each([
    ['/', '/'],
    ['/etc/os-release', '/etc/os-release'],
    ['/lib/apk/db', '/usr/lib/apk/db'],
    ['/lib/sub/db', '/opt/db'],
    ['/usr/lib/sub/db', '/opt/db'],
    ['/usr/lib/../lib/sub', '/opt'],
  ])('%s to %s', async (from, to) => {
    const files = await filesWith({ '/lib': '/usr/lib', '/usr/lib/sub': '/opt' });
    expect(await files.realPath(from)).toBe(to);
  });

  test('is asked for all folders on the way at once', async () => {
    const underWay: number[] = [];
    const files = await filesWith({}, (questions) => underWay.push(questions));
    await files.stat('/');
    await files.realPath(path);
    expect(underWay).toEqual([1, 1, 2, 3, 4]);
  });

  test('in a circle it is ended', async () => {
    const files = await filesOf({ body: end, mode: 2 ** 27, linkTarget: 'status' });
    expect((await rejection(files.stat(path))).message).toBe(`${path} has more than 40 links in it.`);
  });

  test.each(['\ud800', '../../../../../../..', '/etc/\udfff', '\u001b', 'x'.repeat(3000), '%2e%2e'])(
    'to %j is asked for, and no harm',
    async (linkTarget) => {
      const files = await filesOf({ body: end, mode: 2 ** 27, linkTarget });
      expect((await rejection(files.stat(path))).message).toContain('40 links');
    },
  );

  test.each(['', 'no base64 !', Buffer.from('[]').toString('base64'), Buffer.from('{"size":"1"}').toString('base64')])(
    'an engine that says %j of it is not understood',
    async (stat) => {
      const { endpoint } = await engineOnSocket((_, response) => response.setHeader('X-Docker-Container-Path-Stat', stat).end());
      const engine = await openEngine(endpoint, { signal: new AbortController().signal, timeoutMs: 5000 });
      onTestFinished(engine.close);
      await expect(containerFiles(engine, 'a').stat(path)).rejects.toThrow("Docker's answer on a path is not what it should be");
    },
  );
});

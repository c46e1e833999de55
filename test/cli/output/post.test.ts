import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type Destination, destinationOf, post } from '../../../src/cli/output/post.ts';
import { CollectError, UsageError } from '../../../src/model/errors.ts';
import { type FakeServer, serve } from '../../fakes/engine.ts';

const { signal } = new AbortController();

const folder = mkdtempSync(join(tmpdir(), 'supercargo-post-'));
afterAll(() => rmSync(folder, { recursive: true }));

function headersFile(text: string | Uint8Array): string {
  const file = join(folder, 'headers');
  writeFileSync(file, text);
  return file;
}

describe('an address', () => {
  test.each(['reports.example', 'ftp://reports.example', 'file:///etc/passwd', '', 'https://'])('%j is none', async (url) => {
    await expect(destinationOf({ post: url }, 1, signal)).rejects.toThrow('--post: give an address');
  });

  test.each(['https://user:secret@reports.example/', 'https://secret@reports.example/'])('with a user is refused: %s', async (url) => {
    const error = await destinationOf({ post: url }, 1, signal).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).not.toContain('secret');
  });
});

describe('a file of headers', () => {
  const headersOf = async (text: string | Uint8Array) =>
    (await destinationOf({ post: 'http://x', postHeaders: headersFile(text) }, 1, signal)).headers;

  test('has one a line', async () => {
    expect(await headersOf('# of reports.example\r\nAuthorization: Bearer a:b= \r\n\r\nX-Scope-OrgID:7\n')).toEqual({
      authorization: 'Bearer a:b=',
      'x-scope-orgid': '7',
    });
    expect(await headersOf('')).toEqual({});
  });

  test.each([
    ['Bearer secret', ':1: this is no header'],
    ['A: 1\n B: secret', ':2: this is no header'],
    ['A: secret\u0000', ':1: this is no header'],
    ['A: secr\u00e9t', ':1: this is no header'],
    ['A: 1\nA: secret', ':2: A is given twice'],
    ['content-LENGTH: 5', ':1: content-LENGTH cannot be set'],
    ['x'.repeat(70_000), 'is larger than 64 KiB'],
  ])('%j is refused, and not shown', async (text, words) => {
    const error = await headersOf(text).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('secret');
  });

  test('that is not there', async () => {
    const postHeaders = join(folder, 'none');
    await expect(destinationOf({ post: 'http://x', postHeaders }, 1, signal)).rejects.toThrow(
      new UsageError(`Cannot read --post-headers ${postHeaders}: no such file.`),
    );
  });
});

const open: { readonly close: () => void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function endpoint(answer: Parameters<typeof serve>[0]): Promise<FakeServer> {
  const server = await serve(answer);
  open.push(server);
  return server;
}

const parcel = { format: 'csv', text: ['a,b\n', 'c,d\n'], identity: ['sha256:1', 'csv'] } as const;

async function sendTo(
  address: string,
  more: Partial<Destination & { readonly text: Iterable<string>; readonly signal: AbortSignal }> = {},
) {
  const notes: string[] = [];
  const destination = { ...(await destinationOf({ post: address }, 2000, signal)), ...more };
  await post({ ...parcel, ...(more.text && { text: more.text }) }, destination, (note) => notes.push(note), more.signal ?? signal);
  return notes;
}

describe('a body', () => {
  test.each([false, true])('of some megabytes arrives whole, gzipped: %s', async (gzip) => {
    let received = Buffer.alloc(0);
    const server = await endpoint(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received = Buffer.concat(chunks);
      expect(request.headers['content-length']).toBe(String(received.length));
      expect(request.headers['content-encoding']).toBe(gzip ? 'gzip' : undefined);
      response.writeHead(204).end();
    });
    const text = Array.from({ length: 400_000 }, (_, index) => `row ${index}\n`);
    expect(await sendTo(`http://${server.address}/in`, { gzip, text })).toEqual([`Sent csv to http://${server.address}: 204 No Content`]);
    expect((gzip ? gunzipSync(received) : received).toString()).toBe(text.join(''));
  });

  test('that is refused before it was read', async () => {
    const server = await endpoint((_, response) => response.writeHead(413, { Connection: 'close' }).end());
    const text = ['x'.repeat(20_000_000)];
    await expect(sendTo(`http://${server.address}/`, { text })).rejects.toThrow('413 Payload Too Large');
    expect(server.requests).toHaveLength(1);
  });
});

describe('an answer', () => {
  test.each([200, 201, 202, 204])('%i is one', async (status) => {
    const server = await endpoint((request, response) => void request.resume().once('end', () => response.writeHead(status).end()));
    await sendTo(`http://${server.address}/`);
    expect(server.requests).toEqual(['POST /']);
  });

  test.each([400, 401, 403, 404, 413, 422])('%i is a refusal, and is not asked for again', async (status) => {
    const server = await endpoint((_, response) => response.writeHead(status).end('secret'));
    const sending = sendTo(`http://${server.address}/path?token=secret`);
    await expect(sending).rejects.toThrow(CollectError);
    await expect(sending).rejects.toThrow(new RegExp(`^Cannot send csv to http://${server.address}: ${status} [A-Z][A-Za-z ]+\\.$`));
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['http://elsewhere.example:81/x?token=secret', 'http://elsewhere.example:81'],
    ['https://user:secret@elsewhere.example/', 'https://elsewhere.example'],
    ['/login', null],
    ['http://[', 'nowhere'],
  ])('that leads to %s is not followed', async (location, place) => {
    const server = await endpoint((_, response) => response.writeHead(308, { Location: location }).end());
    const to = place ?? `http://${server.address}`;
    await expect(sendTo(`http://${server.address}/`)).rejects.toThrow(
      `Cannot send csv to http://${server.address}: 308 Permanent Redirect: it redirects to ${to}, which is not followed.`,
    );
    expect(server.requests).toHaveLength(1);
  });

  test.each([408, 429, 500, 502, 503])('%i is asked for again, four times at most', async (status) => {
    const server = await endpoint((_, response) => response.writeHead(status, { 'Retry-After': '0' }).end());
    await expect(sendTo(`http://${server.address}/`)).rejects.toThrow(', also after 4 retries.');
    expect(server.requests).toHaveLength(5);
  });

  test('Retry-After is waited for, as seconds and as a date', async () => {
    const times: number[] = [];
    const until = new Date(Date.now() + 3000).toUTCString();
    const waits = ['1', until];
    const server = await endpoint((_, response) => {
      times.push(Date.now());
      const wait = waits.shift();
      response.writeHead(wait === undefined ? 200 : 503, wait === undefined ? {} : { 'Retry-After': wait }).end();
    });
    await sendTo(`http://${server.address}/`);
    const [first = 0, second = 0, third = 0] = times;
    // Timers of Node may come a little early.
    expect(second - first).toBeGreaterThanOrEqual(990);
    expect(third - Date.parse(until)).toBeGreaterThanOrEqual(-10);
  });

  test('that asks for a long wait ends it', async () => {
    const server = await endpoint((_, response) => response.writeHead(429, { 'Retry-After': '3600' }).end());
    await expect(sendTo(`http://${server.address}/`)).rejects.toThrow(
      '429 Too Many Requests; it asks to wait for 3600 s, which is too long.',
    );
    expect(server.requests).toHaveLength(1);
  });

  test('whose body never ends is one all the same', async () => {
    const server = await endpoint((_, response) => response.writeHead(200).write('…'));
    expect(await sendTo(`http://${server.address}/`)).toEqual([`Sent csv to http://${server.address}: 200 OK`]);
  });

  test('that is slow is waited for, and not longer than the longest silence', async () => {
    const server = await endpoint((_, response) => void setTimeout(() => response.writeHead(200).end(), 300));
    expect(await sendTo(`http://${server.address}/`)).toHaveLength(1);
    expect(await firstNote(`http://${server.address}`, 100)).toBe(`http://${server.address}: no answer within 0.1 s; again in 1 s`);
  });
});

/** What is said of the first try, after which it is given up. */
async function firstNote(address: string, timeout: number): Promise<string | undefined> {
  const controller = new AbortController();
  const notes: string[] = [];
  const note = (text: string) => {
    notes.push(text);
    controller.abort(new Error('enough'));
  };
  await expect(post(parcel, await destinationOf({ post: address }, timeout, signal), note, controller.signal)).rejects.toThrow('enough');
  return notes[0];
}

describe('a connection', () => {
  test('that is cut is made again, with the same key', async () => {
    const keys: unknown[] = [];
    const server = await endpoint((request, response) => {
      keys.push(request.headers['idempotency-key']);
      if (keys.length === 1) request.socket.destroy();
      else response.writeHead(200).end();
    });
    const notes = await sendTo(`http://${server.address}/`);
    expect(notes).toEqual([
      `http://${server.address}: the connection was cut; again in 1 s`,
      `Sent csv to http://${server.address}: 200 OK`,
    ]);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect(keys[0]).toMatch(/^"[0-9a-f]{64}"$/);
  });

  test('where nothing listens is tried again', async () => {
    const server = await endpoint(() => {});
    server.close();
    expect(await firstNote(`http://${server.address}`, 1000)).toBe(`http://${server.address}: nothing listens there; again in 1 s`);
  });

  test('that is interrupted ends with the reason of that', async () => {
    const controller = new AbortController();
    const server = await endpoint(() => controller.abort(new Error('interrupted')));
    await expect(sendTo(`http://${server.address}/`, { signal: controller.signal })).rejects.toThrow('interrupted');
  });

  test('to what speaks no HTTP is a refusal', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(server);
    await expect(sendTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).rejects.toThrow('Parse Error');
  });
});

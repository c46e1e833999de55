import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { connectionError } from '../../src/collect/docker/connection-error.ts';
import { containerFiles } from '../../src/collect/docker/container-files.ts';
import type { Engine } from '../../src/collect/docker/engine.ts';
import type { Head } from '../../src/collect/docker/head.ts';
import { CollectError } from '../../src/model/errors.ts';
import { recordedDocker } from '../recorded.ts';
import { holds, orRefused, pack, type Target, unpack } from '../target.ts';

/** An engine that answers every request with the same stat and the same archive, in pieces of that size. */
function engineOf(stat: Buffer, archive: Buffer, pieceBytes: number): Engine {
  const headers = { 'x-docker-container-path-stat': stat.toString('base64') };
  const head: Head = { status: 200, reason: 'OK', header: (name) => headers[name as keyof typeof headers] ?? null, isLast: false };
  const pieces = function* () {
    for (let at = 0; at < archive.length; at += pieceBytes) yield archive.subarray(at, at + pieceBytes);
  };
  return {
    get: async () => Object.assign(Readable.from(pieces()), { headers }) as unknown as IncomingMessage,
    head: async () => head,
    getJson: () => Promise.reject(new Error('nothing but files is asked for')),
    explain: (error) => connectionError('fuzz', error),
    close: () => {},
  };
}

const maxBytes = 64 * 1024;

/** Everything that is asked of the files of a container; null for what is refused. */
async function readAll(engine: Engine) {
  const files = containerFiles(engine, 'a'.repeat(64));
  const refusing = <Result>(act: () => Promise<Result>) => orRefused([CollectError], act);
  return {
    stat: await refusing(() => files.stat('/etc/os-release')),
    file: await refusing(async () => {
      const { stat, read } = await files.open('/var/lib/dpkg/status', maxBytes);
      return { stat, bytes: Buffer.from(read(0, maxBytes * 2)) };
    }),
    folder: await refusing(() => files.readFolder('/var/lib/dpkg/status.d', (name) => !name.endsWith('.md5sums'), maxBytes)),
    realPath: await refusing(() => files.realPath('/var/lib/dpkg')),
  };
}

const archives = recordedDocker.filter(({ archive, stat }) => archive !== undefined && stat !== undefined);
const stats = recordedDocker.flatMap(({ stat }) => (stat === undefined ? [] : [Buffer.from(JSON.stringify(stat))]));
const seeds = archives.map(({ stat, archive = '' }) => pack(Buffer.from(JSON.stringify(stat)), Buffer.from(archive, 'base64')));

/** Headers of tar, with or without what belongs behind them. */
const block = fc
  .record({
    name: fc.constantFrom('status', 'status.d/', 'status.d/a', 'status.d/a/b', '../a', '/a', './status.d/b', 'status.d/../../x', ''),
    type: fc.constantFrom('0', '5', '2', '1', 'x', 'g', 'L', 'K', '7', '\0'),
    size: fc.constantFrom('0', '5', '1000', '77777777777', '', 'x', '-1'),
    body: fc.constantFrom('', 'hello', '20 path=status.d/pax\n', '999 path=a\n', '11 size=-1\n'),
  })
  .map(({ name, type, size, body }) => tarEntry(name, type, size, body));

export const target: Target = {
  id: 'docker-archive',
  seeds: () => seeds,
  shaped: fc.tuple(fc.constantFrom(...stats), fc.array(block, { maxLength: 4 })).map(([stat, blocks]) => pack(stat, Buffer.concat(blocks))),
  words: [
    'ustar\0',
    '00',
    '\0',
    '../',
    '77777777777',
    'path=',
    '"linkTarget":"/x"',
    '"linkTarget":"\\ud800"',
    '"mode":2147484141',
    '"mode":134218239',
  ],
  run: async (input) => {
    const [stat = input, archive = input] = unpack(input, 2);
    const result = await readAll(engineOf(stat, archive, 4096));
    holds(isDeepStrictEqual(await readAll(engineOf(stat, archive, 77)), result), 'in other pieces the same archive gives something else');
    const { file, folder, realPath } = result;
    holds((file?.bytes.length ?? 0) <= Math.min(maxBytes, archive.length), 'more is given than there is, or than was asked for');
    const sizes = (folder ?? []).map(({ bytes }) => bytes.length);
    holds(sizes.reduce((sum, size) => sum + size, 0) <= Math.min(maxBytes, archive.length), 'more is given than there is');
    for (const { name } of folder ?? [])
      holds(name.split('/').length <= 2 && !name.endsWith('.md5sums'), `a file that was not asked for: ${name}`);
    holds(realPath === null || realPath.startsWith('/'), 'a path that is not absolute');
  },
};

function tarEntry(name: string, type: string, size: string, body: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, 'latin1');
  header.write('0000644\0', 100, 'latin1');
  header.write(`${size.padStart(11, '0')}\0`, 124, 12, 'latin1');
  header.write(type, 156, 1, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  const content = Buffer.alloc(Math.ceil(body.length / 512) * 512);
  content.write(body, 'latin1');
  return Buffer.concat([header, content]);
}

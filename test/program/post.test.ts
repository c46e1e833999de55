import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ok } from '../e2e/commands.ts';
import { type FakeServer, serve } from '../fakes/engine.ts';
import { program } from './program.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const folder = mkdtempSync(join(tmpdir(), 'supercargo-post-'));
const at = (name: string) => join(folder, name);
const received: Received[] = [];
let statuses: number[] = [];
let server: FakeServer;

beforeAll(async () => {
  server = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    await once(request, 'end');
    received.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(statuses.shift() ?? 202, { 'Retry-After': '0' }).end();
  });
  expect((await program(['demo', '-q', '-o', `inventory=${at('inventory.json')}`])).code).toBe(0);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  received.length = 0;
  statuses = [];
});

const report = (...flags: string[]) => program(['report', '--from', at('inventory.json'), '--allow-incomplete', ...flags]);
const url = () => `http://${server.address}/in`;

describe('--post', () => {
  test('sends what would be printed, and prints nothing', async () => {
    const { code, stdout, stderr } = await report('-o', 'csv', '--post', url());
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(`Sent csv to http://${server.address}: 202 Accepted`);
    expect(received).toHaveLength(1);
    expect(received[0]?.body.toString()).toBe((await report('-o', 'csv')).stdout);
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'user-agent': `supercargo/${packageJson.version}`,
      'idempotency-key': expect.stringMatching(/^"[0-9a-f]{64}"$/),
    });
  });

  test('sends JSON where no format is named, and collect the inventory', async () => {
    await report('--post', url());
    await program(['collect', '--rootfs', folder, '-q', '--post', url(), '--post-gzip']);
    const [first, second] = received;
    expect(first?.body.toString()).toBe((await report('-o', 'json')).stdout);
    expect(first?.headers['content-type']).toBe('application/json');
    expect(second?.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(second?.body ?? '').toString())).toMatchObject({ generator: { name: 'supercargo' } });
  });

  test('has one key for one content, and another for another', async () => {
    for (const flags of [[], [], ['teams'], ['-o', 'csv'], ['-o', 'csv', '--no-headers'], ['--package', 'bash']])
      await report('-q', ...flags, '--post', url());
    for (const flags of [[], ['--package', 'bash']])
      await program(['diff', at('inventory.json'), at('inventory.json'), '-q', ...flags, '--post', url()]);
    const keys = received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(8);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(7);
  });

  test('sends the headers of a file, which go before its own', async () => {
    writeFileSync(at('headers'), 'Authorization: Bearer sesame\nContent-Type: text/plain\n');
    const { stderr } = await report('-v', '--post', url(), '--post-headers', at('headers'));
    expect(received[0]?.headers).toMatchObject({ authorization: 'Bearer sesame', 'content-type': 'text/plain' });
    expect(stderr).not.toContain('sesame');
  });

  test('asks again where it is busy', async () => {
    statuses = [503, 429];
    const { code, stderr } = await report('--post', url());
    expect([code, received.length]).toEqual([0, 3]);
    expect(stderr).toContain('503 Service Unavailable; again in 0 s');
  });

  test('that is refused ends with 2 and one line, and files are written and nothing is removed', async () => {
    statuses = [403];
    writeFileSync(at('packages-2020-01-01.csv'), '');
    const { code, stdout, stderr } = await report(
      '-q',
      '-o',
      `csv=${at('packages-{date}.csv')}`,
      '--keep',
      '1',
      '-o',
      'json',
      '--post',
      `${url()}?token=sesame`,
    );
    expect([code, stdout, stderr]).toEqual([2, '', `Cannot send json to http://${server.address}: 403 Forbidden.\n`]);
    const [old, today, ...others] = readdirSync(folder).filter((name) => name.startsWith('packages-'));
    expect([old, others]).toEqual(['packages-2020-01-01.csv', []]);
    expect(readFileSync(at(today ?? ''), 'utf8')).toBe((await report('-o', 'csv')).stdout);
  });

  test('sends an incomplete result, and ends with 3', async () => {
    const { code } = await program(['report', '--from', at('inventory.json'), '-q', '--post', url()]);
    expect([code, received.length]).toEqual([3, 1]);
  });

  test('whose silence is longer than --request-timeout is asked again', async () => {
    let requests = 0;
    const silent = await serve((_, response) => void (requests++ > 0 && response.end()));
    const { code, stderr } = await report('--post', `http://${silent.address}`, '--request-timeout', '300ms');
    silent.close();
    expect([code, requests]).toEqual([0, 2]);
    expect(stderr).toContain('no answer within 0.3 s; again in 1 s');
  });

  test('verifies the certificate, whatever the environment says', async () => {
    const [key, certificate] = [at('key.pem'), at('certificate.pem')];
    const subject = ['-subj', '/CN=loopback', '-addext', 'subjectAltName=IP:127.0.0.1'];
    await ok('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate, ...subject]);
    let requests = 0;
    const secure = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
      requests++;
      response.end();
    });
    await once(secure.listen(0, '127.0.0.1'), 'listening');
    const address = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
    const send = (env: Readonly<Record<string, string>>) => program(['demo', '-q', '--post', address], undefined, env);
    const refused = await send({ NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect([refused.code, requests]).toEqual([2, 0]);
    expect(refused.stderr).toContain(`Cannot send json to ${address}: self-signed certificate`);
    const accepted = await send({ NODE_EXTRA_CA_CERTS: certificate });
    secure.close();
    expect([accepted, requests]).toEqual([{ code: 0, stdout: '', stderr: '' }, 1]);
  });

  test.each([
    [['--post', 'https://user:sesame@reports.example'], 'do not put a user or a password into the address'],
    [['--post', 'reports.example'], 'give an address'],
    [['--post', 'https://reports.example', '-o', 'csv=x.csv'], 'every output goes into a file'],
    [['--post-headers', 'x'], '--post-headers: there is nothing to send'],
    [['--post-gzip'], '--post-gzip: there is nothing to send'],
    [['--post', 'https://reports.example', '--post-headers', '/nonexistent'], 'Cannot read --post-headers /nonexistent'],
  ])('wrong use is told before anything is collected: %j', async (flags, words) => {
    const { code, stdout, stderr } = await program(['report', '--docker-host', 'unix:///nonexistent', ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/Docker|sesame/);
  });
});

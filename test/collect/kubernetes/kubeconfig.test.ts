import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { authenticate } from '../../../src/collect/kubernetes/credentials.ts';
import { readKubeconfig } from '../../../src/collect/kubernetes/kubeconfig.ts';

const { signal } = new AbortController();

/** A folder with a kubeconfig of one user in it, and other files: programs are those of `sh`. */
function write(user: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-kubeconfig-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'keys'));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  const file = join(folder, 'config');
  const contexts = 'contexts: [{ name: x, context: { cluster: c, user: u } }]\ncurrent-context: x\n';
  writeFileSync(file, `clusters: [{ name: c, cluster: { server: 'https://c:6443' } }]\n${contexts}users: [{ name: u, user: ${user} }]\n`);
  return file;
}

async function headersOf(file: string) {
  const options: RequestOptions = { headers: { Accept: 'x' } };
  await authenticate(await readKubeconfig(file, signal), options);
  return options.headers as Record<string, unknown>;
}

describe('the token file of a user', () => {
  test.each([
    ['is looked for from the folder of the kubeconfig', '{ tokenFile: keys/token }'],
    ['goes before a token that is written down', '{ tokenFile: keys/token, token: old }'],
    ['goes before a plug-in', '{ tokenFile: ./keys/token, exec: { command: no-such-plug-in } }'],
  ])('%s', async (_, user) => {
    expect(await headersOf(write(user, { 'keys/token': 'from-a-file\n' }))).toEqual({ Accept: 'x', Authorization: 'Bearer from-a-file' });
  });

  test('may have any place', async () => {
    const other = write('{}', { token: 'from-elsewhere' }).replace(/config$/, 'token');
    expect(await headersOf(write(`{ tokenFile: '${other}' }`))).toMatchObject({ Authorization: 'Bearer from-elsewhere' });
  });

  test.each(['', '\n'])('that has %j in it is no reason to ask as nobody', async (text) => {
    await expect(headersOf(write('{ tokenFile: keys/token }', { 'keys/token': text }))).rejects.toThrow(/token is empty\.$/);
  });

  test('that is not there is named', async () => {
    await expect(headersOf(write('{ tokenFile: keys/token }'))).rejects.toThrow(
      /^Cannot read the credentials that the kubeconfig names: ENOENT: .+keys\/token'\.$/,
    );
  });
});

test('a run has the rights of whom it acts as, and no others', async () => {
  const user = "{ as: jane, as-uid: u1, as-groups: [devs, ops], as-user-extra: { 'example.com/a(b)': [x, y] } }";
  expect(await headersOf(write(user))).toMatchObject({
    ...{ 'Impersonate-User': 'jane', 'Impersonate-Uid': 'u1', 'Impersonate-Group': ['devs', 'ops'] },
    'Impersonate-Extra-example.com%2Fa%28b%29': ['x', 'y'],
  });
});

test.each(['{ as: jane, as-groups: devs }', '{ as: jane, as-uid: 7 }', '{ as: jane, as-user-extra: { a: b } }', '{ tokenFile: [a] }'])(
  'a kubeconfig that says of its user %s is none',
  async (user) => {
    await expect(readKubeconfig(write(user), signal)).rejects.toThrow(TypeError);
  },
);

describe('a plug-in', () => {
  const credential = JSON.stringify({ status: { token: 'of-a-plug-in' } });

  test.each(['./keys/plug', 'keys/plug'])('with the path %s is looked for from the folder of the kubeconfig', async (command) => {
    const file = write(`{ exec: { command: ${command} } }`, { 'keys/plug': `#!/bin/sh\necho '${credential}'\n` });
    expect(await headersOf(file)).toMatchObject({ Authorization: 'Bearer of-a-plug-in' });
  });

  test.each([
    ['', /^The credentials plug-in of the kubeconfig, no-such-plug-in, is not there\.$/],
    [", installHint: 'Get it\n\n  at the shop.'", /, is not there\. Get it at the shop\.$/],
    [`, installHint: '${'long '.repeat(200)}'`, /, is not there\. .{500}…$/],
  ])('that is not there is named, and how to get it: %j', async (hint, sentence) => {
    await expect(headersOf(write(`{ exec: { command: no-such-plug-in${hint} } }`))).rejects.toThrow(sentence);
  });

  test('that cannot be started is named', async () => {
    await expect(headersOf(write('{ exec: { command: ./keys } }'))).rejects.toThrow(/keys, cannot be started \(EACCES\)\.$/);
  });
});

import type { IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { planOf } from '../../../src/cli/flags/collect-flags.ts';
import { docker } from '../../../src/collect/docker.ts';
import type { Collected, FileStat } from '../../../src/collect/target.ts';
import { defaultConfig } from '../../../src/model/config.ts';
import { type FakeContainer, fakeEngine, type Override, sendJson } from '../../fakes/engine.ts';

const path = '/var/lib/dpkg/status';
const web: FakeContainer = { name: 'web', files: { [path]: 'x'.repeat(1000) } };
const asRead: FileStat = { kind: 'file', size: 1000, modified: '2026-01-01T00:00:00Z', changed: null };

/** Answers in place of the engine what a path ends with. */
const answering =
  (end: string, answer: object, status = 200): Override =>
  ({ url }: IncomingMessage, response) => {
    if (url?.endsWith(end) !== true) return false;
    sendJson(response, answer, status);
    return true;
  };

/** A link in the container. */
const linked =
  (from: string, to: string): Override =>
  ({ url }, response) => {
    if (url?.endsWith(`path=${encodeURIComponent(from)}`) !== true) return false;
    const stat = { name: from, size: 10, mode: 2 ** 27, mtime: '2026-01-01T00:00:00Z', linkTarget: to };
    response.writeHead(200, { 'X-Docker-Container-Path-Stat': Buffer.from(JSON.stringify(stat)).toString('base64') }).end();
    return true;
  };

async function isOfImage(container: Partial<FakeContainer>, override?: Override, stat: FileStat = asRead) {
  const server = await fakeEngine([{ ...web, ...container }], override);
  const plan = planOf({ dockerHost: `tcp://${server.address}` }, defaultConfig);
  const context = {
    plan,
    env: {},
    homeDirectory: '/nonexistent',
    stdin: () => process.stdin,
    signal: new AbortController().signal,
    note: () => {},
  };
  const { targets, close } = (await docker.collect(context)) as Collected;
  onTestFinished(() => {
    close();
    server.close();
  });
  return targets[0]?.isOfImage(path, stat);
}

test.each<[string, Partial<FakeContainer>, boolean]>([
  ['that has nothing of its own', { ownBytes: 0 }, true],
  ['whose own layer is smaller', { ownBytes: 999 }, true],
  ['whose own layer is as large', { ownBytes: 1000 }, false],
  ['whose own layer the engine fails to measure', { ownBytes: -1 }, false],
  ['where it was changed since', { modified: '2026-01-01T00:00:00.000000001Z' }, false],
  ['where it is no longer', { files: {} }, false],
  ['with volumes elsewhere', { mounts: ['/data', '/var/lib/dpkg/stat', '/etc/hosts'] }, true],
  ['with a volume in its place', { mounts: [path] }, false],
  ['with a volume over its folder', { mounts: ['/var/lib'] }, false],
  ['with more volumes than are looked at', { mounts: Array.from({ length: 300 }, (_, index) => `/data/${index}`) }, false],
])('a file of a container %s', async (_, container, expected) => {
  expect(await isOfImage(container)).toBe(expected);
});

test.each<[string, Override, boolean]>([
  [
    'overlay2 that compares sizes and times',
    answering('/info', { Driver: 'overlay2', DriverStatus: [['Native Overlay Diff', 'false']] }),
    false,
  ],
  ['overlay2 that does not say how', answering('/info', { Driver: 'overlay2', DriverStatus: null }), false],
  ['other storage', answering('/info', { Driver: 'vfs', DriverStatus: [['Native Overlay Diff', 'true']] }), false],
  ['an engine that does not measure', answering('?size=1', { State: { Running: true, StartedAt: '2026-11-23T00:00:00Z' } }), false],
])('by %s', async (_, override, expected) => {
  expect(await isOfImage({}, override)).toBe(expected);
});

test.each([
  ['the file', path, '/data/status'],
  ['its folder', '/var/lib/dpkg', '/data'],
])('a link at the place of %s into a volume', async (_, from, to) => {
  const files = { [path]: 'x'.repeat(1000), '/data/status': 'x'.repeat(1000) };
  expect(await isOfImage({ files, mounts: ['/data'] }, linked(from, to))).toBe(false);
});

// Fedora and SUSE have such a link at /var/lib/rpm.
test.each([
  ['its place', '/var/lib/packages', '/var/lib/dpkg', '/var/lib/packages'],
  ['a folder on the way', '/srv', '/var/lib', '/srv/dpkg'],
  ['the file', '/srv/status', path, '/srv/status'],
  ['everything', '/srv', '/', '/srv'],
])('a volume that a link leads to %s', async (_, from, to, mount) => {
  expect(await isOfImage({ mounts: ['/data', mount] }, linked(from, to))).toBe(false);
});

test('a volume that a link leads elsewhere', async () => {
  expect(await isOfImage({ mounts: ['/srv/dpkg'] }, linked('/srv', '/data'))).toBe(true);
});

test('what lies on another file system than the root is in no layer', async () => {
  expect(await isOfImage({}, undefined, { ...asRead, isInVolume: true })).toBe(false);
});

test('what is in a folder has sizes of its own', async () => {
  expect(await isOfImage({}, undefined, { ...asRead, kind: 'directory', size: 4096 })).toBe(false);
});

test('an engine that does not answer says nothing', async () => {
  await expect(isOfImage({}, answering('/info', { message: 'no' }, 403))).rejects.toThrow('no');
});

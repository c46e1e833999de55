import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startOf } from '../../../src/collect/node/machine.ts';
import { innermostPid, parseStat, programOf } from '../../../src/collect/node/proc.ts';

const rest = `S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20 21\n`;

test.each([
  ['bash', `7 (bash) ${rest}`],
  ['a b', `7 (a b) ${rest}`],
  ['a) R 1 (b', `7 (a) R 1 (b) ${rest}`],
  ['', `7 () ${rest}`],
  ['a\nb', `7 (a\nb) ${rest}`],
])('the process %j', (name, text) => {
  expect(parseStat(text)).toEqual({ name, state: 'S', startTicks: 4242 });
});

test.each(['', '\n', '7', '7 (bash', '7 (bash) ', '7 (bash) S 1 2', 'x (bash) S'])('%j is none', (text) => {
  expect(parseStat(text)).toBeNull();
});

test.runIf(process.platform === 'linux')('this one', () => {
  expect(parseStat(readFileSync('/proc/self/stat', 'latin1'))).toMatchObject({ state: 'R' });
});

// Both are inputs of fixtures/fuzz/proc as well.
test.each([
  [0, null, null],
  [100, 1_000_000, '1970-01-01T00:16:41.000Z'],
  [1e22, 1_700_000_000_000, null],
])('a process that was started %d ticks after %s', (startTicks, bootTime, start) => {
  const container = { id: 'a'.repeat(64), runtime: null, podUid: null, depth: 1 };
  expect(startOf({ pid: 7, name: 'a', state: 'S', startTicks, container }, bootTime)).toBe(start);
});

test.each([
  ['NSpid:\t7\t1', 1],
  ['NSpid:\t7', 7],
  ['NSpid:\tx', 7],
  ['', 7],
])('the innermost pid of %j', (status, pid) => {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-proc-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, '7'));
  writeFileSync(join(folder, '7', 'status'), `Name:\ta\n${status}\n`);
  expect(innermostPid(folder, 7)).toBe(pid);
});

/** Starts a program that lies so deep that no path of it can be told: a path of 4096 bytes is none to the kernel. */
const startDeep = `
  for level in $(seq 25); do mkdir $0 && cd -P $0 || exit 1; done
  cp "$(command -v sleep)" app && echo ready && exec ./app 60`;

test.runIf(process.platform === 'linux')('a program whose path is too long to be told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'supercargo-deep-'));
  const app = spawn('sh', ['-c', startDeep, 'd'.repeat(200)], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(app, 'exit');
  onTestFinished(async () => {
    app.kill();
    await exit;
    // Node's own way to remove a folder knows no paths as long.
    execFileSync('rm', ['-r', folder]);
  });
  await once(app.stdout, 'data');
  const exe = `/proc/${app.pid}/exe`;
  await vi.waitFor(() => expect(() => readlinkSync(exe)).toThrow('ENAMETOOLONG'), 5000);
  expect(programOf('/proc', app.pid as number)).toBeNull();
});

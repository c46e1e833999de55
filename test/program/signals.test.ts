import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, constants, cpSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../fakes/engine.ts';
import { environment, program } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'supercargo-signals-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const inventory = at('inventory.json');
const held: number[] = [];
afterAll(() => held.forEach(closeSync));
beforeAll(async () => {
  expect((await program(['demo', '-q', '-o', `inventory=${inventory}`])).code).toBe(0);
  // One that nobody opens, one whose writer says nothing, and one whose reader takes nothing.
  execFileSync('mkfifo', [at('alone'), at('silent'), at('full')]);
  held.push(openSync(at('silent'), 'r+'), openSync(at('full'), constants.O_RDWR | constants.O_NONBLOCK));
  expect(() => {
    for (;;) writeSync(held[1] as number, Buffer.alloc(4096));
  }).toThrow('EAGAIN');
});

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

/** Waits until a program has nothing to do: it then waits for something itself. */
async function untilIdle(pid: number | undefined): Promise<void> {
  const used = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).join();
  for (let before = ''; before !== used(); await sleep(400)) before = used();
}

/** How the program ends that is sent a signal while it waits. */
async function endOf(args: readonly string[], signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
  const stdout = openSync(at('full'), 'r+');
  const child = spawn(process.execPath, ['dist/supercargo.js', ...args], { env: environment, stdio: ['pipe', stdout, 'ignore'] });
  closeSync(stdout);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('exit', (code, by) => resolve(code ?? by)));
  await untilIdle(child.pid);
  child.kill(signal);
  const outcome = await Promise.race([ended, sleep(5000, null)]);
  child.kill('SIGKILL');
  return outcome;
}

describe.each(signals)('%s', (signal, expected) => {
  test(`ends with ${expected} what asks an engine, and no half-written file is left`, async () => {
    const engine = await serve(() => {});
    const file = join(mkdtempSync(at('signal-')), 'report.csv');
    const args = ['dist/supercargo.js', 'report', '--source', 'docker', '--docker-host', `tcp://${engine.address}`, '-o', `csv=${file}`];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    while (engine.requests.length === 0) await sleep(20);
    child.kill(signal);
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(expected);
    expect(readdirSync(join(file, '..'))).toEqual([]);
    engine.close();
  });

  const from = ['report', '--from', inventory];
  test.runIf(process.platform === 'linux').each([
    ['an inventory', ['report', '--from', '-']],
    ['the newer inventory', ['diff', inventory, '-']],
    ['pods', ['report', '--source', 'kubernetes', '--pods', '-']],
    ['a pipe that nobody opens, an inventory', ['report', '--from', at('alone')]],
    ['a pipe that nobody opens, pods', ['report', '--source', 'kubernetes', '--pods', at('alone')]],
    ['a pipe that nobody opens, a kubeconfig', ['report', '--source', 'kubernetes', '--kubeconfig', at('alone')]],
    ['a pipe that says nothing, a kubeconfig', ['owner', 'web', '--source', 'kubernetes', '--kubeconfig', at('silent')]],
    ['a pipe that nobody opens, a config', ['config', 'view', '--config', at('alone')]],
    ['a pipe that nobody opens, headers', ['demo', '--post', 'http://127.0.0.1:9', '--post-headers', at('alone')]],
    ['a pipe that nobody opens, to write into', [...from, '-o', `csv=${at('alone')}`]],
    ['a pipe that says nothing', ['report', '--from', at('silent')]],
    ['a pipe that takes nothing', [...from, '-o', `csv=${at('full')}`]],
    ['somebody to read stdout', from],
  ])(`ends with ${expected} what waits for %s`, async (_, args) => {
    expect(await endOf(args, signal)).toBe(expected);
  });
});

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)('a second signal ends what no first one reaches', async () => {
  // Of another user's pipe one may not open the other end.
  chmodSync(folder, 0o755);
  cpSync('dist', at('dist'), { recursive: true });
  const child = spawn(process.execPath, [at('dist/supercargo.js'), 'report', '--from', at('alone')], {
    ...{ env: environment, cwd: folder, uid: 65534 },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  await untilIdle(child.pid);
  child.kill('SIGINT');
  await untilIdle(child.pid);
  child.kill('SIGINT');
  expect(await ended).toBe('SIGINT');
});

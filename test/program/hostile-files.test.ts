import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeContainer, fakeEngine, idOf } from '../fakes/engine.ts';
import { tellsMemory, watchProgram } from './peak.ts';
import { program } from './program.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supercargo-hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.runIf(tellsMemory)('a file without an end', () => {
  test('as the headers of --post', async () => {
    const { code, stderr, peak } = await watchProgram(['demo', '--post', 'https://localhost/', '--post-headers', '/dev/zero']);
    expect([code, stderr]).toEqual([2, '--post-headers /dev/zero is larger than 64 KiB: those are no headers.\n']);
    expect(peak).toBeLessThan(300);
  });

  test('as the config', async () => {
    await symlink('/dev/zero', at('supercargo.yaml'));
    const { code, stderr, peak } = await watchProgram(['config', 'view', '--config', at('supercargo.yaml')]);
    expect([code, stderr]).toEqual([2, `${at('supercargo.yaml')}: larger than 1024 KiB, the most that is read.\n`]);
    expect(peak).toBeLessThan(300);
  });

  test('as the kubeconfig', async () => {
    const { code, stderr, peak } = await watchProgram(['report', '--source', 'kubernetes', '--kubeconfig', '/dev/zero']);
    const reason = 'it is larger than 16 MiB, the most that is read.';
    expect([code, stderr]).toEqual([2, `Cannot read the kubeconfig /dev/zero (--kubeconfig): ${reason}\n`]);
    expect(peak).toBeLessThan(300);
  });

  test('as the pods', async () => {
    const { code, stderr, peak } = await watchProgram(['report', '--source', 'kubernetes', '--pods', '/dev/zero']);
    expect([code, stderr]).toEqual([2, 'Cannot read the pods of /dev/zero (--pods): it is larger than 512 MiB, the most that is read.\n']);
    expect(peak).toBeLessThan(1400);
  });

  test('as an inventory', async () => {
    const { code, stderr, peak } = await watchProgram(['report', '--from', '/dev/zero']);
    expect([code, stderr]).toEqual([2, 'Cannot read the inventory /dev/zero: it is larger than 512 MiB, the most that is read.\n']);
    expect(peak).toBeLessThan(1400);
  });

  test('on standard input', async () => {
    const piece = Buffer.alloc(1024 * 1024, ' ');
    const { code, stderr, peak } = await watchProgram(['report', '--from', '-'], (stdin) => {
      let isOpen = true;
      stdin.on('close', () => {
        isOpen = false;
      });
      const more = () => {
        while (isOpen && stdin.write(piece));
      };
      stdin.on('drain', more);
      more();
    });
    expect([code, stderr]).toEqual([2, 'Cannot read the inventory -: it is larger than 512 MiB, the most that is read.\n']);
    expect(peak).toBeLessThan(1400);
  });
});

test.each([
  ['keys', '? '.repeat(4000)],
  ['lists', '- '.repeat(4000)],
  ['lists and keys', '- ? : '.repeat(2000)],
  ['maps, line by line', Array.from({ length: 1200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['lists in brackets', '['.repeat(100_000)],
  ['maps in brackets', '{a: '.repeat(50_000)],
  ['keys in brackets', '{? '.repeat(2000)],
])('a config of %s in one another is trouble, and no end of Node', async (_, text) => {
  await writeFile(at('deep.yaml'), text);
  const { code, stderr } = await program(['config', 'view', '--config', at('deep.yaml')]);
  expect([code, stderr.includes('deep.yaml'), stderr.includes('bug')]).toEqual([2, true, false]);
});

describe('gzip', () => {
  test('that unpacks to more than is read', async () => {
    // Members one after another are one stream: 8 × 100 MiB in less than a megabyte.
    const member = gzipSync(Buffer.alloc(100 * 1024 * 1024, ' '), { level: 9 });
    await writeFile(at('bomb.gz'), Buffer.concat(Array.from({ length: 8 }, () => member)));
    const { code, stderr, peak } = await watchProgram(['report', '--from', at('bomb.gz')]);
    expect([code, stderr]).toEqual([
      2,
      `Cannot read the inventory ${at('bomb.gz')}: unpacked it is larger than 512 MiB, the most that is read.\n`,
    ]);
    if (tellsMemory) expect(peak).toBeLessThan(1800);
  });

  test.each([
    ['that ends early', (bytes: Buffer) => bytes.subarray(0, -5), 'it ends early'],
    ['with a wrong checksum', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(8, 1)]), 'it is damaged'],
    ['and then noise', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 10), Buffer.alloc(100, 0xff)]), 'it is damaged'],
  ])('%s', async (_, damage, words) => {
    await writeFile(at('damaged.gz'), damage(gzipSync(JSON.stringify({ a: 'b'.repeat(1000) }))));
    const { code, stderr } = await program(['report', '--from', at('damaged.gz')]);
    expect([code, stderr.includes(words)]).toEqual([2, true]);
  });
});

test.each([
  ['lists', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
])('JSON that is nested 100,000 deep, of %s, is no inventory', async (_, text) => {
  const { code, stderr } = await program(['report', '--from', '-'], text);
  expect([code, stderr.startsWith('Standard input is no inventory: it has no schemaVersion')]).toEqual([2, true]);
});

describe('a package database of somebody who means harm', () => {
  async function collect(files: FakeContainer['files'] = {}, labels: FakeContainer['labels'] = {}) {
    const server = await fakeEngine([{ name: 'web', files, labels }]);
    try {
      const flags = ['--source', 'docker', '--docker-host', `tcp://${server.address}`, '-v'];
      const { code, stdout, stderr } = await program(['collect', ...flags]);
      return { code, stderr, inventory: JSON.parse(stdout) };
    } finally {
      server.close();
    }
  }
  const stanza = (name: string, version = '1') => `Package: ${name}\nVersion: ${version}\nStatus: install ok installed\n\n`;

  test.each([
    ['name', stanza('x'.repeat(16 * 1024 + 1))],
    ['version', stanza('long', '1'.repeat(10 * 1024 * 1024))],
    ['source', stanza('long').replace('Version', `Source: ${'x'.repeat(20_000)}\nVersion`)],
  ])('with a %s that is longer than any: the package is left out, and that is said', async (_, text) => {
    const { code, stderr, inventory } = await collect({ '/var/lib/dpkg/status': stanza('bash') + text });
    const [{ scan }] = inventory.containers;
    expect([code, scan.status, scan.reason, inventory.packages.length]).toEqual([3, 'partial', 'damaged', 1]);
    expect(inventory.diagnostics).toMatchObject([{ severity: 'error', code: 'scan/overlong-field', container: idOf('web') }]);
    expect(stderr.length).toBeLessThan(2000);
  });

  test.each([
    ['the name of a system that would stand in every purl', `ID=${'\u{fffd}'.repeat(20_000)}\n`],
    ['a version of it', `ID=debian\nVERSION_ID=${'1'.repeat(101)}\n`],
    ['a family of it', `ID=debian\nID_LIKE="${'a '.repeat(600)}"\n`],
    ['a title of it', `ID=debian\nPRETTY_NAME=${'x'.repeat(1001)}\n`],
  ])('with %s that no system has: its packages are read without it', async (_, osRelease) => {
    const { code, inventory } = await collect({ '/var/lib/dpkg/status': stanza('bash'), '/etc/os-release': osRelease });
    const [{ scan, os }] = inventory.containers;
    expect([code, scan.status, scan.reason, os, inventory.packages.length]).toEqual([3, 'partial', 'damaged', null, 1]);
    expect(inventory.diagnostics).toMatchObject([{ severity: 'error', code: 'scan/os-release', container: idOf('web') }]);
  });

  test.each([
    ['names', 1100, (index: number) => stanza('x'.repeat(16_000) + index)],
    ['names that take nine times as much in a purl', 160, (index: number) => stanza('\u{fffd}'.repeat(16_000) + index)],
    ['versions', 600, (index: number) => stanza(`p${index}`, '\u0001'.repeat(16_000))],
  ])('with %s that would fill the memory is too large', async (_, count, stanzaOf) => {
    const text = Array.from({ length: count }, (__, index) => stanzaOf(index)).join('');
    const { code, inventory } = await collect({ '/var/lib/dpkg/status': text });
    const [{ scan }] = inventory.containers;
    expect([code, scan.status, scan.reason, inventory.packages.length]).toEqual([3, 'unread', 'too-large', 0]);
  });

  test('with a name of many megabytes and no version says so in a line', async () => {
    const { stderr, inventory } = await collect({
      '/var/lib/dpkg/status': `Package: ${'A'.repeat(10 * 1024 * 1024)}\nStatus: install ok installed\n`,
    });
    expect(Math.max(...inventory.diagnostics.map(({ message }: { message: string }) => message.length))).toBeLessThan(600);
    expect(stderr.length).toBeLessThan(3000);
  });

  test('with a field as long as is allowed is read', async () => {
    const { code, inventory } = await collect({ '/var/lib/dpkg/status': stanza('x'.repeat(16 * 1024)) });
    expect([code, inventory.packages.length]).toEqual([0, 1]);
  });

  test('called like properties of every object: each is a package', async () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'];
    const { code, inventory } = await collect({ '/var/lib/dpkg/status': names.map((name) => stanza(name)).join('') });
    expect([code, inventory.packages.map(({ name }: { name: string }) => name)]).toEqual([0, names]);
  });

  test('says nothing on stderr but what is said there: one line stays one', async () => {
    const labels = { team: `${'x'.repeat(1001)}`, 'a\nIncomplete: no': 'b', 'io.kubernetes.pod.uid': 'uid\nerror: forged\u001b[2J' };
    const { stderr } = await collect({ '/var/lib/dpkg/status': stanza('bash') }, labels);
    expect(stderr.split('\n').filter((line) => /^(error|Incomplete: no)/.test(line))).toEqual([]);
    expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

test('an engine that refuses with several lines: they are told as one', async () => {
  const server = await fakeEngine([], (_, response) => {
    response.writeHead(500).end(JSON.stringify({ message: 'no\nIncomplete: nothing at all\r\n\u001b[2J' }));
    return true;
  });
  const { stderr } = await program(['report', '--source', 'docker', '--docker-host', `tcp://${server.address}`]);
  server.close();
  expect(stderr).toMatch(/^Docker at tcp:\/\/[\d.:]+ answered GET \/\S+ with 500: no Incomplete: nothing at all \\u\{1b\}\[2J\n$/);
});

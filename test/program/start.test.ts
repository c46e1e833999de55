import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../e2e/commands.ts';
import { environment } from './program.ts';

/** Prints, at the end, which files of the program were loaded. */
const listLoaded = `data:text/javascript,${encodeURIComponent(`
  import Module from 'node:module';
  import { writeSync } from 'node:fs';
  const loaded = () => Object.keys(Module._cache).filter((file) => file.includes('/dist/'));
  process.on('exit', () => writeSync(2, '\\nloaded ' + JSON.stringify(loaded())));
`)}`;

async function loadedBy(args: readonly string[]) {
  const { stderr } = await run(process.execPath, ['--import', listLoaded, 'dist/supercargo.js', ...args], { env: environment });
  const files: string[] = JSON.parse(stderr.split('\nloaded ').at(-1) as string);
  return Promise.all(files.map(async (file) => ({ name: basename(file), text: await readFile(file, 'utf8') })));
}

const heavy = {
  zod: /\b_zod\b/,
  'the Docker client': /archive\?path=/,
  'the Kubernetes client': /class KubeConfig\b/,
  'the parsers': /\bparseStanzas\b/,
  'the framed table': /cli-table/,
};

// Each takes some ten milliseconds to load, of a start that takes a hundred.
test.each<[readonly string[], readonly (keyof typeof heavy)[]]>([
  [['--help'], []],
  [['report', '--help'], []],
  [['report', '--from', 'fixtures/inventory/inventory.json', '-o', 'csv'], []],
  [['diff', 'fixtures/inventory/inventory.json', 'fixtures/inventory/inventory.json', '-o', 'json'], []],
  [['report', '--rootfs', 'fixtures/inventory', '-o', 'csv'], ['the parsers']],
  [
    ['demo', '-o', 'csv'],
    ['zod', 'the Docker client', 'the Kubernetes client', 'the parsers'],
  ],
])('%j loads %j', async (args, wanted) => {
  const loaded = await loadedBy(args);
  const found = Object.entries(heavy).filter(([, mark]) => loaded.some(({ text }) => mark.test(text)));
  expect(found.map(([name]) => name)).toEqual(wanted);
});

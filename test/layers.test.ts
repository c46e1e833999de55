import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** Rooms from the ground up: a file imports from its own room and from lower floors, never from a sibling. */
const floors = [
  ['text', 'io'],
  ['model'],
  ['version'],
  ['collect', 'parse', 'join', 'report', 'format'],
  ['scan'],
  ['cache'],
  ['pipeline.ts', 'agent', 'demo'],
  ['cli'],
];
const floorOf = (room: string) => floors.findIndex((rooms) => rooms.includes(room));
const roomOf = (file: string) => file.split('/')[1] as string;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src', file));
const importsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)].map(([, path]) => join(dirname(file), path as string));

test('every room has its floor', () => {
  expect(files.map(roomOf).filter((room) => floorOf(room) < 0)).toEqual([]);
});

test.each(files)('%s imports from below alone', (file) => {
  const wrong = importsOf(file).filter((path) => roomOf(path) !== roomOf(file) && floorOf(roomOf(path)) >= floorOf(roomOf(file)));
  expect(wrong).toEqual([]);
});

test('only the command line touches the process', () => {
  expect(files.filter((file) => roomOf(file) !== 'cli' && /\bprocess\./.test(readFileSync(file, 'utf8')))).toEqual([]);
});

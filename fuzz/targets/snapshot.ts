import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { framesOf, lastWholeIn } from '../../src/collect/snapshot/frames.ts';
import { packSnapshot, unpackSnapshot } from '../../src/collect/snapshot/text.ts';
import { CollectError } from '../../src/model/errors.ts';
import { snapshotForm } from '../../src/model/snapshot.ts';
import { holds, orRefused, sameTwice, type Target } from '../target.ts';

const header = {
  form: snapshotForm,
  agent: { name: 'supercargo', version: '0.1.0' },
  ...{ node: 'node-1', takenAt: '2026-11-25T00:00:00Z', looksEvery: 30_000, printsEvery: 600_000, contents: 1, containers: 1 },
};
const content = { type: 'deb', packages: [{ name: 'bash', version: '1', architecture: null, sourcePackage: null, licenseDeclared: null }] };
const container = {
  ...{ id: 'a'.repeat(64), runtime: null, podUid: null, isPause: false, startedAt: null, status: 'read', reason: null, message: null },
  ...{ system: null, databases: [], contents: [0], diagnostics: [] },
};
const text = [header, content, container].map((line) => JSON.stringify(line)).join('\n');

/** What an agent prints: the text of its snapshot, and the lines of a log in which it lies. */
export const target: Target = {
  id: 'snapshot',
  seeds: () => [Buffer.from(text), Buffer.from(framesOf(gzipSync(text)).join(''))],
  shaped: fc.array(fc.oneof(fc.json(), fc.constantFrom(...text.split('\n')))).map((lines) => Buffer.from(lines.join('\n'))),
  words: ['"form":1', '"contents":', '"containers":', '[0]', '-1', 'supercargo/1 ', ' 1/1 ', '\n'],
  run: async (input) => {
    const { bytes } = sameTwice(() => lastWholeIn(input.toString('latin1')));
    if (bytes !== null) holds(lastWholeIn(framesOf(bytes).join('')).bytes?.equals(bytes) ?? false, 'what was found is not found again');
    const snapshot = await orRefused([CollectError], () => unpackSnapshot(gzipSync(input), new Map()));
    if (snapshot === null) return;
    const again = packSnapshot(
      snapshot.header,
      snapshot.contents.map((each) => JSON.stringify(each)),
      snapshot.containers.map((each) => JSON.stringify(each)),
    );
    holds(
      JSON.stringify(unpackSnapshot(again, new Map())) === JSON.stringify(snapshot),
      'it is another when it was written and read again',
    );
  },
};

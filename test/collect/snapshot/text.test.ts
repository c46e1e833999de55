import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packSnapshot, unpackSnapshot } from '../../../src/collect/snapshot/text.ts';
import { CollectError } from '../../../src/model/errors.ts';
import type { SnapshotContainer, SnapshotContent, SnapshotHeader } from '../../../src/model/snapshot.ts';

const header: SnapshotHeader = {
  form: 1,
  agent: { name: 'supercargo', version: '0.1.0' },
  ...{ node: 'node-1', takenAt: '2026-11-25T00:00:00.000Z', looksEvery: 30_000, printsEvery: 600_000 },
};
const bash = { name: 'bash', version: '5.2-1', architecture: 'amd64', sourcePackage: null, licenseDeclared: null };
const content: SnapshotContent = { type: 'deb', packages: [bash] };
const container: SnapshotContainer = {
  ...{ id: 'a'.repeat(64), runtime: 'containerd', podUid: null, isPause: false, startedAt: null, status: 'read', reason: null },
  ...{ message: null, system: null, databases: [], contents: [0], diagnostics: [] },
};

const pack = (contents: readonly object[], containers: readonly object[], head: object = header) =>
  packSnapshot(
    head as SnapshotHeader,
    contents.map((each) => JSON.stringify(each)),
    containers.map((each) => JSON.stringify(each)),
  );

describe('a snapshot', () => {
  test('comes back as it was', () => {
    const snapshot = unpackSnapshot(pack([content], [container]), new Map());
    expect(snapshot).toEqual({ header, contents: [content], containers: [container] });
  });

  test('has each content once for all nodes', () => {
    const known = new Map();
    const [one, other] = [1, 2].map(() => unpackSnapshot(pack([content], [container]), known));
    expect(other?.contents[0]).toBe(one?.contents[0]);
    expect(known.size).toBe(1);
  });

  test('of a newer agent may have more keys', () => {
    const newer = pack([{ ...content, more: 1 }], [{ ...container, more: {} }], { ...header, more: [] });
    expect(unpackSnapshot(newer, new Map())).toEqual({ header, contents: [content], containers: [container] });
  });

  test.each([
    ['another form', pack([], [], { ...header, form: 2 }), 'snapshots of the form 2, and this supercargo reads 1'],
    ['a position that leads nowhere', pack([], [container]), 'a container points nowhere'],
    ['a negative one', pack([content], [{ ...container, contents: [-1] }]), 'a container points nowhere'],
    ['an unknown status', pack([content], [{ ...container, status: 'fine' }]), 'status'],
    ['no gzip', Buffer.from('{}'), 'gzip cannot unpack it'],
    ['gzip that was cut', pack([content], [container]).subarray(0, 40), 'gzip cannot unpack it'],
    ['no JSON', gzipSync('form'), 'it is no JSON'],
    ['null', gzipSync('null'), 'is not what it should be'],
    ['fewer lines than it says', gzipSync(`${JSON.stringify({ ...header, contents: 1, containers: 0 })}`), 'as many lines'],
    ['a bomb', gzipSync(Buffer.alloc(65 * 1024 * 1024)), 'larger than 64 MiB'],
  ])('with %s is refused', (_, bytes, message) => {
    expect(() => unpackSnapshot(bytes, new Map())).toThrow(CollectError);
    expect(() => unpackSnapshot(bytes, new Map())).toThrow(message);
  });

  test('never makes anything else of what is not one than a CollectError', () => {
    const line = fc.oneof(fc.json(), fc.constantFrom(JSON.stringify({ ...header, contents: 1, containers: 1 }), JSON.stringify(content)));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        try {
          unpackSnapshot(gzipSync(lines.join('\n')), new Map());
        } catch (error) {
          expect(error).toBeInstanceOf(CollectError);
        }
      }),
    );
  });
});

import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { CollectError } from '../../model/errors.ts';
import { type Snapshot, SnapshotContainer, SnapshotContent, SnapshotHeader, snapshotForm } from '../../model/snapshot.ts';
import { checkAnswer } from '../answer.ts';

/** Ten thousand packages are about 2 MB; a node has about a hundred images at most. */
const maxTextBytes = 64 * 1024 * 1024;

/** The text of a snapshot: its header, contents and containers, each as a line of JSON, packed with gzip. */
export function packSnapshot(header: SnapshotHeader, contents: readonly string[], containers: readonly string[]): Buffer {
  const first = JSON.stringify({ ...header, contents: contents.length, containers: containers.length });
  return gzipSync([first, ...contents, ...containers].join('\n'));
}

const Counted = z.extend(SnapshotHeader, { contents: z.int(), containers: z.int() });

/** Contents that were read before, by the digest of their line: the nodes of a cluster share most of them. */
export type KnownContents = Map<string, SnapshotContent>;

/** Reads a snapshot. Throws a CollectError if it is not what it should be. */
export function unpackSnapshot(bytes: Uint8Array, known: KnownContents): Snapshot {
  const lines = unpack(bytes).split('\n');
  const { contents, containers, ...header } = readHeader(parseLine(lines[0] as string));
  if (contents < 0 || containers < 0 || lines.length !== 1 + contents + containers) throw damaged('it has not as many lines as it says');
  const snapshot = {
    header,
    contents: lines.slice(1, 1 + contents).map((line) => readContent(line, known)),
    containers: lines.slice(1 + contents).map((line) => check(SnapshotContainer, parseLine(line))),
  };
  const isPosition = (position: number) => position >= 0 && position < contents;
  if (!snapshot.containers.every((container) => container.contents.every(isPosition))) throw damaged('a container points nowhere');
  return snapshot;
}

function readHeader(value: unknown) {
  const { form } = (value ?? {}) as { readonly form?: unknown };
  if (typeof form === 'number' && form !== snapshotForm)
    throw new CollectError(
      `Its agent writes snapshots of the form ${form}, and this supercargo reads ${snapshotForm}. Use the same version of both.`,
    );
  return check(Counted, value);
}

function readContent(line: string, known: KnownContents): SnapshotContent {
  const digest = createHash('sha256').update(line).digest('base64');
  const content = known.get(digest) ?? check(SnapshotContent, parseLine(line));
  known.set(digest, content);
  return content;
}

function unpack(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxTextBytes }).toString();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const reason = code === 'ERR_BUFFER_TOO_LARGE' ? `it is larger than ${maxTextBytes / (1024 * 1024)} MiB` : 'gzip cannot unpack it';
    throw damaged(reason, error);
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw damaged('it is no JSON', error);
  }
}

const check = <Schema extends z.ZodMiniType>(schema: Schema, value: unknown) => checkAnswer(schema, value, "Its agent's snapshot");

const damaged = (reason: string, cause?: unknown) =>
  new CollectError(`Its agent's snapshot is not what it should be: ${reason}.`, { cause });

import { type BigIntStats, closeSync, fstatSync, readSync } from 'node:fs';
import { type FileStat, type OpenFile, tooLarge, UnreadableError } from '../target.ts';
import { readable } from './errors.ts';
import type { Foothold } from './foothold.ts';

/** `device` is that of the root. */
export function statOf(stats: BigIntStats, device: bigint): FileStat {
  const changed = String(stats.ctimeNs);
  return { kind: kindOf(stats), size: Number(stats.size), modified: timeOf(stats), changed, isInVolume: stats.dev !== device };
}

function kindOf(stats: BigIntStats): FileStat['kind'] {
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'directory' : 'other';
}

/**
 * RFC 3339 with all nine digits that a file system keeps. A container may give its files times that no Date can hold, 300,000 years from
 * now. For these, the seconds since 1970 are returned: not a date, but good enough for comparison.
 */
function timeOf({ mtime, mtimeNs }: BigIntStats): string {
  const second = 1_000_000_000n;
  const fraction = String(((mtimeNs % second) + second) % second).padStart(9, '0');
  if (Number.isNaN(mtime.getTime())) return `@${mtimeNs / second}.${fraction}`;
  return mtime.toISOString().replace(/\.\d+Z$/, `.${fraction}Z`);
}

/** Opens regular files only: a FIFO would block, a device would never end, and opening either may have an effect. */
export function openFile(place: Foothold, path: string, maxBytes: number, device: bigint): OpenFile {
  refuse(place.stats, path, maxBytes);
  const descriptor = readable(path, place.open);
  try {
    const stats = readable(path, () => fstatSync(descriptor, { bigint: true }));
    refuse(stats, path, maxBytes);
    return openedFile(descriptor, statOf(stats, device), path);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function refuse(stats: BigIntStats, path: string, maxBytes: number): void {
  if (!stats.isFile()) throw new UnreadableError('failed', `${path} is not a regular file.`);
  if (stats.size > maxBytes) throw tooLarge(path, maxBytes);
}

function openedFile(descriptor: number, stat: FileStat, path: string): OpenFile {
  // One buffer for all reads: the bytes of a read are valid until the next one.
  let memory = Buffer.alloc(0);
  return {
    stat,
    read: (position, length) => {
      const wanted = Math.max(0, Math.min(length, stat.size - position));
      if (memory.length < wanted) memory = Buffer.allocUnsafe(wanted);
      const bytes = readable(path, () => readAt(descriptor, position, memory.subarray(0, wanted)));
      // Its reader would take this for the end of the file, but the file is being written.
      if (bytes.length < wanted) throw new UnreadableError('failed', `${path} became shorter while it was read.`);
      return bytes;
    },
    close: () => closeSync(descriptor),
  };
}

function readAt(descriptor: number, position: number, bytes: Uint8Array): Uint8Array {
  let filled = 0;
  while (filled < bytes.length) {
    const got = readSync(descriptor, bytes, filled, bytes.length - filled, position + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}

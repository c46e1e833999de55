import { DanglingLinkError, type FileStat, type Target } from '../collect/target.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CollectError } from '../model/errors.ts';
import type { System } from '../model/system.ts';
import { maxOsReleaseBytes, osReleasePaths, parseOsRelease } from '../parse/os-release.ts';
import { refuseOverlongSystem } from './overlong.ts';
import { reasonOf } from './read-database.ts';
import { readShared, type SharedReads } from './shared-reads.ts';

export interface SystemRead {
  readonly system: System | null;
  /** Why it is not known, although it may exist; null if it was read, or if there is none. */
  readonly lost: LostSystem | null;
}

export interface LostSystem {
  readonly reason: ReturnType<typeof reasonOf>;
  readonly diagnostic: Omit<Diagnostic, 'container'>;
}

/** Where the os-release is; why that is not known; or null if there is none. */
type FoundOsRelease = { readonly path: string; readonly stat: FileStat } | LostSystem | null;

/** The first os-release that exists. If it cannot be read, the next does not replace it: that may be another system's. */
export async function findOsRelease(target: Target): Promise<FoundOsRelease> {
  for (const path of osReleasePaths) {
    try {
      const stat = await target.stat(path);
      if (stat !== null) return { path, stat };
    } catch (error) {
      // Images without a system may keep the link.
      if (error instanceof DanglingLinkError) continue;
      return lostBy(error, path);
    }
  }
  return null;
}

export async function readSystem(target: Target, found: FoundOsRelease, shared: SharedReads): Promise<SystemRead> {
  if (found === null) return { system: null, lost: null };
  if ('reason' in found) return { system: null, lost: found };
  const { path, stat } = found;
  try {
    const system = await readShared(target, path, stat, shared, maxOsReleaseBytes, (file) => parseOsRelease(file.read(0, file.size)));
    if (system !== null) refuseOverlongSystem(system, path);
    return { system, lost: null };
  } catch (error) {
    return { system: null, lost: lostBy(error, path) };
  }
}

function lostBy(error: unknown, path: string): LostSystem {
  if (!(error instanceof CollectError)) throw error;
  return { reason: reasonOf(error), diagnostic: { severity: 'error', code: 'scan/os-release', message: error.message, path } };
}

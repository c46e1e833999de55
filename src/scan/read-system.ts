import type { Target } from '../collect/target.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CollectError } from '../model/errors.ts';
import type { System } from '../model/system.ts';
import { maxOsReleaseBytes, osReleasePaths, parseOsRelease } from '../parse/os-release.ts';
import { reasonOf } from './read-database.ts';
import { type LookReads, readShared } from './shared-reads.ts';

export interface SystemRead {
  readonly system: System | null;
  /** Why it is not known, though it may be there; null when it was read, or when there is none. */
  readonly lost: LostSystem | null;
}

export interface LostSystem {
  readonly reason: ReturnType<typeof reasonOf>;
  readonly diagnostic: Omit<Diagnostic, 'container'>;
}

/** The first os-release that there is. One that cannot be read is not made up for by the next: that may be another's. */
export async function readSystem(target: Target, reads: LookReads): Promise<SystemRead> {
  for (const path of osReleasePaths) {
    try {
      const stat = await target.stat(path);
      if (stat === null) continue;
      const system = await readShared(target, path, stat, reads, maxOsReleaseBytes, (file) => parseOsRelease(file.read(0, file.size)));
      return { system, lost: null };
    } catch (error) {
      if (!(error instanceof CollectError)) throw error;
      const diagnostic = { severity: 'error', code: 'scan/os-release', message: error.message, path } as const;
      return { system: null, lost: { reason: reasonOf(error), diagnostic } };
    }
  }
  return { system: null, lost: null };
}

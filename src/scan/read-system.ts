import type { Target } from '../collect/target.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CollectError } from '../model/errors.ts';
import type { System } from '../model/system.ts';
import { maxOsReleaseBytes, osReleasePaths, parseOsRelease } from '../parse/os-release.ts';
import { readShared, type SharedReads } from './shared-reads.ts';

export async function readSystem(target: Target, shared: SharedReads, diagnostics: Diagnostic[]): Promise<System | null> {
  for (const path of osReleasePaths) {
    try {
      const stat = await target.stat(path);
      if (stat === null) continue;
      return await readShared(target, path, stat, shared, maxOsReleaseBytes, (file) => parseOsRelease(file.read(0, file.size)));
    } catch (error) {
      if (!(error instanceof CollectError)) throw error;
      diagnostics.push({ severity: 'warning', code: 'scan/os-release', message: error.message, container: target.container.id, path });
    }
  }
  return null;
}

import type { Package } from '../model/package.ts';
import { byCodeUnits } from '../text/code-units.ts';
import { compareVersions } from './version-order.ts';

/** By name, type and version in the order of its ecosystem; the rest only decides between equals, always in the same way. */
export function comparePackages(a: Package, b: Package): number {
  return (
    byCodeUnits(a.name, b.name) ||
    byCodeUnits(a.type, b.type) ||
    compareVersions(a.type, a.version ?? '', b.version ?? '') ||
    byCodeUnits(a.version ?? '', b.version ?? '') ||
    byCodeUnits(a.architecture ?? '', b.architecture ?? '') ||
    byCodeUnits(JSON.stringify(a), JSON.stringify(b))
  );
}

import { createHash } from 'node:crypto';
import type { Inventory } from '../model/inventory.ts';

/** Timestamps of collecting are the only thing that differs between two runs over an unchanged fleet: the digest covers the rest. */
export function withDigest(inventory: Inventory): Inventory {
  const hash = createHash('sha256');
  const { generated: _, contentDigest: __, containers, ...rest } = inventory;
  hash.update(JSON.stringify(rest));
  for (const { scan, ...container } of containers) {
    const { collectedAt: ___, ...facts } = scan;
    hash.update(JSON.stringify([container, facts]));
  }
  return { ...inventory, contentDigest: `sha256:${hash.digest('hex')}` };
}

import type { Coverage } from '../../model/coverage.ts';
import { isUnknown, type Pair } from './parts.ts';

/** Whether everything was compared that should have been, and the same in words. */
export interface DiffState {
  readonly complete: boolean;
  readonly state: string;
}

/** Both sides must be complete, and neither may have missed a place. */
export function diffStateOf(pairs: readonly Pair[], before: Coverage, after: Coverage): DiffState {
  const missed = pairs.filter((pair) => pair.some(({ unread }) => unread?.isMissed)).length;
  const unknown = pairs.filter(isUnknown).length;
  const countOf = (places: number) => `${places} of ${pairs.length} places not known`;
  if (missed === 0 && before.complete && after.complete)
    return { complete: true, state: unknown === 0 ? 'Complete' : `Complete, except for ${countOf(unknown)}` };
  const lacks = [...(missed > 0 ? [countOf(missed)] : []), ...lacksOf(before, 'before'), ...lacksOf(after, 'after')];
  return { complete: false, state: `Incomplete: ${lacks.join(', ')}` };
}

/** What a side lacks that no place shows: unread containers show as places that are not known. */
function lacksOf({ containers: { unclear }, teams: { unknownContainers }, sources }: Coverage, side: 'before' | 'after'): string[] {
  const failed = sources.filter(({ error }) => error !== null).length;
  return [
    unclear > 0 && `containers whose namespace or image is not known ${side}: ${unclear}`,
    unknownContainers > 0 && `containers whose team is not known ${side}: ${unknownContainers}`,
    failed > 0 && `${failed} of ${sources.length} sources could not be asked ${side}`,
  ].filter((lack) => lack !== false);
}

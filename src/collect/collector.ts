import type { TextSources } from '../io/text-input.ts';
import type { Source } from '../model/inventory.ts';
import type { CollectPlan } from '../model/plan.ts';
import type { Collected } from './target.ts';
import type { UserEnvironment } from './user-environment.ts';

/** What every source gets for a run. */
export interface CollectContext extends TextSources, UserEnvironment {
  readonly plan: CollectPlan;
  /** Tells the user, in one line, what was found. */
  readonly note: (message: string) => void;
}

/** A source of containers. */
export interface Collector {
  readonly id: Source['kind'];
  /** Null when there is nothing of this kind; throws a CollectError when there is something that does not answer. */
  readonly collect: (context: CollectContext) => Promise<Collected | null>;
}

import { makeCacheFolder } from '../../cache/make-folder.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { CollectPlan } from '../../model/plan.ts';
import type { Surroundings } from '../../pipeline.ts';
import type { Console } from '../console.ts';
import { type CollectFlags, configOf, planOf } from '../flags/collect-flags.ts';
import { homeFolder } from '../folders/home-folder.ts';
import { isOwn } from '../folders/own-folder.ts';
import { generator } from '../version.ts';

/** What to collect, by the flags and the config. */
export async function collectPlanOf(flags: CollectFlags, console: Console, signal: AbortSignal): Promise<CollectPlan> {
  const { config, file } = await configOf(flags, signal);
  if (file !== null) console.note(`Config ${file}`);
  return withOwnCache(planOf(flags, config), console);
}

/** Whatever others put into a cache would pass for what was read. Having no cache folder costs time, nothing else. */
function withOwnCache(plan: CollectPlan, console: Console): CollectPlan {
  if (plan.cache === null) return plan;
  const { folder } = plan.cache;
  try {
    makeCacheFolder(folder);
    if (isOwn(folder)) return plan;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return { ...plan, cache: null };
  }
  console.note(
    `The cache ${folder} is not used: it is a link or another user's, or others may write into it. Remove it, or chmod go-w it.`,
  );
  return { ...plan, cache: null };
}

export async function collect(plan: CollectPlan, console: Console, signal: AbortSignal, env = process.env): Promise<Inventory> {
  const { collectInventory } = await import('../../pipeline.ts');
  try {
    return await collectInventory(plan, surroundingsOf(console, signal, env));
  } finally {
    console.clearProgress();
  }
}

/** Joins a scan of Lumogon with its teams. */
export async function joinLumogon(
  document: unknown,
  name: string,
  plan: CollectPlan,
  { console, signal }: { readonly console: Console; readonly signal: AbortSignal },
) {
  const [{ readLumogonReport }, { joinLumogonReport }] = await Promise.all([
    import('../../collect/lumogon.ts'),
    import('../../pipeline.ts'),
  ]);
  return joinLumogonReport(readLumogonReport(document, name), plan, surroundingsOf(console, signal, process.env));
}

function surroundingsOf(console: Console, signal: AbortSignal, env: NodeJS.ProcessEnv): Surroundings {
  return {
    ...{ generator, signal, stdin: () => process.stdin, env, homeDirectory: homeFolder(), now: () => new Date() },
    ...{ note: console.note, progress: console.progress },
  };
}

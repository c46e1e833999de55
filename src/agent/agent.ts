import { openMachine } from '../collect/node.ts';
import { framesOf } from '../collect/snapshot/frames.ts';
import { packSnapshot } from '../collect/snapshot/text.ts';
import { pause } from '../io/pause.ts';
import { type SnapshotHeader, snapshotForm } from '../model/snapshot.ts';
import { createLooker, type Look } from './looker.ts';

/** What an agent should do. */
export interface AgentPlan {
  /** Where the processes of the machine are visible. */
  readonly procFolder: string;
  /** The node's name in its cluster. */
  readonly node: string;
  /** From the start of one look to the start of the next, in milliseconds. */
  readonly looksEvery: number;
  /** The longest time without a snapshot, in milliseconds. After it, everything is read anew. */
  readonly printsEvery: number;
  readonly once: boolean;
}

interface AgentRun {
  readonly generator: SnapshotHeader['agent'];
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** What an agent reports of one look. */
export interface AgentReport extends Pick<Look, 'missed'> {
  /** The lines of a snapshot. */
  readonly lines: readonly string[];
}

/**
 * Looks at the containers of a node for as long as it runs. Yields a snapshot whenever something changed, and from time to time when
 * nothing did, so that readers of its log see that it is alive.
 */
export async function* runAgent(plan: AgentPlan, { generator, signal, now }: AgentRun): AsyncGenerator<AgentReport> {
  const looker = createLooker(openMachine(plan.procFolder, signal), now);
  let printed = { digest: '', at: Number.NEGATIVE_INFINITY };
  for (;;) {
    const begun = now();
    // Due if the next look would be too late. If the clock was set back, the time since the last snapshot is unknown.
    const isDue = Math.abs(begun.getTime() - printed.at) + plan.looksEvery > plan.printsEvery;
    const look = await looker.look(isDue);
    if (isDue || look.digest !== printed.digest) {
      printed = { digest: look.digest, at: begun.getTime() };
      yield { lines: framesOf(snapshotOf(plan, look, { generator, takenAt: begun })), missed: look.missed };
    }
    if (plan.once) return;
    const left = plan.looksEvery - (now().getTime() - begun.getTime());
    // If the clock was set back meanwhile, the pause is no longer than usual.
    await pause(Math.min(Math.max(0, left), plan.looksEvery), signal);
  }
}

function snapshotOf(
  { node, looksEvery, printsEvery }: AgentPlan,
  { contents, containers }: Look,
  { generator, takenAt }: { readonly generator: SnapshotHeader['agent']; readonly takenAt: Date },
): Buffer {
  const header = { form: snapshotForm, agent: generator, node, takenAt: takenAt.toISOString(), looksEvery, printsEvery } as const;
  return packSnapshot(header, contents, containers);
}

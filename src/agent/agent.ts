import { openMachine } from '../collect/node.ts';
import { framesOf } from '../collect/snapshot/frames.ts';
import { packSnapshot } from '../collect/snapshot/text.ts';
import { pause } from '../io/pause.ts';
import { type SnapshotHeader, snapshotForm } from '../model/snapshot.ts';
import { createLooker, type Look } from './looker.ts';

/** What an agent is to do. */
export interface AgentPlan {
  /** Where the processes of the machine are seen. */
  readonly procFolder: string;
  /** The node, as its cluster calls it. */
  readonly node: string;
  /** From the beginning of one look to that of the next, in milliseconds. */
  readonly looksEvery: number;
  /** The longest time without a snapshot, in milliseconds; then everything is read anew. */
  readonly printsEvery: number;
  readonly once: boolean;
}

interface AgentRun {
  readonly generator: SnapshotHeader['agent'];
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** What an agent has to say of one look. */
export interface AgentReport extends Pick<Look, 'missed'> {
  /** Those of a snapshot. */
  readonly lines: readonly string[];
}

/**
 * Looks at the containers of a node for as long as it runs. Gives a snapshot whenever something changed, and from
 * time to time when nothing did, so that whoever reads its log sees that it is there.
 */
export async function* runAgent(plan: AgentPlan, { generator, signal, now }: AgentRun): AsyncGenerator<AgentReport> {
  const looker = createLooker(openMachine(plan.procFolder, signal), now);
  let printed = { digest: '', at: Number.NEGATIVE_INFINITY };
  for (;;) {
    const begun = now();
    // The next look would be too late. Where the clock was set back nobody knows how long ago it was.
    const isDue = Math.abs(begun.getTime() - printed.at) + plan.looksEvery > plan.printsEvery;
    const look = await looker.look(isDue);
    if (isDue || look.digest !== printed.digest) {
      printed = { digest: look.digest, at: begun.getTime() };
      yield { lines: framesOf(snapshotOf(plan, look, { generator, takenAt: begun })), missed: look.missed };
    }
    if (plan.once) return;
    const left = plan.looksEvery - (now().getTime() - begun.getTime());
    // A clock that was set back meanwhile makes no look last longer.
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

import type { Coverage } from '../model/coverage.ts';
import type { UnreadReason } from '../model/scan.ts';

/** What to do about unread containers, where something can be done that the reason does not say. */
const hints: Partial<Record<UnreadReason, string>> = {
  'no-agent':
    'To have those nodes read, put an agent on each: kubectl apply -k deploy/kubernetes (README.md, "All nodes of a cluster"). If the agents run in a namespace other than supercargo, name it when collecting: --agent-namespace.',
  'too-new': 'To include containers that have just started, wait for the next look of the agents when collecting: --wait.',
};

/** Each once, however many containers it is about. */
export function hintsOn({ unread }: Coverage): string[] {
  return unread.flatMap(({ status, reason }) => (status === 'unread' && hints[reason]) || []);
}

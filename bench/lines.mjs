// Every line of the table, in its order. A new one goes into the file of its subject.
import { agentLines } from './lines/agents.mjs';
import { containerLines } from './lines/containers.mjs';
import { dpkgLines } from './lines/dpkg.mjs';
import { inventoryLines } from './lines/inventories.mjs';
import { podLines } from './lines/pods.mjs';
import { rpmLines } from './lines/rpm.mjs';
import { startLines } from './lines/start.mjs';
import { tableLines } from './lines/tables.mjs';

/**
 * A line is { id, what, other, limit, runs, open }: `what` is measured against `other`, the second way; `limit` says how
 * much at the most the ratio of their times may be, the milliseconds of the first, and its memory in megabytes. `open(work)`
 * makes in that folder what is needed, and gives { own, other, megabytes, close }: two ways that give their milliseconds,
 * what gives the memory, and what puts away.
 */
export const allLines = [
  ...startLines,
  ...containerLines,
  ...tableLines,
  ...inventoryLines,
  ...dpkgLines,
  ...rpmLines,
  ...podLines,
  ...agentLines,
];

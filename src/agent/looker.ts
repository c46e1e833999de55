import { createHash } from 'node:crypto';
import pMap from 'p-map';
import { findContainers, type MachineContainer } from '../collect/node/machine.ts';
import { areUnchanged, type Marks, noteMarks } from '../collect/node/marks.ts';
import { rootOf } from '../collect/node/root.ts';
import { type Machine, targetOf } from '../collect/node.ts';
import type { ContainerScan, DatabaseContent } from '../model/container-scan.ts';
import type { SnapshotContainer } from '../model/snapshot.ts';
import { scanTarget } from '../scan/scan.ts';
import { createSharedReads, type SharedReads } from '../scan/shared-reads.ts';

/** Containers that are looked into at a time: what is read is in memory meanwhile. */
const concurrency = 4;

/** What one look at all containers of a machine came to, as lines of JSON. */
export interface Look {
  readonly contents: readonly string[];
  readonly containers: readonly string[];
  /** Equal for looks that came to the same. */
  readonly digest: string;
}

/** Looks at all containers of a machine, again and again. What did not change is not read again, unless `anew`. */
export interface Looker {
  readonly look: (anew: boolean) => Promise<Look>;
}

/** What is known of a container from an earlier look. */
interface Known {
  readonly first: MachineContainer['first'];
  readonly marks: Marks;
  readonly container: Omit<SnapshotContainer, 'contents'>;
  /** As lines of JSON: the packages themselves would take ten times the memory. */
  readonly contents: readonly string[];
}

export function createLooker(machine: Machine, now: () => Date): Looker {
  let known: ReadonlyMap<string, Known> = new Map();

  async function lookInto(id: string, container: MachineContainer, reads: Reads): Promise<readonly [string, Known]> {
    const { target, marks } = noteMarks(targetOf(machine, id, container), rootOf(machine.procFolder, container.first));
    const scan = await scanTarget(target, reads.shared, now);
    return [id, { first: container.first, marks, container: containerOf(scan), contents: scan.contents.map(reads.lineOf) }];
  }

  return {
    look: async (anew) => {
      const found = findContainers(machine.procFolder);
      const same = anew ? new Map<string, Known>() : unchangedOf(known, found, machine);
      const others = [...found].filter(([id]) => !same.has(id));
      const reads = beginReads(same);
      const fresh = await pMap(others, ([id, container]) => lookInto(id, container, reads), { concurrency });
      known = new Map([...same, ...fresh.filter(([, { container }]) => container.reason !== 'gone')]);
      return linesOf(known);
    },
  };
}

/** What was read whole, and would come to the same if it were read again. */
function unchangedOf(known: ReadonlyMap<string, Known>, found: ReadonlyMap<string, MachineContainer>, { procFolder }: Machine) {
  const same = [...known].filter(([id, { first, marks, container }]) => {
    const now = found.get(id)?.first;
    if (now?.pid !== first.pid || now.startTicks !== first.startTicks || container.status === 'unread') return false;
    // Had another process the pid by now, it would have other files.
    return areUnchanged(rootOf(procFolder, first), marks);
  });
  return new Map(same);
}

/** The reads of one look. */
interface Reads {
  readonly shared: SharedReads;
  readonly lineOf: (content: DatabaseContent) => string;
}

function beginReads(same: ReadonlyMap<string, Known>): Reads {
  // Equal lines are one text in memory.
  const texts = new Map([...same.values()].flatMap(({ contents }) => contents.map((line) => [line, line] as const)));
  const lines = new Map<DatabaseContent, string>();
  return {
    shared: createSharedReads(),
    lineOf: (content) => {
      const earlier = lines.get(content);
      if (earlier !== undefined) return earlier;
      const { type, packages } = content;
      const line = JSON.stringify({ type, packages });
      const text = texts.get(line) ?? line;
      texts.set(text, text);
      lines.set(content, text);
      return text;
    },
  };
}

function containerOf({ container, startedAt, status, reason, message, system, databases, diagnostics }: ContainerScan): Known['container'] {
  const { id, runtime, pod, isPause } = container;
  return {
    ...{ id, runtime, podUid: pod?.uid ?? null, isPause, startedAt, status, reason, message, system },
    databases: [...databases],
    diagnostics: diagnostics.map(({ container: _, ...diagnostic }) => diagnostic),
  };
}

function linesOf(known: ReadonlyMap<string, Known>): Look {
  const positions = new Map<string, number>();
  const positionOf = (line: string) => {
    const position = positions.get(line) ?? positions.size;
    positions.set(line, position);
    return position;
  };
  const sorted = [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  const containers = sorted.map(({ container, contents }) => JSON.stringify({ ...container, contents: contents.map(positionOf) }));
  const contents = [...positions.keys()];
  const hash = createHash('sha256');
  for (const line of [...contents, ...containers]) hash.update(line).update('\n');
  return { contents, containers, digest: hash.digest('hex') };
}

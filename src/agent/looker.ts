import { createHash } from 'node:crypto';
import { findContainers, type MachineContainer } from '../collect/node/machine.ts';
import { areUnchanged, type Marks, noteMarks } from '../collect/node/marks.ts';
import { rootOf } from '../collect/node/root.ts';
import { type Machine, targetOf } from '../collect/node.ts';
import type { Target } from '../collect/target.ts';
import type { ContainerScan, DatabaseContent } from '../model/container-scan.ts';
import { isGone } from '../model/missed.ts';
import type { PackageRecord } from '../model/package.ts';
import type { SnapshotContainer } from '../model/snapshot.ts';
import { unreadReasons } from '../model/unread-reasons.ts';
import { scanTarget, unreadScan } from '../scan/scan.ts';
import { createSharedReads, type SharedReads } from '../scan/shared-reads.ts';
import { byCodeUnits } from '../text/code-units.ts';

/**
 * What an agent holds of all containers of its node, in characters of JSON: about 80,000 packages, several times what a hundred images
 * have. Its memory is limited, and others have to read its output, from a thousand nodes at once.
 */
export const maxHeldCharacters = 16 * 1024 * 1024;

/** What was read is kept for other containers of the same image, up to this many characters. Beyond that we read again to save memory. */
const maxSharedCharacters = 4 * 1024 * 1024;

/** The result of one look at all containers of a machine, as lines of JSON. */
export interface Look {
  readonly contents: readonly string[];
  readonly containers: readonly string[];
  /** For each container that was not read, or only in part: why. */
  readonly missed: readonly string[];
  /** Equal for looks with the same result. */
  readonly digest: string;
}

/** Looks at all containers of a machine, again and again. Unchanged ones are not read again, unless `anew`. */
export interface Looker {
  readonly look: (anew: boolean) => Promise<Look>;
}

/** What is known about a container from an earlier look. */
interface Known {
  readonly first: MachineContainer['first'];
  readonly marks: Marks;
  readonly container: Omit<SnapshotContainer, 'contents'>;
  /** As lines of JSON: the package objects would take ten times the memory. */
  readonly contents: readonly string[];
}

export function createLooker(machine: Machine, now: () => Date): Looker {
  let known: ReadonlyMap<string, Known> = new Map();

  async function lookInto(id: string, container: MachineContainer, reads: Reads): Promise<Known> {
    const { target, marks } = noteMarks(targetOf(machine, id, container), rootOf(machine.procFolder, container.first));
    const scan = await scanTarget(target, reads.shared(), now);
    return { first: container.first, marks, ...(reads.hold(scan) ?? { container: containerOf(refused(target, now())), contents: [] }) };
  }

  return {
    look: async (anew) => {
      const found = findContainers(machine.procFolder);
      const looked = anew ? new Map<string, Known>() : unchangedOf(known, found, machine);
      const reads = beginReads(looked.values());
      // One after another: one thread does all the work, and what is being read is held in memory.
      for (const [id, container] of found) {
        if (looked.has(id)) continue;
        const fresh = await lookInto(id, container, reads);
        if (!isGone(fresh.container)) looked.set(id, fresh);
      }
      known = looked;
      return linesOf(known);
    },
  };
}

const refused = (target: Target, at: Date) =>
  unreadScan(
    target,
    at,
    'too-large',
    `With its packages those of all containers of its node would take more than ${maxHeldCharacters / (1024 * 1024)} MiB, the most that an agent holds.`,
  );

/** Containers that were read completely and would give the same result if read again. */
function unchangedOf(known: ReadonlyMap<string, Known>, found: ReadonlyMap<string, MachineContainer>, { procFolder }: Machine) {
  const same = [...known].filter(([id, { first, marks, container }]) => {
    const now = found.get(id)?.first;
    if (now?.pid !== first.pid || now.startTicks !== first.startTicks || container.status === 'unread') return false;
    // What could not be examined has left no marks to compare.
    if (container.databases.some(({ status }) => status === 'unread')) return false;
    // If another process had taken over the pid by now, its files would be different.
    return areUnchanged(rootOf(procFolder, first), marks);
  });
  return new Map(same);
}

/** The reads that belong to one look. */
interface Reads {
  readonly shared: () => SharedReads;
  /** The part of a scan to keep; null when it is too large. */
  readonly hold: (scan: ContainerScan) => Pick<Known, 'container' | 'contents'> | null;
}

function beginReads(same: Iterable<Known>): Reads {
  // Shares one string in memory between equal lines.
  const texts = new Map<string, string>();
  let held = 0;
  let shared = createSharedReads();
  let sharedCharacters = 0;
  let lines = new Map<DatabaseContent, string>();

  function lineOf(content: DatabaseContent): string {
    const { type, packages } = content;
    const line = lines.get(content) ?? JSON.stringify({ type, packages });
    if (!lines.has(content)) sharedCharacters += line.length;
    lines.set(content, line);
    return line;
  }
  function hold(container: Known['container'], contents: readonly string[]): Pick<Known, 'container' | 'contents'> | null {
    const fresh = [...new Set(contents)].filter((line) => !texts.has(line));
    const added = fresh.reduce((sum, line) => sum + line.length, JSON.stringify(container).length);
    if (held + added > maxHeldCharacters) return null;
    held += added;
    for (const line of fresh) texts.set(line, line);
    return { container, contents: contents.map((line) => texts.get(line) as string) };
  }

  for (const { container, contents } of same) hold(container, contents);
  return {
    shared: () => {
      if (sharedCharacters > maxSharedCharacters) [shared, lines, sharedCharacters] = [createSharedReads(), new Map(), 0];
      return shared;
    },
    hold: (scan) => {
      const least = scan.contents.reduce((sum, { packages }) => sum + leastCharacters(packages), 0);
      if (least <= maxHeldCharacters) return hold(containerOf(scan), scan.contents.map(lineOf));
      sharedCharacters += least;
      return null;
    },
  };
}

/** The minimum length of packages as JSON: if even that is too much, no memory is spent on serialising them. */
const leastCharacters = (packages: readonly PackageRecord[]) =>
  packages.reduce((sum, { name, version }) => sum + name.length + (version?.length ?? 0), 0);

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
  const sorted = [...known].sort(([a], [b]) => byCodeUnits(a, b)).map(([, each]) => each);
  const missed = sorted.flatMap(({ container: { isPause, status, reason, message } }) =>
    !isPause && (status === 'unread' || status === 'partial') ? (message ?? unreadReasons[reason ?? 'failed']) : [],
  );
  const containers = sorted.map(({ container, contents }) => JSON.stringify({ ...container, contents: contents.map(positionOf) }));
  const contents = [...positions.keys()];
  const hash = createHash('sha256');
  for (const line of [...contents, ...containers]) hash.update(line).update('\n');
  return { contents, containers, missed, digest: hash.digest('hex') };
}

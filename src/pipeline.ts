import pMap from 'p-map';
import type { CollectContext, Collector } from './collect/collector.ts';
import { collectors } from './collect/collectors.ts';
import type { OpenDirectory } from './collect/kubernetes.ts';
import type { Collected, Target } from './collect/target.ts';
import { joinInventory } from './join/inventory.ts';
import { indexPlacements } from './join/owners.ts';
import { judge } from './join/selection.ts';
import type { ContainerScan, FoundPod } from './model/container-scan.ts';
import type { Diagnostic } from './model/diagnostic.ts';
import type { Directory } from './model/directory.ts';
import { CollectError, UsageError } from './model/errors.ts';
import type { Inventory, Source } from './model/inventory.ts';
import type { CollectPlan } from './model/plan.ts';
import { scanTarget, unreadScan } from './scan/scan.ts';
import type { SharedReads } from './scan/shared-reads.ts';

/** What a run needs from the world, and tells it. */
export interface Surroundings extends Omit<CollectContext, 'plan'> {
  readonly generator: Inventory['generator'];
  readonly now: () => Date;
  /** Called as containers are looked into. */
  readonly progress: (done: number, total: number) => void;
}

/** Collects: whose containers there are, what is in them, and the two joined. */
export async function collectInventory(plan: CollectPlan, surroundings: Surroundings): Promise<Inventory> {
  const { signal, now } = surroundings;
  const deadline = plan.timeout === null ? null : AbortSignal.timeout(plan.timeout);
  const run: Run = { ...surroundings, plan, deadline, signal: deadline === null ? signal : AbortSignal.any([signal, deadline]) };
  // Pods are listed before containers: what an engine does not name afterwards has ended.
  const owners = await askForOwners(run);
  const found = await findContainers(run);
  try {
    const named = found.collected.flatMap(({ targets }) => targets);
    const targets = selectTargets(named, owners.directory, run);
    refuseNothing(owners, found.sources, targets, run);
    const scans = await scanAll(targets, run);
    const { directory, diagnostics } = await lookUpLatePods(owners, scans, run);
    return joinInventory({
      generated: now().toISOString(),
      generator: surroundings.generator,
      sources: [...owners.sources, ...found.sources],
      directory,
      scans,
      named: new Set(named.map(({ container }) => container.id)),
      diagnostics: [...owners.diagnostics, ...diagnostics],
    });
  } finally {
    for (const { close } of found.collected) close();
  }
}

interface Run extends CollectContext, Pick<Surroundings, 'now' | 'progress'> {
  /** The end that --timeout sets; what is not read by then is unread. */
  readonly deadline: AbortSignal | null;
}

interface Owners {
  readonly open: OpenDirectory | null;
  readonly directory: Directory;
  readonly sources: readonly Source[];
  readonly diagnostics: readonly Diagnostic[];
}

async function askForOwners(run: Run): Promise<Owners> {
  const nobody = { open: null, sources: [], diagnostics: [] };
  if (!isWanted('kubernetes', run.plan)) return { ...nobody, directory: { state: 'not-asked', clusters: [] } };
  try {
    const { readDirectory } = await import('./collect/kubernetes.ts');
    const open = await readDirectory(run);
    if (open === null) return { ...nobody, directory: { state: 'absent', clusters: [] } };
    return { open, directory: { state: 'asked', clusters: [open.cluster] }, sources: [open.source], diagnostics: open.diagnostics };
  } catch (error) {
    const source = failedSource('kubernetes', error, run);
    return { ...nobody, directory: { state: 'failed', clusters: [] }, sources: [source] };
  }
}

interface Found {
  readonly collected: readonly Collected[];
  readonly sources: readonly Source[];
}

async function findContainers(run: Run): Promise<Found> {
  const collected: Collected[] = [];
  const sources: Source[] = [];
  for (const [kind, load] of Object.entries(collectors) as [Source['kind'], () => Promise<Collector>][]) {
    if (!isWanted(kind, run.plan)) continue;
    try {
      const found = await (await load()).collect(run);
      if (found === null) continue;
      collected.push(found);
      sources.push(found.source);
    } catch (error) {
      sources.push(failedSource(kind, error, run));
    }
  }
  return { collected, sources };
}

/** Naming sources, or a root folder, turns the looking around off. The node is read only when it is named: it takes root's rights. */
function isWanted(kind: Source['kind'], { sources, rootFolders }: CollectPlan): boolean {
  if (sources !== null) return sources.includes(kind) || (kind === 'rootfs' && rootFolders.length > 0);
  return rootFolders.length > 0 ? kind === 'rootfs' : kind !== 'node';
}

/** A source that is there and does not answer is part of the result. What is no matter of the source goes on. */
function failedSource(kind: Source['kind'], error: unknown, { note, signal, deadline }: Run): Source {
  const message = signal.aborted && deadline?.aborted ? 'It did not answer before the run had to end (--timeout).' : null;
  if (message === null && !(error instanceof CollectError)) throw error;
  const reason = message ?? (error as CollectError).message;
  note(reason);
  return { kind, name: kind, version: null, containers: 0, error: reason };
}

/** Where nothing answered there is no result: an empty one would say that nothing runs. */
function refuseNothing(owners: Owners, sources: readonly Source[], targets: readonly Target[], { plan }: Run): void {
  const all = [...owners.sources, ...sources];
  if (all.some(({ error }) => error === null) && (targets.length > 0 || owners.directory.state !== 'failed')) return;
  const errors = all.flatMap(({ error }) => error ?? []);
  if (errors.length > 0) throw new CollectError(errors.join('\n'));
  const asked = plan.sources === null ? 'no Docker, no Podman and no cluster' : `nothing of ${plan.sources.join(', ')}`;
  throw new UsageError(
    `There is nothing to read: ${asked} was found. Set --docker-host or --kubeconfig, read a folder with --rootfs, or try supercargo demo.`,
  );
}

function selectTargets(named: readonly Target[], directory: Directory, { plan, note }: Run): Target[] {
  const isEngineAskedFor = plan.sources?.some((kind) => kind === 'docker' || kind === 'node') ?? false;
  const context = { selection: plan.selection, directory, placements: indexPlacements(directory), isEngineAskedFor };
  const judged = named.map((target) => ({ target, verdict: judge(target.container, context) }));
  const outside = judged.filter(({ verdict }) => verdict === 'outside').length;
  if (outside > 0) note(`${outside} containers of the local engine belong to no pod of the cluster: left out (--source docker shows them)`);
  return judged.filter(({ verdict }) => verdict === 'selected').map(({ target }) => target);
}

async function scanAll(targets: readonly Target[], run: Run): Promise<ContainerScan[]> {
  const shared: SharedReads = new Map();
  const containers = waysInto(targets);
  let done = 0;
  const scan = async (ways: readonly Target[]) => {
    const result = await scanByAny(ways, shared, run);
    run.progress(++done, containers.length);
    return result;
  };
  run.progress(0, containers.length);
  return pMap(containers, scan, { concurrency: run.plan.concurrency });
}

/** The targets of each container: two sources may lead to the same. */
function waysInto(targets: readonly Target[]): (readonly Target[])[] {
  const ways = new Map<string, Target[]>();
  for (const target of targets) ways.set(target.container.id, [...(ways.get(target.container.id) ?? []), target]);
  return [...ways.values()];
}

/** By the first way that is not closed. The facts of a container are those of the source that is asked first: it knows the most. */
async function scanByAny([first, ...others]: readonly Target[], shared: SharedReads, run: Run): Promise<ContainerScan> {
  const scan = await scanInTime(first as Target, shared, run);
  if (scan.status !== 'unread' || others.length === 0) return scan;
  const other = await scanByAny(others, shared, run);
  return other.status === 'unread' ? scan : { ...other, container: scan.container };
}

async function scanInTime(target: Target, shared: SharedReads, { now, signal, deadline }: Run): Promise<ContainerScan> {
  const late = () => unreadScan(target, now(), 'timeout', 'The run had to end before it was read (--timeout).');
  if (deadline?.aborted) return late();
  try {
    return await scanTarget(target, shared, now);
  } catch (error) {
    if (deadline?.aborted && signal.reason === deadline.reason) return late();
    throw error;
  }
}

/** Asks once more for the pods of containers that were started after the pods were listed. */
async function lookUpLatePods({ open, directory }: Owners, scans: readonly ContainerScan[], { signal, deadline }: Run) {
  const placements = indexPlacements(directory);
  const unplaced = scans.filter(({ container: { id, pod } }) => pod !== null && !placements.byContainer(id) && !placements.byPod(pod.uid));
  if (open === null || unplaced.length === 0) return { directory, diagnostics: [] };
  const late = await open.lookUp(podsOf(unplaced)).catch((error) => {
    if (deadline?.aborted && signal.reason === deadline.reason) return [];
    throw error;
  });
  const completed = { ...open.cluster, pods: [...open.cluster.pods, ...late] };
  const known = new Set(late.map(({ uid }) => uid));
  const strangers = unplaced.filter(({ container }) => !known.has(container.pod?.uid ?? ''));
  return { directory: { ...directory, clusters: [completed] }, diagnostics: strangers.map(unknownPod) };
}

/** The pods that containers say they belong to, each once. Of one whose name nobody knows the cluster cannot be asked. */
function podsOf(scans: readonly ContainerScan[]) {
  const pods = scans.flatMap(({ container: { pod } }) => (pod === null ? [] : [pod]));
  return [...new Map(pods.map((pod) => [pod.uid, pod])).values()].filter(isNamed);
}

function isNamed(pod: FoundPod): pod is FoundPod & { namespace: string; name: string } {
  return pod.namespace !== null && pod.name !== null;
}

function unknownPod({ container: { id, pod } }: ContainerScan): Diagnostic {
  const name = pod !== null && isNamed(pod) ? `${pod.namespace}/${pod.name} (${pod.uid})` : pod?.uid;
  const message = `The cluster does not tell of the pod ${name} that the container says it belongs to.`;
  return { severity: 'warning', code: 'join/unknown-pod', message, container: id, path: null };
}

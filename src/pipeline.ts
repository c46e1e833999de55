import pMap from 'p-map';
import { openDiskCache } from './cache/disk-cache.ts';
import type { CollectContext } from './collect/collector.ts';
import type { LumogonScans } from './collect/lumogon.ts';
import { askAgents, askForOwners, type Found, findContainers, lookUpPods, type Owners } from './collect/sources.ts';
import type { Target } from './collect/target.ts';
import { endingWithin, isOutOfTime } from './io/deadline.ts';
import { changedPods, isNamed, type Named } from './join/changed-pods.ts';
import { joinInventory } from './join/inventory.ts';
import { walksOf } from './join/owner-walks.ts';
import { indexPlacements } from './join/placements.ts';
import { judge, type SelectionContext, type Verdict } from './join/selection.ts';
import type { ContainerScan } from './model/container-scan.ts';
import type { Diagnostic } from './model/diagnostic.ts';
import type { Directory } from './model/directory.ts';
import { CollectError, UsageError } from './model/errors.ts';
import { groupBy } from './model/group-by.ts';
import type { Inventory, Source } from './model/inventory.ts';
import { isGone } from './model/missed.ts';
import type { NodeLook } from './model/node-look.ts';
import type { OwnerWalk } from './model/owner-walk.ts';
import type { CollectPlan } from './model/plan.ts';
import { scanTarget, unreadScan } from './scan/scan.ts';
import { createSharedReads, type SharedReads } from './scan/shared-reads.ts';

/** What a run needs from its environment, and reports to it. */
export interface Surroundings extends Omit<CollectContext, 'plan'> {
  readonly generator: Inventory['generator'];
  readonly now: () => Date;
  /** Called as containers are scanned. */
  readonly progress: (done: number, total: number) => void;
}

/** Collects owners and containers, reads the containers, and joins both. */
export async function collectInventory(plan: CollectPlan, surroundings: Surroundings): Promise<Inventory> {
  const run: Run = { ...surroundings, ...asking(plan, surroundings) };
  const { now } = surroundings;
  // Pods are listed before containers: so a container that its engine does not list afterwards has ended.
  const owners = await askForOwners(run);
  refuseWithoutCluster(owners, run);
  const found = await findContainers(run);
  try {
    const named = found.collected.flatMap(({ targets }) => targets);
    const { targets, ignored } = selectTargets(named, owners.directory, run);
    refuseNothing(owners, found.sources, targets.length + ignored);
    const [live, agents] = await Promise.all([scanAll(targets, run), askAgents(owners, run)]);
    const scans = withAgents(live, agents.looks);
    const { directory, ended, diagnostics } = await askForChangedPods(owners, scans, namedBy(found), run);
    return joinInventory({
      generated: now().toISOString(),
      generator: surroundings.generator,
      selection: plan.selection,
      sources: [...owners.sources, ...found.sources, ...agents.sources],
      directory,
      scans,
      looks: agents.looks,
      named: new Set(named.map(({ container }) => container.id)),
      ended: new Set([...ended, ...agents.looks.flatMap(({ outcome }) => ('ended' in outcome ? [...outcome.ended] : []))]),
      ignored,
      config: plan.config,
      diagnostics: [...owners.diagnostics, ...agents.diagnostics, ...diagnostics],
    });
  } finally {
    for (const { close } of found.collected) close();
  }
}

/** Joins the containers of a Lumogon report with their owners. */
export async function joinLumogonReport(
  { generated, source, scans }: LumogonScans,
  plan: CollectPlan,
  surroundings: Surroundings,
): Promise<Inventory> {
  const run = asking(plan, surroundings);
  const owners = await askForOwners(run);
  refuseWithoutCluster(owners, run);
  const context = selectionContext(owners.directory, plan);
  const selected = scans.filter(({ container }) => judge(container, context) !== 'deselected');
  return joinInventory({
    generated,
    generator: surroundings.generator,
    selection: plan.selection,
    sources: [...owners.sources, source],
    directory: owners.directory,
    scans: selected,
    looks: [],
    named: new Set(scans.map(({ container }) => container.id)),
    ended: new Set(),
    ignored: 0,
    config: plan.config,
    diagnostics: owners.diagnostics,
  });
}

/** How everything with a given name gets its team. */
export interface OwnerWalks {
  readonly walks: readonly OwnerWalk[];
  /** The errors of sources that did not answer, and may know more about that name. */
  readonly errors: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How each selected container and pod with a given name gets its team. No container is read. */
export async function walkOwners(name: string, plan: CollectPlan, surroundings: Omit<CollectContext, 'plan'>): Promise<OwnerWalks> {
  const run = asking(plan, surroundings);
  const owners = await askForOwners(run);
  refuseWithoutCluster(owners, run);
  const found = await findContainers(run);
  for (const { close } of found.collected) close();
  const { directory, diagnostics } = owners;
  const context = selectionContext(directory, plan);
  const containers = found.collected.flatMap(({ targets }) => targets.map(({ container }) => container));
  // Pods that were not selected were not asked for: the walk would say that they could not be asked.
  const selected = containers.filter((container) => judge(container, context) !== 'deselected');
  const walks = walksOf(name, { directory, containers: selected, config: plan.config });
  const sources = [...owners.sources, ...found.sources];
  const errors = sources.flatMap(({ error }) => error ?? []);
  if (walks.length > 0) return { walks, errors, diagnostics };
  if (errors.length > 0) throw new CollectError(errors.join('\n'));
  if (sources.length === 0) throw new UsageError(`There is nobody to ask: ${nothingFound} Set --docker-host or --kubeconfig.`);
  throw new UsageError(`There is no pod and no running container ${name}. Give a pod as NAMESPACE/NAME, or a container by its name or id.`);
}

interface Run extends CollectContext, Pick<Surroundings, 'now' | 'progress'> {}

function asking(plan: CollectPlan, surroundings: Omit<CollectContext, 'plan'>): CollectContext {
  const { signal } = surroundings;
  return { ...surroundings, plan, signal: plan.timeout === null ? signal : endingWithin(plan.timeout, signal) };
}

/** For when no source was named, and none was found. */
const nothingFound = 'no Docker, no Podman and no cluster was found.';

/** Without a cluster there are no pods to select from, and no agents to wait for. */
function refuseWithoutCluster({ directory }: Owners, { plan }: CollectContext): void {
  if (directory.state === 'asked' || directory.state === 'failed') return;
  if (plan.agents.wait)
    throw new UsageError('--wait: no cluster was found whose agents could be waited for. Name one by --kubeconfig, or leave --wait out.');
  if (plan.selection.selector === null) return;
  throw new UsageError('-l: the labels are those of pods, and no cluster is asked for them. Name one by --kubeconfig, or leave -l out.');
}

/** If nothing answered there is no result: an empty one would say that nothing runs. */
function refuseNothing(owners: Owners, sources: readonly Source[], targets: number): void {
  const all = [...owners.sources, ...sources];
  // A cluster that refuses some of its namespaces has an error, but did answer.
  if (owners.directory.state === 'asked') return;
  if (all.some(({ error }) => error === null) && (targets > 0 || owners.directory.state !== 'failed')) return;
  const errors = all.flatMap(({ error }) => error ?? []);
  if (errors.length > 0) throw new CollectError(errors.join('\n'));
  throw new UsageError(
    `There is nothing to read: ${nothingFound} Set --docker-host or --kubeconfig, read a folder with --rootfs, or try supercargo demo.`,
  );
}

function selectionContext(directory: Directory, { selection, config, sources }: CollectPlan): SelectionContext {
  return { selection, ignore: config.ignore, directory, placements: indexPlacements(directory), areSourcesNamed: sources !== null };
}

function selectTargets(named: readonly Target[], directory: Directory, { plan, note }: Run) {
  const context = selectionContext(directory, plan);
  const judged = named.map((target) => ({ target, verdict: judge(target.container, context) }));
  // Two sources may name the same container.
  const count = (wanted: Verdict) =>
    new Set(judged.filter(({ verdict }) => verdict === wanted).map(({ target }) => target.container.id)).size;
  const outside = count('outside');
  if (outside > 0) note(outsideNote(outside, directory));
  return { targets: judged.filter(({ verdict }) => verdict === 'selected').map(({ target }) => target), ignored: count('ignored') };
}

/** If no cluster answered, only what a container says about itself is known. */
function outsideNote(outside: number, { state }: Directory): string {
  const [containers, belong, name, them] =
    outside === 1 ? ['container', 'belongs', 'names', 'it'] : ['containers', 'belong', 'name', 'them'];
  const why = state === 'failed' ? `${name} no pod, and no cluster could be asked` : `${belong} to no pod of the cluster`;
  return `${outside} ${containers} of the local engine ${why}: left out (--source docker shows ${them})`;
}

async function scanAll(targets: readonly Target[], run: Run): Promise<ContainerScan[]> {
  const cache = run.plan.cache && openDiskCache(run.plan.cache);
  const shared = createSharedReads(cache);
  const containers = waysInto(targets);
  let done = 0;
  const scan = async (ways: readonly Target[]) => {
    const result = await scanByAny(ways, shared, run);
    run.progress(++done, containers.length);
    return result;
  };
  run.progress(0, containers.length);
  const scans = await pMap(containers, scan, { concurrency: run.plan.concurrency });
  await Promise.all(shared.puts);
  await cache?.prune();
  return scans;
}

/** Groups targets by container: two sources may lead to the same one. */
function waysInto(targets: readonly Target[]): (readonly Target[])[] {
  return [...groupBy(targets, ({ container }) => container.id).values()];
}

/** Adds what agents saw of containers that nothing else could read. All other facts about such a container come from the engine. */
function withAgents(live: readonly ContainerScan[], looks: readonly NodeLook[]): ContainerScan[] {
  const seen = new Map(looks.flatMap(({ outcome }) => ('scans' in outcome ? outcome.scans : [])).map((scan) => [scan.container.id, scan]));
  const scans = live.map((scan) => {
    const other = scan.status === 'unread' && !isGone(scan) ? seen.get(scan.container.id) : undefined;
    seen.delete(scan.container.id);
    return other === undefined ? scan : { ...other, container: scan.container };
  });
  return [...scans, ...seen.values()];
}

/** Uses the first target that can be read. The facts about a container come from the source that is asked first, which knows the most. */
async function scanByAny([first, ...others]: readonly Target[], shared: SharedReads, run: Run): Promise<ContainerScan> {
  const scan = await scanInTime(first as Target, shared, run);
  if (scan.status !== 'unread' || others.length === 0) return scan;
  const other = await scanByAny(others, shared, run);
  return other.status === 'unread' ? scan : { ...other, container: scan.container };
}

async function scanInTime(target: Target, shared: SharedReads, { now, signal }: Run): Promise<ContainerScan> {
  const late = () => unreadScan(target, now(), 'timeout', 'The run had to end before it was read (--timeout).');
  if (isOutOfTime(signal)) return late();
  try {
    return await scanTarget(target, shared, now);
  } catch (error) {
    if (isOutOfTime(signal)) return late();
    throw error;
  }
}

function namedBy({ collected }: Found): Named {
  const idsOf = (sources: Found['collected']) => new Set(sources.flatMap(({ targets }) => targets.map(({ container }) => container.id)));
  return {
    byEngine: idsOf(collected.filter(({ namesAll }) => namesAll)),
    byProcesses: idsOf(collected.filter(({ namesAll }) => !namesAll)),
  };
}

/** Asks again for the pods of containers that came or went since the pods were listed. */
async function askForChangedPods(owners: Owners, scans: readonly ContainerScan[], named: Named, run: Run) {
  const { ended, unsure, unlisted } = changedPods(owners.directory, scans, named);
  const again = await lookUpPods(owners, { pods: unsure, seen: new Set(unlisted.map(({ container }) => container.id)) }, run);
  return {
    directory: again.directory,
    ended: new Set([...ended, ...again.ended]),
    diagnostics: [...(owners.open.length === 0 ? [] : unknownPods(unlisted, again.directory)), ...again.diagnostics],
  };
}

/** Of the scans whose pods were asked for again, those whose pod the cluster still does not know. */
function unknownPods(unlisted: readonly ContainerScan[], directory: Directory): Diagnostic[] {
  if (unlisted.length === 0) return [];
  const known = indexPlacements(directory);
  return unlisted.filter(({ container }) => known.of(container) === null).map(unknownPod);
}

function unknownPod({ container: { id, pod } }: ContainerScan): Diagnostic {
  const name = pod !== null && isNamed(pod) ? `${pod.namespace}/${pod.name} (${pod.uid})` : pod?.uid;
  const message = `The cluster does not tell of the pod ${name} that the container says it belongs to.`;
  return { severity: 'warning', code: 'join/unknown-pod', message, container: id, path: null };
}

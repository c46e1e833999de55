import { clusterId } from '../model/cluster-id.ts';
import type { Config } from '../model/config.ts';
import type { ContainerPattern } from '../model/config-file.ts';
import type { TeamSource } from '../model/container.ts';
import type { ContainerScan, FoundContainer } from '../model/container-scan.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ClusterDirectory, Directory, PodContainer } from '../model/directory.ts';
import type { Cluster, Inventory, Source } from '../model/inventory.ts';
import type { NodeLook } from '../model/node-look.ts';
import { inventorySchemaVersion } from '../model/schema-versions.ts';
import type { Selection } from '../model/selection.ts';
import { byCodeUnits } from '../text/code-units.ts';
import { type Draft, type DraftContext, draftOfScan, draftOfUnread } from './drafts.ts';
import { createTables, finishInventory } from './finish.ts';
import { createOwnerWalker, maxTeamCharacters } from './owners.ts';
import { type ContainerFacts, factsOf, fits } from './patterns.ts';
import { indexPlacements, type Placement, type PlacementIndex } from './placements.ts';

/** Everything that was collected in a run. */
export interface Harvest {
  readonly generated: string;
  readonly generator: Inventory['generator'];
  readonly selection: Selection;
  readonly sources: readonly Source[];
  readonly directory: Directory;
  readonly scans: readonly ContainerScan[];
  /** The outcomes of asking the agents of nodes. */
  readonly looks: readonly NodeLook[];
  /** Ids of all running containers that the sources named, whether they were selected or not. */
  readonly named: ReadonlySet<string>;
  /** Ids of containers that have ended since their pods were listed. */
  readonly ended: ReadonlySet<string>;
  /** How many containers the config left out, before they were scanned. */
  readonly ignored: number;
  readonly config: Config;
  readonly diagnostics: readonly Diagnostic[];
}

/** Joins what runs with who owns it. */
export function joinInventory(harvested: Harvest): Inventory {
  const { config, directory } = harvested;
  const placements = indexPlacements(directory);
  const isIgnored = (found: FoundContainer | null, placement: Placement | null) =>
    config.ignore.length > 0 && fitsAnyOf(config.ignore, factsOf(found, placement));
  const { scans: all, sandboxes } = setSandboxesApart(bestScans(harvested.scans), placements);
  const scans = all.filter(({ container }) => !isIgnored(container, placements.of(container)));
  const allUnread = unreadPlacements({ ...harvested, scans: all }, placements);
  const unread = allUnread.filter((placement) => !isIgnored(null, placement));
  const ignored = harvested.ignored + all.length - scans.length + allUnread.length - unread.length;
  const tables = createTables();
  const overlong = overlongTeams();
  const context = {
    placements,
    tables,
    config,
    walk: createOwnerWalker(config, overlong.add),
    ended: harvested.ended,
    lookAt: indexLooks(harvested),
    sandboxes,
  };
  const drafts = [...scans.map((scan) => draftOfScan(scan, context)), ...unread.map((placement) => draftOfUnread(placement, context))];
  const diagnostics = [...harvested.diagnostics, ...overlong.diagnostics()];
  return finishInventory({
    schemaVersion: inventorySchemaVersion,
    generated: harvested.generated,
    generator: harvested.generator,
    selections: [harvested.selection],
    sources: harvested.sources,
    clusters: directory.clusters.map(clusterOf),
    drafts,
    tables,
    diagnostics: diagnosticsOf({ ...harvested, scans, ignored, diagnostics }, drafts),
  });
}

/** Collects what was too long for a team name, once per object rather than for each of its containers. */
function overlongTeams() {
  const messages = new Set<string>();
  return {
    add: ({ kind, namespace, name, field, key, value }: TeamSource) => {
      const object = `${kind} ${[namespace, name].filter((part) => part !== null).join('/')}`;
      messages.add(
        `The ${field} ${key} of the ${object} is no name of a team: it has ${value.length} characters, more than ${maxTeamCharacters}.`,
      );
    },
    diagnostics: () =>
      Array.from(
        messages,
        (message): Diagnostic => ({ severity: 'warning', code: 'join/overlong-team', message, container: null, path: null }),
      ),
  };
}

/** One scan for each container: preferably one that read something, then the newer one, then by the kind of source. */
function bestScans(scans: readonly ContainerScan[]): ContainerScan[] {
  const rank = ({ status, collectedAt, by }: ContainerScan) => [status === 'unread' ? 1 : 0, -Date.parse(collectedAt), by] as const;
  const isBetter = (a: ReturnType<typeof rank>, b: ReturnType<typeof rank>) => (a[0] - b[0] || a[1] - b[1] || byCodeUnits(a[2], b[2])) < 0;
  const best = new Map<string, ContainerScan>();
  for (const scan of scans) {
    const earlier = best.get(scan.container.id);
    if (earlier === undefined || isBetter(rank(scan), rank(earlier))) best.set(scan.container.id, scan);
  }
  return [...best.values()];
}

/**
 * One sandbox may hold all containers of a pod: then only the sandbox is visible from outside, under an id of its own. It is not
 * a container, but explains why those of its pod are unread.
 */
function setSandboxesApart(scans: readonly ContainerScan[], { byContainer, byPod }: PlacementIndex) {
  const isSandbox = ({ reason, container: { id, pod } }: ContainerScan) =>
    reason === 'sandboxed' && byContainer(id) === null && pod !== null && byPod(pod.uid) !== null;
  const sandboxes = new Map(scans.filter(isSandbox).map((scan) => [byPod(scan.container.pod?.uid ?? '')?.pod.uid ?? '', scan]));
  return { sandboxes, scans: scans.filter((scan) => !isSandbox(scan)) };
}

/** Containers that run in the cluster, but that no source could look into. */
function unreadPlacements({ directory, scans, named }: Harvest, placements: PlacementIndex): Placement[] {
  const scanned = new Set(scans.map(({ container }) => container.id));
  const unread = directory.clusters
    .flatMap(({ pods }) => pods.flatMap((pod) => pod.containers))
    .filter(({ id, state }) => id !== null && state === 'running' && !scanned.has(id) && !named.has(id));
  // A pod may be listed twice, for example if the same namespace was requested twice.
  return [...new Set(unread.map(({ id }) => id as string))].map((id) => placements.byContainer(id) as Placement);
}

/** Finds what the agent of a pod's node saw; null if there is none. */
function indexLooks({ looks }: Harvest): DraftContext['lookAt'] {
  const byNode = new Map(looks.map(({ cluster, node, outcome }) => [`${cluster} ${node}`, outcome]));
  return ({ cluster, pod }) => byNode.get(`${clusterId(cluster)} ${pod.node}`) ?? null;
}

const fitsAnyOf = (patterns: readonly ContainerPattern[], facts: ContainerFacts) => patterns.some((pattern) => fits(pattern, facts));

function clusterOf({ name, uid, pods }: ClusterDirectory): Cluster {
  const distinct = new Map(pods.map((pod) => [pod.uid, pod]));
  const states = [...distinct.values()].flatMap(({ containers }) => containers.map(({ state }) => state));
  const count = (wanted: PodContainer['state']) => states.filter((state) => state === wanted).length;
  return { name, uid, notRunning: { waiting: count('waiting'), terminated: count('terminated') } };
}

function diagnosticsOf({ diagnostics, scans, ignored, config }: Harvest, drafts: readonly Draft[]): Diagnostic[] {
  const all = [...diagnostics, ...scans.flatMap((scan) => scan.diagnostics), ...conflictsOf(drafts)];
  if (ignored > 0) {
    const message = `${ignored} ${ignored === 1 ? 'container is' : 'containers are'} left out: ${config.file} ignores them.`;
    all.push({ severity: 'info', code: 'join/ignored', message, container: null, path: null });
  }
  return all;
}

/** Services that disagree, once per group rather than for each of their containers. */
function conflictsOf(drafts: readonly Draft[]): Diagnostic[] {
  const messages = drafts.flatMap(({ container: { pod, team } }) => {
    if (!team.conflict) return [];
    const services = team.candidates.filter(({ from }) => from.kind === 'Service');
    const words = services.map(({ name, from }) => `${from.name} names ${name}`);
    return [
      `Services of the namespace ${pod?.namespace} select the same pods and disagree on their team: ${words.join(', ')}. None is taken.`,
    ];
  });
  return [...new Set(messages)].map((message) => ({
    severity: 'warning',
    code: 'join/services-disagree',
    message,
    container: null,
    path: null,
  }));
}

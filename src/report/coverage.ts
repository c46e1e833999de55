import type { Container } from '../model/container.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Inventory } from '../model/inventory.ts';
import { isComplete, isGone } from '../model/missed.ts';
import { packageTypes } from '../model/package-types.ts';
import type { UnreadReason } from '../model/scan.ts';
import { byCodeUnits } from '../text/code-units.ts';

/** For a question that asks for everything. */
const all = { unclear: 0, isNarrower: false };

/**
 * Counts what was read and what was not. Nobody is expected to read a container that ended during the scan. Those not running are counted
 * per cluster: for less than was collected, their number is not known.
 */
export function coverageOf({ containers, clusters, sources }: Inventory, { unclear, isNarrower } = all): Coverage {
  const running = containers.filter(({ scan }) => !isGone(scan));
  const withStatus = (status: string) => running.filter(({ scan }) => scan.status === status).length;
  const unreadFor = (reason: UnreadReason) => running.filter(({ scan }) => scan.status === 'unread' && scan.reason === reason).length;
  const withTeam = (status: string) => running.filter(({ team }) => team.status === status).length;
  const counted = {
    containers: {
      running: running.length,
      read: withStatus('read'),
      partial: withStatus('partial'),
      noDatabase: withStatus('no-database'),
      unread: withStatus('unread'),
      neverReadable: unreadFor('never-readable'),
      tooNew: unreadFor('too-new'),
      unclear,
      changed: running.filter(({ scan }) => scan.drift === true).length,
      gone: containers.length - running.length,
      waiting: isNarrower ? null : sum(clusters.map(({ notRunning }) => notRunning.waiting)),
      terminated: isNarrower ? null : sum(clusters.map(({ notRunning }) => notRunning.terminated)),
    },
    unread: unreadByReason(running),
    teams: {
      teams: new Set(running.flatMap(({ team }) => (team.name === null ? [] : [team.name]))).size,
      unownedContainers: withTeam('unowned'),
      unknownContainers: withTeam('unknown'),
    },
    sources,
  };
  return { complete: isComplete(counted), ...counted, packageTypes: [...packageTypes] };
}

function unreadByReason(running: readonly Container[]): Coverage['unread'] {
  const groups = new Map<string, { status: 'partial' | 'unread'; reason: UnreadReason; containers: number; nodes: Set<string> }>();
  for (const { node, scan } of running) {
    const { status, reason } = scan;
    if ((status !== 'unread' && status !== 'partial') || reason === null) continue;
    const group = groups.get(`${status} ${reason}`) ?? { status, reason, containers: 0, nodes: new Set() };
    groups.set(`${status} ${reason}`, group);
    group.containers++;
    if (node !== null) group.nodes.add(node);
  }
  return [...groups].sort(([a], [b]) => byCodeUnits(a, b)).map(([, group]) => ({ ...group, nodes: [...group.nodes].sort() }));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

import type { Container } from '../model/container.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Inventory } from '../model/inventory.ts';
import { packageTypes } from '../model/package.ts';
import type { UnreadReason } from '../model/scan.ts';

/** Counts what was read and what was not. A container that ended during the scan is expected of nobody. */
export function coverageOf({ containers, clusters, sources }: Inventory): Coverage {
  const running = containers.filter((container) => !isGone(container));
  const withStatus = (status: string) => running.filter(({ scan }) => scan.status === status).length;
  const withTeam = (status: string) => running.filter(({ team }) => team.status === status).length;
  const unread = unreadByReason(running);
  const unknownContainers = withTeam('unknown');
  return {
    complete: unread.length === 0 && unknownContainers === 0 && sources.every(({ error }) => error === null),
    containers: {
      running: running.length,
      read: withStatus('read'),
      partial: withStatus('partial'),
      noDatabase: withStatus('no-database'),
      unread: withStatus('unread'),
      gone: containers.length - running.length,
      waiting: sum(clusters.map(({ notRunning }) => notRunning.waiting)),
      terminated: sum(clusters.map(({ notRunning }) => notRunning.terminated)),
    },
    unread,
    teams: {
      teams: new Set(running.flatMap(({ team }) => (team.name === null ? [] : [team.name]))).size,
      unownedContainers: withTeam('unowned'),
      unknownContainers,
    },
    sources,
    packageTypes: [...packageTypes],
  };
}

const isGone = ({ scan }: Container) => scan.reason === 'gone';

function unreadByReason(running: readonly Container[]): Coverage['unread'] {
  const reasons = new Map<UnreadReason, Container[]>();
  for (const container of running) {
    const { status, reason } = container.scan;
    if ((status !== 'unread' && status !== 'partial') || reason === null) continue;
    reasons.set(reason, [...(reasons.get(reason) ?? []), container]);
  }
  return [...reasons]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, group]) => ({
      reason,
      containers: group.length,
      nodes: [...new Set(group.flatMap(({ node }) => (node === null ? [] : [node])))].sort(),
    }));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

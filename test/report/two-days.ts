import { joinInventory } from '../../src/join/inventory.ts';
import type { Pod, PodContainer } from '../../src/model/directory.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { PackageRecord } from '../../src/model/package.ts';
import type { DiffRow } from '../../src/model/reports/diff.ts';
import type { UnreadReason } from '../../src/model/scan.ts';
import { diffReport } from '../../src/report/diff.ts';
import { everything, type Question } from '../../src/report/question/question.ts';
import { clusterOf, foundContainer, harvestOf, objectOf, podContainer, podLabels, podOf, scanWith, unreadScan } from '../fleet.ts';

const deployment = objectOf('Deployment', 'web');
const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: deployment.uid };

/** A pod of the Deployment `web`, whose name and id are other ones every day. */
export const webPod = (id: string, team = 'team-a', more: Partial<PodContainer> = {}): Pod =>
  podOf(`web-${id}`, [podContainer(id, more)], { owner, labels: { team } });

export const docker = { kind: 'docker', name: 'docker', version: null, containers: 1, error: null } as const;

/** An inventory of the cluster: pods with what is in them, or with why that was not read. */
export function day(
  date: number,
  pods: readonly (readonly [Pod, readonly PackageRecord[] | UnreadReason])[],
  more: Parameters<typeof harvestOf>[0] = {},
): Inventory {
  const cluster = clusterOf(
    pods.map(([pod]) => pod),
    { workloads: new Map([[deployment.uid, deployment]]) },
  );
  const scans = pods.map(([pod, packages]) => {
    const id = pod.containers[0]?.id?.replace(/0+$/, '') ?? '';
    const found = foundContainer(id, { pod: podLabels(pod) });
    return typeof packages === 'string' ? { ...unreadScan(id, packages), container: found } : scanWith(found, packages);
  });
  return joinInventory(
    harvestOf({
      generated: `2026-01-0${date}T00:00:00Z`,
      directory: { state: 'asked', clusters: [cluster] },
      sources: [docker],
      scans,
      ...more,
    }),
  );
}

/** What changed, a line each. */
export const changes = (before: Inventory, after: Inventory, question: Partial<Question> = {}) =>
  Array.from(diffReport(before, after, { ...everything, ...question }).rows, ({ record }) => record as DiffRow).map(
    ({ change, team, package: name, before: old, after: now }) => `${team} ${change} ${name} ${old} ${now}`,
  );

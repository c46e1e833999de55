import type { OwnerReference } from '../../model/directory.ts';
import { pathPart } from '../../text/path-part.ts';
import { checkAnswer } from '../answer.ts';
import { GroupAnswer, ResourcesAnswer } from './answers.ts';
import { ApiError, type ClusterApi } from './api.ts';
import { isPathSegment } from './path-segment.ts';

/** Where the objects of a kind are listed. */
export interface Resource {
  /** Such as /apis/apps/v1. */
  readonly root: string;
  /** Such as replicasets. */
  readonly name: string;
  readonly namespaced: boolean;
}

/** Kinds with the same names in all clusters: they need not be looked up. */
const wellKnown: Readonly<Record<string, string>> = {
  'apps/v1/ReplicaSet': 'replicasets',
  'apps/v1/Deployment': 'deployments',
  'apps/v1/StatefulSet': 'statefulsets',
  'apps/v1/DaemonSet': 'daemonsets',
  'batch/v1/Job': 'jobs',
  'v1/ReplicationController': 'replicationcontrollers',
};

/** Finds where a kind is listed, through the discovery API if it is not well known; null if the cluster does not have it. */
export async function findResource(api: ClusterApi, { apiVersion, kind }: OwnerReference): Promise<Resource | null> {
  const name = wellKnown[`${apiVersion}/${kind}`];
  if (name !== undefined) return { root: rootOf(apiVersion), name, namespaced: true };
  // An old reference may name a version that the cluster no longer has: batch/v1beta1 of a CronJob.
  return (await discover(api, apiVersion, kind)) ?? (await discoverPreferred(api, apiVersion, kind));
}

async function discover(api: ClusterApi, apiVersion: string, kind: string): Promise<Resource | null> {
  if (!isGroupVersion(apiVersion)) return null;
  const root = rootOf(apiVersion);
  const answer = await missingAsNull(api.get(root));
  if (answer === null) return null;
  const { resources } = checkAnswer(ResourcesAnswer, answer, `The API server's answer to ${root}`);
  const found = resources.find((resource) => resource.kind === kind && isPathSegment(resource.name));
  return found === undefined ? null : { root, name: found.name, namespaced: found.namespaced };
}

async function discoverPreferred(api: ClusterApi, apiVersion: string, kind: string): Promise<Resource | null> {
  const [group, version] = apiVersion.split('/');
  if (version === undefined || !isGroupVersion(apiVersion)) return null;
  const path = `/apis/${pathPart(group as string)}`;
  const answer = await missingAsNull(api.get(path));
  if (answer === null) return null;
  const { preferredVersion } = checkAnswer(GroupAnswer, answer, `The API server's answer to ${path}`);
  return preferredVersion.groupVersion === apiVersion ? null : discover(api, preferredVersion.groupVersion, kind);
}

const isGroupVersion = (text: string) => text.split('/').length <= 2 && text.split('/').every(isPathSegment);

/** The core group has no name, and its own root. */
function rootOf(apiVersion: string): string {
  const path = apiVersion.split('/').map(pathPart).join('/');
  return apiVersion.includes('/') ? `/apis/${path}` : `/api/${path}`;
}

async function missingAsNull(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

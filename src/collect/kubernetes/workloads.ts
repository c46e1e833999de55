import pMap from 'p-map';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ClusterObject, OwnerReference } from '../../model/directory.ts';
import { CollectError } from '../../model/errors.ts';
import { pathPart } from '../../text/path-part.ts';
import { ApiError, type ClusterApi } from './api.ts';
import type { ObjectReader } from './objects.ts';
import { findResource, type Resource } from './resources.ts';

/** The workloads of a cluster that pods belong to. */
export interface Workloads {
  /** By uid. */
  readonly workloads: ReadonlyMap<string, ClusterObject>;
  /** Kinds that could not be asked for, as apiVersion/kind. */
  readonly unaskedKinds: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Pod, ReplicaSet, Deployment, and some operator's resources above it. A longer chain is a loop. */
const maxSteps = 10;

/** Kinds that are requested at a time. Anyone who may create a pod can name owners of kinds that do not exist. */
const concurrency = 8;

export const kindOf = ({ apiVersion, kind }: OwnerReference) => `${apiVersion}/${kind}`;

/**
 * Reads the owners of objects, and their owners, up to those that have none. Each kind is listed once; single objects are never requested.
 * From each list only objects that own something are kept: a cluster has far more old ReplicaSets than current ones.
 */
export async function readWorkloads(
  api: ClusterApi,
  owned: readonly ClusterObject[],
  { reader, namespaces }: { readonly reader: ObjectReader; readonly namespaces: readonly string[] },
): Promise<Workloads> {
  const workloads = new Map<string, ClusterObject>();
  const lists = new Map<string, readonly ClusterObject[]>();
  const unaskedKinds = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  let references = ownersOf(owned);
  for (let step = 0; step < maxSteps && references.size > 0; step++) {
    const kinds = new Map([...references.values()].map((reference) => [kindOf(reference), reference]));
    const unlisted = [...kinds].filter(([kind]) => !lists.has(kind));
    await pMap(
      unlisted,
      async ([kind, reference]) => {
        const list = await listKind(api, reference, { reader, namespaces });
        lists.set(kind, Array.isArray(list) ? list : []);
        if (Array.isArray(list)) return;
        unaskedKinds.add(kind);
        diagnostics.push(unasked(reference, list as CollectError));
      },
      { concurrency },
    );
    const found = [...kinds.keys()].flatMap((kind) => lists.get(kind) ?? []).filter(({ uid }) => references.has(uid));
    for (const object of found) workloads.set(object.uid, object);
    references = ownersOf(found.filter(({ owner }) => owner !== null && !workloads.has(owner.uid)));
  }
  return { workloads, unaskedKinds, diagnostics };
}

function ownersOf(objects: readonly ClusterObject[]): Map<string, OwnerReference> {
  return new Map(objects.flatMap(({ owner }) => (owner === null ? [] : [[owner.uid, owner] as const])));
}

/** Returns a CollectError if the account may not list the kind, or no answer came: that loses some teams, not the result. */
async function listKind(
  api: ClusterApi,
  reference: OwnerReference,
  { reader, namespaces }: { readonly reader: ObjectReader; readonly namespaces: readonly string[] },
): Promise<readonly ClusterObject[] | CollectError> {
  try {
    const resource = await findResource(api, reference);
    if (resource === null) return new ApiError(404, 'The cluster has no such kind.');
    const take = (item: unknown) => reader.object(reference.kind, item);
    return (await Promise.all(pathsOf(resource, namespaces).map((path) => api.list(path, take, { as: 'metadata' })))).flat();
  } catch (error) {
    if (error instanceof CollectError) return error;
    throw error;
  }
}

function pathsOf({ root, name, namespaced }: Resource, namespaces: readonly string[]): string[] {
  if (namespaces.length === 0 || !namespaced) return [`${root}/${name}`];
  return namespaces.map((namespace) => `${root}/namespaces/${pathPart(namespace)}/${name}`);
}

function unasked({ apiVersion, kind }: OwnerReference, { message }: CollectError): Diagnostic {
  const text = `Workloads of the kind ${kind} (${apiVersion}) could not be asked for their teams. ${message}`;
  return { severity: 'warning', code: 'collect/workloads-unasked', message: text, container: null, path: null };
}

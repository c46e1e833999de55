import * as z from 'zod/mini';
import { readTextInput, reasonOf, type TextSources } from '../../io/text-input.ts';
import type { ClusterDirectory, ClusterObject } from '../../model/directory.ts';
import { CollectError, UsageError } from '../../model/errors.ts';
import { groupBy } from '../../model/group-by.ts';
import { isSelectedNamespace } from '../../model/namespace-choice.ts';
import type { Selection } from '../../model/selection.ts';
import { type ObjectReader, objectReader } from './objects.ts';
import { kindOf } from './workloads.ts';

/** A list as kubectl writes it: items of many kinds, or of the one kind that the list is named after. */
const ObjectList = z.object({ kind: z.string(), items: z.array(z.looseObject({ kind: z.optional(z.string()) })) });

interface Options extends TextSources {
  readonly name: string;
  /** Keys of the annotations that may name a team. */
  readonly keys: readonly string[];
  readonly selection: Selection;
}

/**
 * Reads the output of `kubectl get pods -A -o json` in place of a cluster. Services, namespaces and workloads count if the file contains
 * them too (`kubectl get pods,services,replicasets,… -A -o json`); of kinds that it does not contain, nothing is known.
 */
export async function readObjectsFile(file: string, options: Options): Promise<ClusterDirectory> {
  const { selection, keys } = options;
  if (selection.selector !== null) throw new UsageError('-l and --pods: a file cannot be asked for labels. Give kubectl get the selector.');
  const list = listIn(await readJson(file, options), file);
  const reader = objectReader(keys, (kind) => `The file ${file} (--pods): a ${kind}`);
  try {
    return directoryOf(list, reader, options);
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

function directoryOf(list: z.output<typeof ObjectList>, reader: ObjectReader, { name, selection }: Options): ClusterDirectory {
  const kinds = groupBy(list.items, ({ kind }) => kind ?? list.kind.replace(/List$/, ''));
  const of = <Item>(kind: string, take: (item: unknown) => Item) => (kinds.get(kind) ?? []).map(take);
  const pods = of('Pod', reader.pod).filter(({ namespace }) => isSelectedNamespace(namespace, selection));
  const namespaces = of('Namespace', (item) => reader.object('Namespace', item));
  const workloads = [...kinds].flatMap(([kind, items]) => (notOwners.includes(kind) ? [] : items.map((item) => reader.object(kind, item))));
  return {
    name,
    uid: namespaces.find((namespace) => namespace.name === 'kube-system')?.uid ?? null,
    version: null,
    pods,
    services: kinds.has('Service') ? groupBy(of('Service', reader.service), ({ namespace }) => namespace) : null,
    namespaces: namespaces.length > 0 ? new Map(namespaces.map((namespace) => [namespace.name, namespace])) : null,
    nodes: null,
    workloads: new Map(workloads.map((workload) => [workload.uid, workload])),
    unaskedKinds: new Set(missingKinds([...pods, ...workloads], new Set(kinds.keys()))),
  };
}

const notOwners = ['Pod', 'Service', 'Namespace'];

/** Kinds of owners of which the file has no object. */
function missingKinds(objects: readonly ClusterObject[], there: ReadonlySet<string>): string[] {
  return objects.flatMap(({ owner }) => (owner === null || there.has(owner.kind) ? [] : [kindOf(owner)]));
}

function listIn(content: unknown, file: string): z.output<typeof ObjectList> {
  const { success, data } = z.safeParse(ObjectList, content);
  if (success) return data;
  throw new UsageError(`The file ${file} (--pods) holds no list of objects. Give what kubectl get pods -A -o json prints.`);
}

/** The file was named by hand: if it cannot be read, that is a mistake, not a failed source. */
async function readJson(file: string, sources: TextSources): Promise<unknown> {
  try {
    return JSON.parse(await readTextInput(file, sources));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is no JSON. Give kubectl get -o json' : reasonOf(error);
    if (reason === null) throw error;
    throw new UsageError(`Cannot read the pods of ${file} (--pods): ${reason}.`, { cause: error });
  }
}

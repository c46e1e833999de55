import type { ContainerPattern } from '../model/config-file.ts';
import type { FoundContainer } from '../model/container-scan.ts';
import type { Directory } from '../model/directory.ts';
import { isSelectedNamespace } from '../model/namespace-choice.ts';
import { isRootFolder } from '../model/root-folder.ts';
import type { Selection } from '../model/selection.ts';
import { factsOf, fits } from './patterns.ts';
import type { Placement, PlacementIndex } from './placements.ts';

export interface SelectionContext {
  readonly selection: Selection;
  /** Containers to leave out of those selected. */
  readonly ignore: readonly ContainerPattern[];
  readonly directory: Directory;
  readonly placements: PlacementIndex;
  /** Whether the user named the sources: then their containers outside any pod belong in the result too. */
  readonly areSourcesNamed: boolean;
}

/**
 * `outside`: of the local engine, and in no pod, while a cluster is in use. `deselected`: in another namespace, or without the labels
 * asked for. `ignored`: the config says so.
 */
export type Verdict = 'selected' | 'deselected' | 'outside' | 'ignored';

/** Whether a container belongs in the result: a laptop is not the cluster, unless it is asked for. */
export function judge(container: FoundContainer, context: SelectionContext): Verdict {
  const placement = context.placements.of(container);
  const verdict = judgePlace(container, placement, context);
  if (verdict !== 'selected' || context.ignore.length === 0) return verdict;
  const facts = factsOf(container, placement);
  return context.ignore.some((pattern) => fits(pattern, facts)) ? 'ignored' : 'selected';
}

function judgePlace(container: FoundContainer, placement: Placement | null, context: SelectionContext): Verdict {
  const { selection, directory } = context;
  if (isRootFolder(container)) return 'selected';
  // A pause container is a user's if a pod names it.
  if (container.isPause && placement?.container == null) return 'deselected';
  const namespace = placement?.pod.namespace ?? container.pod?.namespace;
  if (namespace === undefined) return judgeOutside(container, context);
  // A cluster that was asked has named all requested pods; if none was asked, this may be one of them.
  if (namespace === null) return directory.state !== 'asked' || isEverything(selection) ? 'selected' : 'deselected';
  if (!isSelectedNamespace(namespace, selection)) return 'deselected';
  // The API server evaluated the selector: what it did not list was not selected.
  return selection.selector !== null && placement === null ? 'deselected' : 'selected';
}

/** If not everything is selected, a pod of unknown namespace may not have been asked for. */
function isEverything({ namespaces, excludedNamespaces, selector }: Selection): boolean {
  return namespaces.length === 0 && excludedNamespaces.length === 0 && selector === null;
}

function judgeOutside({ labels }: FoundContainer, { selection, directory, areSourcesNamed }: SelectionContext): Verdict {
  // What is known only by its processes may belong to a pod: only a cluster could say.
  const mayBeOfPod = labels === null && directory.state !== 'asked';
  if ((selection.namespaces.length > 0 && !mayBeOfPod) || selection.selector !== null) return 'deselected';
  const isClusterInUse = directory.state === 'asked' || directory.state === 'failed';
  return isClusterInUse && !areSourcesNamed ? 'outside' : 'selected';
}

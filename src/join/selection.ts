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
  /** Containers to leave out, of all that would be selected. */
  readonly ignore: readonly ContainerPattern[];
  readonly directory: Directory;
  readonly placements: PlacementIndex;
  /** Whether the user named the sources: then containers of theirs that are of no pod belong into the result too. */
  readonly areSourcesNamed: boolean;
}

/** `outside`: of the local engine, and of no pod, while a cluster is in use. `deselected`: of another namespace, or not of the labels asked for. `ignored`: the config says so. */
export type Verdict = 'selected' | 'deselected' | 'outside' | 'ignored';

/** Whether a container belongs into the result: a laptop is not the cluster, unless it is asked for. */
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
  // A pause container is of a user when a pod names it.
  if (container.isPause && placement?.container == null) return 'deselected';
  const namespace = placement?.pod.namespace ?? container.pod?.namespace;
  if (namespace === undefined) return judgeOutside(container, context);
  // A cluster that was asked has named all pods that are asked for; where none was, it may be one of them.
  if (namespace === null) return directory.state !== 'asked' || isEverything(selection) ? 'selected' : 'deselected';
  if (!isSelectedNamespace(namespace, selection)) return 'deselected';
  // The selector was the API server's to judge: what it did not list was not meant.
  return selection.selector !== null && placement === null ? 'deselected' : 'selected';
}

/** Of a pod whose namespace nobody knows it cannot be said that it was asked for. */
function isEverything({ namespaces, excludedNamespaces, selector }: Selection): boolean {
  return namespaces.length === 0 && excludedNamespaces.length === 0 && selector === null;
}

function judgeOutside({ labels }: FoundContainer, { selection, directory, areSourcesNamed }: SelectionContext): Verdict {
  // What was seen by its processes alone may be of a pod: only a cluster could say.
  const mayBeOfPod = labels === null && directory.state !== 'asked';
  if ((selection.namespaces.length > 0 && !mayBeOfPod) || selection.selector !== null) return 'deselected';
  const isClusterInUse = directory.state === 'asked' || directory.state === 'failed';
  return isClusterInUse && !areSourcesNamed ? 'outside' : 'selected';
}

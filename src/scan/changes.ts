import { posix } from 'node:path';
import type { Target } from '../collect/target.ts';

/**
 * What containers changed since their images were made. To list it takes an engine longer than all else, so it is asked only
 * when somebody wants to know, and once for all that a container had read by then.
 */
export interface Changes {
  /** Whether what is at a path changed; null where the source cannot tell. */
  readonly isChanged: (target: Target, path: string) => Promise<boolean | null>;
  /** What was asked before a file was read says nothing of what was read: it may have changed in between. */
  readonly forget: (target: Target) => void;
}

export function createChanges(): Changes {
  const asked = new WeakMap<Target, ReturnType<Target['changes']>>();

  function ask(target: Target): ReturnType<Target['changes']> {
    const answer = asked.get(target) ?? target.changes();
    asked.set(target, answer);
    return answer;
  }

  return {
    isChanged: async (target, path) => {
      const changes = await ask(target);
      return changes && isAmong(changes, target, path);
    },
    forget: (target) => {
      asked.delete(target);
    },
  };
}

async function isAmong(changes: readonly string[], target: Target, path: string): Promise<boolean> {
  if (isNamed(changes, path)) return true;
  // The engine names what changed by its path without links. Only where one is of that name, or on the way, is it worth asking for.
  const onTheWay = changes.filter((change) => path.startsWith(`${change}/`));
  if (onTheWay.length === 0 && !changes.some((change) => change.includes(posix.basename(path)))) return false;
  const real = await target.realPath(path);
  // A folder is named when anything in it changed. What is no folder of the path without links is a link, and led elsewhere before.
  return isNamed(changes, real) || onTheWay.some((change) => !real.startsWith(`${change}/`));
}

/** A folder is changed with what is in it. */
function isNamed(changes: readonly string[], path: string): boolean {
  return changes.some((change) => change === path || change.startsWith(`${path}/`));
}

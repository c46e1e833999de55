import { readlinkSync } from 'node:fs';
import { UnreadableError } from '../target.ts';
import { missingAsNull } from './errors.ts';
import type { Foothold, Steps } from './foothold.ts';

/** As many links on one path as Linux follows: path_resolution(7). */
const maxLinks = 40;

/** Folders below one another. Each is held by a descriptor, of which a process has some thousand; no root file system is as deep. */
const maxDepth = 200;

/** The end of a path: where it leads without links, and what is there. */
export interface End {
  readonly path: () => string;
  readonly place: Foothold | null;
}

/** A name on the way, and what it leads to; null where nothing is. */
interface Step {
  readonly name: string;
  readonly place: Foothold | null;
}

/**
 * Walks a path name by name as a process would whose root that folder is: every link is followed inside, and `..` of the root
 * is the root. What is at the end is held while `use` looks at it. What does not exist keeps its name.
 */
export function walk<Result>(steps: Steps, root: string, path: string, use: (end: End) => Result): Result {
  const trail: Step[] = [{ name: '', place: missingAsNull(() => steps.enter(root)) }];
  try {
    follow(steps, path, trail);
    return use({ path: () => `/${namesOf(trail).join('/')}`, place: endOf(trail) });
  } finally {
    retreat(trail, 0);
  }
}

/** Leads the trail, which begins at the root, to the end of the path. */
function follow(steps: Steps, path: string, trail: Step[]): void {
  const pending = path.split('/').reverse();
  for (let links = 0; pending.length > 0; ) {
    const name = pending.pop() as string;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      retreat(trail, Math.max(1, trail.length - 1));
      continue;
    }
    const parent = endOf(trail);
    const place = parent && missingAsNull(() => steps.step(`${parent.location}/${name}`));
    trail.push({ name, place });
    if (trail.length > maxDepth) throw refusal(path, `${maxDepth} folders below one another`);
    if (!place?.stats.isSymbolicLink()) continue;
    if (++links > maxLinks) throw refusal(path, `${maxLinks} links in it`);
    // What is no link any more is looked at again.
    const target = linkTarget(`${parent?.location}/${name}`) ?? name;
    retreat(trail, target.startsWith('/') ? 1 : trail.length - 1);
    pending.push(...target.split('/').reverse());
  }
}

const namesOf = ([, ...below]: readonly Step[]) => below.map(({ name }) => name);

const endOf = (trail: readonly Step[]) => trail.at(-1)?.place ?? null;

/** Goes back until so many steps are left, and gives the others' descriptors back. */
function retreat(trail: Step[], length: number): void {
  for (const { place } of trail.splice(length)) place?.release();
}

const refusal = (path: string, limit: string) => new UnreadableError('failed', `${path} has more than ${limit}.`);

/** Null when it is no link, or is there no more: somebody has put something else there since. */
function linkTarget(location: string): string | null {
  return missingAsNull(() => readlinkSync(location), ['EINVAL']);
}

import { readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { DanglingLinkError, maxLinks, UnreadableError } from '../target.ts';
import { missingAsNull } from './errors.ts';
import type { Foothold, Steps } from './foothold.ts';

/** Nested folders. Each is held by a descriptor, of which a process has about a thousand; no root file system is as deep. */
const maxDepth = 200;

/** Folders that are kept open for the next walk: all package databases together need about twenty. */
const maxKept = 64;

/** Folders that one path may lead through, all its links included: a process has about a thousand descriptors. */
const maxFolders = 512;

/** The end of a path: where it leads after resolving links, and what is there. */
export interface End {
  readonly path: () => string;
  readonly place: Foothold | null;
  /** If nothing is there because of a dangling link: that link. */
  readonly dangling: Link | null;
  /** The device of the root. */
  readonly device: bigint;
}

/** The path of a link, without links, and its target. */
interface Link {
  readonly path: string;
  readonly target: string;
}

/** A name still to be followed, and the link that contains it; null if it is in the requested path itself. */
interface Pending {
  readonly name: string;
  readonly link: Link | null;
}

/** A name on the way, and what it leads to; null if nothing is there. */
interface Step extends Pending {
  readonly place: Foothold | null;
}

/** Walks below one root. Folders on the way are held until it is closed, because what is looked for next is often near them. */
export interface Walker {
  /**
   * Walks a path name by name, as a process with this root would: all links are followed inside it, and `..` of the root is the root. What
   * is at the end is held while `use` looks at it. A missing name stays in the path.
   */
  readonly walk: <Result>(path: string, use: (end: End) => Result) => Result;
  readonly close: () => void;
}

/** `unsafe` are the paths, without links, of mounts that may never answer: no walk leads there. */
export function openWalker(steps: Steps, root: string, unsafe: ReadonlyMap<string, string>): Walker {
  // By location and name: a folder that was moved meanwhile is still the one that was there.
  const kept = new Map<string, Foothold>();
  let base: Foothold | null = null;

  function releaseFolders(): void {
    for (const folder of kept.values()) folder.release();
    kept.clear();
  }

  function step(location: string, loose: Foothold[], pathOf: () => string): Foothold | null {
    const earlier = kept.get(location);
    if (earlier !== undefined) return earlier;
    if (kept.size === maxFolders) throw refusal(pathOf(), `${maxFolders} folders on its way`);
    const place = missingAsNull(() => steps.step(location), [], pathOf);
    if (place?.stats.isDirectory()) kept.set(location, place);
    else if (place !== null) loose.push(place);
    return place;
  }

  return {
    close: () => {
      releaseFolders();
      base?.release();
      base = null;
    },
    walk: (path, use) => {
      base ??= missingAsNull(
        () => steps.enter(root),
        [],
        () => '/',
      );
      const trail: Step[] = [{ name: '', link: null, place: base }];
      const loose: Foothold[] = [];
      try {
        follow(path, trail, (parent, name) => {
          const location = `${parent.location}/${name}`;
          const ownPath = () => posix.join(pathOf(trail), name);
          if (unsafe.size > 0) refuseUnsafe(ownPath(), unsafe);
          return step(location, loose, ownPath);
        });
        const place = endOf(trail);
        const dangling = place === null ? missingLinkOf(trail) : null;
        return use({ path: () => pathOf(trail), place, dangling, device: base?.stats.dev ?? 0n });
      } finally {
        for (const place of loose) place.release();
        if (kept.size > maxKept) releaseFolders();
      }
    },
  };
}

/** Extends the trail, which begins at the root, to the end of the path. */
function follow(path: string, trail: Step[], step: (parent: Foothold, name: string) => Foothold | null): void {
  const pending = pendingOf(path, null);
  for (let links = 0; pending.length > 0; ) {
    const { name, link } = pending.pop() as Pending;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      trail.length = Math.max(1, trail.length - 1);
      continue;
    }
    const parent = endOf(trail);
    const place = parent && step(parent, name);
    trail.push({ name, link, place });
    if (trail.length > maxDepth) throw refusal(path, `${maxDepth} folders below one another`);
    if (!place?.stats.isSymbolicLink()) continue;
    if (++links > maxLinks) throw refusal(path, `${maxLinks} links in it`);
    // What is no longer a link is looked at again.
    const target = linkTarget(`${parent?.location}/${name}`);
    const followed = target === null ? link : { path: pathOf(trail), target };
    trail.length = target?.startsWith('/') ? 1 : trail.length - 1;
    pending.push(...pendingOf(target ?? name, followed));
  }
}

/** The next name comes last. */
const pendingOf = (path: string, link: Link | null): Pending[] =>
  path
    .split('/')
    .map((name) => ({ name, link }))
    .reverse();

/** The link that contains the first missing name, if any. */
const missingLinkOf = (trail: readonly Step[]) => trail.find(({ place }) => place === null)?.link ?? null;

const endOf = (trail: readonly Step[]) => trail.at(-1)?.place ?? null;

const pathOf = ([, ...below]: readonly Step[]) => `/${below.map(({ name }) => name).join('/')}`;

/** What is at the end, or null. Throws a DanglingLinkError if a link leads nowhere. */
export function placeAt({ place, dangling }: End): Foothold | null {
  if (dangling !== null) throw new DanglingLinkError(dangling.path, dangling.target);
  return place;
}

function refuseUnsafe(path: string, unsafe: ReadonlyMap<string, string>): void {
  const type = unsafe.get(path);
  if (type !== undefined) throw new UnreadableError('failed', `Cannot read ${path}: its file system (${type}) may never answer.`);
}

const refusal = (path: string, limit: string) => new UnreadableError('failed', `${path} has more than ${limit}.`);

/** Null if it is not a link, or no longer there: something else has been put there since. */
function linkTarget(location: string): string | null {
  return missingAsNull(() => readlinkSync(location), ['EINVAL']);
}

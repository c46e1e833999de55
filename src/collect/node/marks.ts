import { lstatSync, opendirSync, readlinkSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { failedAsNull } from '../root-folder/errors.ts';
import { maxFolderFiles } from '../root-folder/folder.ts';
import { maxLinks, type Target } from '../target.ts';

/** What is at a path. For a folder that is only on the way, only its identity counts, not what else is put into it. */
interface Mark {
  readonly text: string;
  readonly isOnTheWay: boolean;
  readonly isLink: boolean;
}

/** By path: where a scan looked, including all folders and links on the way. */
export type Marks = ReadonlyMap<string, Mark>;

/**
 * Notes what a scan is about to look at, so that it is cheap to tell later whether another scan would give the same result: no file is
 * opened for this, and nothing is held. The status change time cannot be set by anyone.
 */
export function noteMarks(target: Target, root: string): { readonly target: Target; readonly marks: Marks } {
  const marks = new Map<string, Mark>();
  function mark(path: string, isOnTheWay: boolean): Mark {
    const earlier = marks.get(path);
    if (earlier !== undefined && (isOnTheWay || !earlier.isOnTheWay)) return earlier;
    const fresh = markAt(root, path, isOnTheWay);
    marks.set(path, fresh);
    return fresh;
  }
  /**
   * Stops at the first missing name: if that appears, its folder changes. At a link it continues where the link leads inside, because from
   * outside an absolute link leads elsewhere.
   */
  function noteWay(path: string, links = 0): void {
    let parent = '/';
    for (const prefix of prefixesOf(path)) {
      const { text, isLink } = mark(prefix, prefix !== path);
      if (text === nothing) {
        marks.delete(prefix);
        mark(parent, false);
        return;
      }
      const link = isLink && links < maxLinks ? failedAsNull(() => readlinkSync(root + prefix)) : null;
      if (link !== null) {
        noteWay(posix.join(posix.resolve(parent, link), path.slice(prefix.length)), links + 1);
        return;
      }
      parent = prefix;
    }
  }
  async function note(path: string): Promise<void> {
    // First, because this refuses what may never answer.
    const real = await target.realPath(path);
    noteWay(path);
    // A link may lead up from where another one leads.
    noteWay(real);
  }
  const noting: Target = {
    ...target,
    stat: async (path) => {
      await note(path);
      return target.stat(path);
    },
    readFolder: async (path, accepts, maxBytes) => {
      await note(path);
      const folder = await target.realPath(path);
      // A file may be added to a folder that has none yet.
      for (const name of foldersIn(root + folder)) mark(`${folder}/${name}`, false);
      const acceptsNoting = (name: string) => {
        const isAccepted = accepts(name);
        // With the trailing slash a link would be followed, out of the root.
        if (isAccepted) mark(`${folder}/${name.replace(/\/$/, '')}`, false);
        return isAccepted;
      };
      return target.readFolder(path, acceptsNoting, maxBytes);
    },
  };
  return { target: noting, marks };
}

/** Whether everything that a scan looked at is unchanged. */
export function areUnchanged(root: string, marks: Marks): boolean {
  for (const [path, { text, isOnTheWay }] of marks) if (markAt(root, path, isOnTheWay).text !== text) return false;
  return true;
}

/** As many as are read at most: a folder with more is refused, and read again each time. */
function foldersIn(path: string): string[] {
  const folder = failedAsNull(() => opendirSync(path));
  const names: string[] = [];
  let left = maxFolderFiles;
  const next = () => (left-- > 0 ? failedAsNull(() => folder?.readSync() ?? null) : null);
  for (let entry = next(); entry !== null; entry = next()) if (entry.isDirectory()) names.push(entry.name);
  folder?.closeSync();
  return names;
}

function prefixesOf(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
}

const nothing = 'nothing';

function markAt(root: string, path: string, isOnTheWay: boolean): Mark {
  try {
    const stats = lstatSync(root + path, { throwIfNoEntry: false });
    const text = stats ? markOf(stats, isOnTheWay) : nothing;
    return { text, isOnTheWay, isLink: stats?.isSymbolicLink() ?? false };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    // The mark changes when this error comes or goes. A scan says more about the error.
    return { text: code, isOnTheWay, isLink: false };
  }
}

/** Millisecond times are precise to a quarter of a microsecond, and cost half as much as nanoseconds. */
function markOf(stats: Stats, isOnTheWay: boolean): string {
  const { dev, ino, size, mtimeMs, ctimeMs } = stats;
  return isOnTheWay && stats.isDirectory() ? `${dev} ${ino}` : `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

import { posix } from 'node:path';
import type { FileStat, Target } from '../collect/target.ts';
import type { DatabaseLocation, Parser } from '../parse/parser.ts';
import { loadInsteadOfDatabases, parsers } from '../parse/parsers.ts';

export interface FoundDatabase {
  readonly parser: Parser;
  readonly location: DatabaseLocation;
  readonly path: string;
  readonly stat: FileStat;
  /** Others of its kind, at which its tool does not look where this one is. */
  readonly passedOver: readonly string[];
}

/** The databases that count, each once even where links give it several paths. */
export async function findDatabases(target: Target): Promise<FoundDatabase[]> {
  const [first, ...others] = Object.values(parsers) as [Parser, ...Parser[]];
  // Alone: of a container with a volume that hangs an engine answers nothing, and each question keeps a connection until it times out.
  const found = [await findByParser(target, first)];
  found.push(...(await Promise.all(others.map((parser) => findByParser(target, parser)))));
  const databases = found.flat();
  if (databases.length > 0) return databases;
  // To ask for these too costs an engine as much as to ask for a database, and nearly all containers have one.
  const lists = await loadInsteadOfDatabases();
  return (await Promise.all(lists.map((parser) => findByParser(target, parser)))).flat();
}

async function findByParser(target: Target, parser: Parser): Promise<FoundDatabase[]> {
  const folders = [...new Set(parser.locations.map((location) => posix.dirname(pathOf(location))))];
  const there = await Promise.all(folders.map((folder) => findInFolder(target, parser, folder)));
  const found: FoundDatabase[] = [];
  for (const database of there.flat()) if (!(await isAmong(found, database, target))) found.push(database);
  const [first, ...others] = found;
  if (first === undefined || !parser.takesFirst) return found;
  return [{ ...first, passedOver: others.map(({ path }) => path) }];
}

async function findInFolder(target: Target, parser: Parser, folder: string): Promise<FoundDatabase[]> {
  const locations = parser.locations.filter((location) => posix.dirname(pathOf(location)) === folder);
  // Most containers lack the folders of rpm: one question spares three. That of dpkg, which has two places, most have.
  if (locations.length > 2 && (await target.stat(folder)) === null) return [];
  const there = await Promise.all(
    locations.map(async (location) => {
      const path = pathOf(location);
      const stat = await target.stat(path);
      return stat === null ? [] : [{ parser, location, path, stat, passedOver: [] }];
    }),
  );
  return there.flat();
}

const pathOf = (location: DatabaseLocation) => ('path' in location ? location.path : location.directory);

/** Whether a database was found before by another path. Only where size and time agree is it worth asking where the paths lead. */
async function isAmong(found: readonly FoundDatabase[], { path, stat }: FoundDatabase, target: Target): Promise<boolean> {
  for (const other of found) {
    if (other.stat.size !== stat.size || other.stat.modified !== stat.modified) continue;
    if ((await target.realPath(other.path)) === (await target.realPath(path))) return true;
  }
  return false;
}

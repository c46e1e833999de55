import { posix } from 'node:path';
import { type FileStat, type Target, UnreadableError } from '../collect/target.ts';
import type { DatabaseLocation, Parser } from '../parse/parser.ts';
import { loadInsteadOfDatabases, parsers } from '../parse/parsers.ts';

export interface FoundDatabase {
  readonly parser: Parser;
  readonly location: DatabaseLocation;
  readonly path: string;
  readonly stat: FileStat;
  /** Others of its kind, in the order in which its tool looks for them, which uses only one. */
  readonly others: readonly FoundDatabase[];
}

/** A place where a database may or may not be, and why that is not known. */
export interface HiddenDatabase {
  readonly parser: Parser;
  readonly path: string;
  readonly error: UnreadableError;
}

export const isHidden = (database: FoundDatabase | HiddenDatabase): database is HiddenDatabase => 'error' in database;

/** The databases that count, each once even if links give it several paths, and the places where there may be others. */
export async function findDatabases(target: Target): Promise<(FoundDatabase | HiddenDatabase)[]> {
  const [first, ...others] = Object.values(parsers) as [Parser, ...Parser[]];
  // Alone: an engine does not answer about a container with a hanging volume, and each request holds a connection until it times out.
  const places = [await placesOf(target, first)];
  places.push(...(await Promise.all(others.map((parser) => placesOf(target, parser)))));
  const errors = places.flat().flatMap(({ answer }) => (answer instanceof UnreadableError ? [answer] : []));
  // If no place at all can be looked at, the cause is not the places but the container.
  if (errors[0] !== undefined && errors.length === places.flat().length) throw errors[0];
  const databases = (await Promise.all(places.map((ofParser) => findAmong(target, ofParser)))).flat();
  return databases.length > 0 ? databases : findLists(target);
}

/** Asking for these costs an engine as much as asking for a database, and nearly all containers have one. */
async function findLists(target: Target): Promise<(FoundDatabase | HiddenDatabase)[]> {
  const places = await Promise.all((await loadInsteadOfDatabases()).map((parser) => placesOf(target, parser)));
  return (await Promise.all(places.map((ofParser) => findAmong(target, ofParser)))).flat();
}

/** Where a database may be, and what is there; or why that is not known. */
interface Place {
  readonly parser: Parser;
  /** Null for the folder of several locations. */
  readonly location: DatabaseLocation | null;
  readonly path: string;
  readonly answer: FileStat | UnreadableError | null;
}

async function placesOf(target: Target, parser: Parser): Promise<Place[]> {
  const folders = [...new Set(parser.locations.map((location) => posix.dirname(pathOf(location))))];
  return (await Promise.all(folders.map((folder) => placesIn(target, parser, folder)))).flat();
}

async function placesIn(target: Target, parser: Parser, folder: string): Promise<Place[]> {
  const locations = parser.locations.filter((location) => posix.dirname(pathOf(location)) === folder);
  // Most containers lack rpm's folders: one request saves three. Most have dpkg's, which has two locations.
  if (locations.length > 2) {
    const answer = await answerOn(target, folder);
    if (answer === null || answer instanceof UnreadableError) return [{ parser, location: null, path: folder, answer }];
  }
  return Promise.all(
    locations.map(async (location) => {
      const path = pathOf(location);
      return { parser, location, path, answer: await answerOn(target, path) };
    }),
  );
}

/** One place that cannot be looked at must not cost what is in the others. An engine that is silent is silent about all of them. */
async function answerOn(target: Target, path: string): Promise<Place['answer']> {
  try {
    return await target.stat(path);
  } catch (error) {
    if (error instanceof UnreadableError && error.reason !== 'timeout') return error;
    throw error;
  }
}

async function findAmong(target: Target, places: readonly Place[]): Promise<(FoundDatabase | HiddenDatabase)[]> {
  const found: FoundDatabase[] = [];
  // A folder that cannot be looked into hides everything in it, and is reported once.
  const hidden = new Map<string, HiddenDatabase>();
  for (const { parser, location, path, answer } of places) {
    if (answer instanceof UnreadableError) {
      if (!hidden.has(answer.message)) hidden.set(answer.message, { parser, path, error: answer });
    } else if (location !== null && answer !== null) {
      const database = { parser, location, path, stat: answer, others: [] };
      if (!(await isAmong(found, database, target))) found.push(database);
    }
  }
  const [first, ...others] = found;
  if (first === undefined || !first.parser.takesFirst) return [...found, ...hidden.values()];
  return [{ ...first, others }, ...hidden.values()];
}

const pathOf = (location: DatabaseLocation) => ('path' in location ? location.path : location.directory);

/** Whether a database was already found by another path. Where the paths lead is worth asking only if size and time agree. */
async function isAmong(found: readonly FoundDatabase[], { path, stat }: FoundDatabase, target: Target): Promise<boolean> {
  for (const other of found) {
    if (other.stat.size !== stat.size || other.stat.modified !== stat.modified) continue;
    if ((await target.realPath(other.path)) === (await target.realPath(path))) return true;
  }
  return false;
}

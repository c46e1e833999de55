import type { Target } from '../collect/target.ts';
import { type FoundDatabase, type HiddenDatabase, isHidden } from './find-databases.ts';
import { type DatabaseRead, readDatabase, unreadFor } from './read-database.ts';
import type { SharedReads } from './shared-reads.ts';

/** Reads all databases of a container. */
export async function readDatabases(
  target: Target,
  databases: readonly (FoundDatabase | HiddenDatabase)[],
  shared: SharedReads,
): Promise<DatabaseRead[]> {
  const reads: DatabaseRead[] = [];
  for (const database of databases) {
    if (isHidden(database)) reads.push(unreadFor(database.error, database));
    else reads.push(...(await readFirst(target, database, shared)));
  }
  return reads;
}

/**
 * A tool that has one database uses the first, even if it is empty while another has the packages: an interrupted conversion leaves that,
 * or a tool that was once called with other settings. So the first database that has packages, or may have some, counts.
 */
async function readFirst(target: Target, first: FoundDatabase, shared: SharedReads): Promise<DatabaseRead[]> {
  const candidates = [first, ...first.others];
  const empty: DatabaseRead[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const read = await readDatabase(target, candidate, shared);
    if (read === null) continue;
    if (!isEmpty(candidate, read)) return tell(empty, read, candidates.slice(index + 1));
    empty.push(read);
  }
  const [kept] = empty;
  return kept === undefined ? [] : tell([], kept, first.others);
}

function isEmpty({ stat }: FoundDatabase, { scan }: DatabaseRead): boolean {
  return scan.packages === 0 && (scan.status === 'read' || stat.size === 0);
}

/** The result if one is taken, after some that are empty and before others that were not looked at. */
function tell(empty: readonly DatabaseRead[], taken: DatabaseRead, others: readonly FoundDatabase[]): DatabaseRead[] {
  // An unreadable database does not replace an empty one: both are reported.
  const beside = taken.scan.status === 'unread' ? empty.slice(0, 1) : [];
  const { type, path } = taken.scan;
  const because = `the ${type} packages are those of ${path}.`;
  const passedOver = [
    ...empty.slice(beside.length).map(({ scan }) => passOver(scan.path, `It is passed over, for it holds no package: ${because}`)),
    ...others.map((other) => passOver(other.path, `It is passed over: where there are several, ${because}`)),
  ];
  // The creation of an empty one is a change, too.
  const parts = [...empty.flatMap((each) => each.parts), ...taken.parts];
  return [...beside, { ...taken, parts, diagnostics: [...taken.diagnostics, ...passedOver] }];
}

function passOver(path: string, message: string): DatabaseRead['diagnostics'][number] {
  return { severity: 'warning', code: 'scan/database-passed-over', message, path };
}

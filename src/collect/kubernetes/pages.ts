import type * as z from 'zod/mini';
import { CollectError } from '../../model/errors.ts';
import type { ListAnswer } from './answers.ts';

/** At most as many objects a page as kubectl asks for. */
const pageSize = 500;

/** Kubernetes supports up to 150,000 pods: a list with more pages than this never ends. */
const maxPages = 2000;

/** The server was reached, but its answer exceeds what is read. */
export class OverlongAnswer extends CollectError {
  constructor(path: string, maxBytes: number) {
    super(
      `The API server answers ${path.replace(/\?.*$/, '')} with more than ${Math.floor(maxBytes / (1024 * 1024))} MiB, the most that is read.`,
    );
  }
}

type Page = z.output<typeof ListAnswer>;

/** Requests a page by its query. `onStart` gets the first part of the answer as soon as it arrives. */
export type GetPage = (parameters: string, onStart: (start: string) => void) => Promise<Page>;

/** A page that was requested. */
interface Asked {
  readonly token: string;
  readonly page: Promise<Page>;
  /** The token of the next page, once the start of this one has arrived. */
  following: string;
}

/**
 * What `take` returns for each item of a list. The token of the next page is at the start of an answer. So the next page is requested while
 * this one is still arriving, and the server makes it while this one is processed: never more than one ahead. If objects are so large that
 * a page exceeds the limit, smaller pages are requested.
 */
export async function listPages<Item>(
  getPage: GetPage,
  take: (item: unknown) => Item,
  query: Readonly<Record<string, string>>,
): Promise<Item[]> {
  const taken: Item[] = [];
  const tokens = new Set<string>();
  let current: Asked | null = null;
  let ahead: Asked | null = null;
  let size = pageSize;
  const ask = (token: string): Asked => {
    const parameters = new URLSearchParams({ ...query, limit: String(size), ...(token && { continue: token }) });
    const answer = getPage(String(parameters), (start) => {
      asked.following = tokenIn(start);
      if (asked === current) askAhead();
    });
    // A failed page is reported when it is awaited, not before as an unhandled rejection.
    answer.catch(() => {});
    const asked: Asked = { token, page: answer, following: '' };
    return asked;
  };
  const askAhead = () => {
    if (current !== null && current.following !== '') ahead ??= ask(current.following);
  };
  let pages = 0;
  for (current = ask(''); current !== null; ) {
    if (++pages > maxPages) throw new CollectError(`The API server's list goes on after ${maxPages} pages: not read.`);
    askAhead();
    const asked: Asked = current;
    const page = await asked.page.catch((error) => {
      if (!(error instanceof OverlongAnswer) || size === 1) throw error;
      return null;
    });
    if (page === null) {
      size = Math.floor(size / 2);
      ahead = null;
      current = ask(asked.token);
      continue;
    }
    size = Math.min(pageSize, size * 2);
    const token = page.metadata.continue ?? '';
    // A server, or a cache in front of it, that returns one page for another would cause an endless loop.
    if (tokens.has(token)) throw new CollectError('The API server gives a page of a list for the second time: the list cannot be read.');
    if (token !== '') tokens.add(token);
    const next: Asked | null = token === '' ? null : (ahead as Asked | null)?.token === token ? ahead : ask(token);
    ahead = null;
    for (const item of page.items ?? []) taken.push(take(item));
    current = next;
  }
  return taken;
}

/** The token in a list's metadata. The metadata precedes the items, and an item could contain any text. */
function tokenIn(start: string): string {
  const [metadata = ''] = start.split('"items"', 1);
  return /"continue":"([^"\\]*)"/.exec(metadata)?.[1] ?? '';
}

import { Session } from 'node:inspector';

/** How many blocks of the sources were run, of those that V8 told of. Functions that were never called have blocks it does not tell. */
export interface Blocks {
  readonly run: number;
  readonly known: number;
}

/** What of src/ was run so far, block by block, as V8 counts it in this very process. */
export interface Coverage {
  /** Whether anything that was run since the last call was never run before; `keep` remembers it. */
  readonly isNew: (keep: boolean) => boolean;
  readonly blocks: () => Blocks;
}

/** Of one script: which characters of it were run, and where blocks begin. */
interface Script {
  readonly seen: Uint8Array;
  readonly starts: Set<number>;
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** No source is longer: what is behind it would go unseen, and so a longer one is an error. */
const maxSourceCharacters = 64 * 1024;

/**
 * V8's precise coverage with block granularity, counted: where V8 says only whether a block was run, it keeps half of them to itself. A
 * range is what it says of a block: blocks that were run alike lie in one, so that its borders change from run to run. What was run is
 * therefore remembered by character, and never by range.
 */
export function startCoverage(): Coverage {
  const session = new Session();
  session.connect();
  const scripts = new Map<string, Script>();
  const post = (method: string, parameters?: object): unknown => {
    let answer: unknown;
    session.post(method, parameters, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    isNew: (keep) => {
      const { result } = post('Profiler.takePreciseCoverage') as { readonly result: readonly ScriptCoverage[] };
      let isNew = false;
      for (const script of result) if (isOurs(script.url) && addsTo(scripts, script, keep)) isNew = true;
      return isNew;
    },
    blocks: () => {
      const counts = [...scripts.values()].map(({ seen, starts }) => ({
        run: [...starts].filter((start) => seen[start]).length,
        known: starts.size,
      }));
      return { run: sum(counts.map(({ run }) => run)), known: sum(counts.map(({ known }) => known)) };
    },
  };
}

const isOurs = (url: string) => url.includes('/src/') && !url.includes('/node_modules/');

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Of a function that lies in another both tell: the inner one comes later, and has the last word. */
const ran = new Uint8Array(maxSourceCharacters);

function addsTo(scripts: Map<string, Script>, { url, functions }: ScriptCoverage, keep: boolean): boolean {
  const script = scripts.get(url) ?? { seen: new Uint8Array(maxSourceCharacters), starts: new Set() };
  scripts.set(url, script);
  const end = Math.max(0, ...functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0));
  if (end > maxSourceCharacters) throw new Error(`${url} is longer than ${maxSourceCharacters} characters`);
  ran.fill(0, 0, end);
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) {
      ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
      if (keep) script.starts.add(startOffset);
    }
  }
  let isNew = false;
  for (let at = 0; at < end; at++) {
    if (!ran[at] || script.seen[at]) continue;
    isNew = true;
    if (!keep) break;
    script.seen[at] = 1;
  }
  return isNew;
}

import { UsageError } from '../../model/errors.ts';
import type { Inventory } from '../../model/inventory.ts';

/** What each placeholder in a file name may stand for. */
const shapes = {
  cluster: null,
  date: String.raw`\d{4}-\d{2}-\d{2}`,
  time: String.raw`\d{6}Z`,
} as const satisfies Readonly<Record<string, string | null>>;
type Placeholder = keyof typeof shapes;

/** Gives the value of a placeholder, from the Inventory alone, so that a report made from it later has the same name. */
export type NameValues = (placeholder: Placeholder) => string;

/** The FILE of `-o FORMAT=FILE`, as in `/out/{cluster}-{date}.csv.gz`. */
export interface FileName {
  readonly typed: string;
  readonly parts: readonly Part[];
}

type Part = { readonly text: string } | { readonly placeholder: Placeholder };

/**
 * Parses a file name. A literal brace is written twice. Placeholders may not be in the folder: a cluster may name its file, but not choose
 * its place.
 */
export function parseFileName(typed: string): FileName {
  const parts = (typed.match(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g) ?? []).map((token) => parsePart(token, typed));
  const folderEnd = parts.findLastIndex((part) => 'text' in part && part.text.includes('/'));
  if (parts.slice(0, Math.max(folderEnd, 0)).some((part) => 'placeholder' in part))
    throw new UsageError(`${typed}: placeholders stand in the name of the file, and not of a folder.`);
  return { typed, parts };
}

function parsePart(token: string, typed: string): Part {
  if (token === '{{' || token === '}}') return { text: token.charAt(0) };
  if (!/[{}]/.test(token)) return { text: token };
  const name = token.slice(1, -1);
  if (token.length > 1 && Object.hasOwn(shapes, name)) return { placeholder: name as Placeholder };
  throw new UsageError(
    `${typed}: there is no placeholder ${token}. There are {cluster}, {date} and {time}; a brace that is meant as such is written twice.`,
  );
}

export function hasPlaceholder({ parts }: FileName, placeholder: Placeholder): boolean {
  return parts.some((part) => 'placeholder' in part && part.placeholder === placeholder);
}

export function fileNameText({ parts }: FileName, values: NameValues): string {
  return parts.map((part) => ('text' in part ? part.text : values(part.placeholder))).join('');
}

/** For the name before anything was collected. */
export const unfilled: NameValues = (placeholder) => `{${placeholder}}`;

/** Matches the names, without folder, that the same FILE gives for the same cluster at any time. The groups are date and time. */
export function namePattern({ parts }: FileName, values: NameValues): string {
  const seen = new Set<Placeholder>();
  const whole = parts.map((part) => {
    if ('text' in part) return literally(part.text);
    const shape = shapes[part.placeholder];
    if (shape === null) return literally(values(part.placeholder));
    if (seen.has(part.placeholder)) return `\\k<${part.placeholder}>`;
    seen.add(part.placeholder);
    return `(?<${part.placeholder}>${shape})`;
  });
  return whole.join('').replace(/^.*\//s, '');
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

export function nameValuesOf({ clusters, generated }: Pick<Inventory, 'clusters' | 'generated'>): NameValues {
  const filled = {
    cluster: () => clusterText(clusters.map(({ name }) => name)),
    date: () => utcOf(generated).slice(0, 10),
    time: () => `${utcOf(generated).slice(11, 19).replaceAll(':', '')}Z`,
  };
  return (placeholder) => filled[placeholder]();
}

/** `2026-11-23T06:00:00.000Z`. */
function utcOf(generated: string): string {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(generated) ? new Date(generated) : null;
  if (time !== null && !Number.isNaN(time.getTime()) && /^\d{4}-/.test(time.toISOString())) return time.toISOString();
  throw new UsageError(
    `Cannot fill in {date} or {time}: the inventory says that it was generated at ${JSON.stringify(generated.slice(0, 40))}.`,
  );
}

/**
 * The most characters of a cluster: file names have 255 bytes on the usual file systems, and the temporary name is 18 longer. Longer names
 * are cut and end with a digest to stay distinct, after a sign that occurs nowhere else.
 */
const maxClusterText = 120;
const digestLength = 16;

function clusterText(names: readonly string[]): string {
  if (names.length === 0) return 'local';
  const text = [...new Set(names.map(safeName))].sort().join('+');
  if (text.length <= maxClusterText) return text;
  // Loading it takes milliseconds, and hardly any run has a name this long.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const start = text.slice(0, maxClusterText - digestLength - 1).replace(/%.?$/, '');
  return `${start}~${createHash('sha256').update(text).digest('hex').slice(0, digestLength)}`;
}

/** As in URLs, so that no two clusters get one name: no slash and no control is left, nor `.` or `-` at the start. */
function safeName(name: string): string {
  const escaped = name.replace(/[^A-Za-z0-9._@-]|^[.-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
  return escaped === '' ? 'unnamed' : escaped;
}

import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import * as z from 'zod/mini';
import { ConfigFile } from '../../model/config-file.ts';
import { UsageError } from '../../model/errors.ts';

/** What YAML aliases may expand to. */
const maxAliases = 100;

/**
 * Blanks and list or key markers before the content of a line: more than any config has. The YAML parser builds regular expressions as long
 * as the indentation, and a few thousand characters of that crash Node.
 */
const maxIndent = 200;

/** Faults that are listed: a file that is not a config may have any number. */
const toldFaults = 20;

type Path = readonly PropertyKey[];

export interface ParsedConfig {
  readonly content: ConfigFile;
  readonly lineOf: (path: Path) => number | null;
}

/** Reads a config. Faults are thrown as one UsageError, a line for each: place, what is wrong, what would be right. */
export function parseConfig(file: string, text: string): ParsedConfig {
  if (new RegExp(`^[ ?:-]{${maxIndent}}`, 'm').test(text))
    throw new UsageError(`${file}: a line is indented by ${maxIndent} characters or more: not read.`);
  const lines = new LineCounter();
  // With logLevel `warn` the parser writes to stderr itself; with uniqueKeys it compares each key of a map with all before it.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', uniqueKeys: false });
  const complain = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}: ${message}`;
  };
  const errors = [...document.errors.map(({ pos: [offset], message }) => ({ offset, message })), ...keysTwiceIn(document)];
  if (errors.length > 0) throw faulty(errors, file, ({ offset, message }) => complain(offset, message));
  const result = z.safeParse(ConfigFile, contentOf(document, file) ?? {});
  if (!result.success) throw faulty(result.error.issues.flatMap(faultsOf), file, (fault) => tell(fault, document, complain));
  return { content: result.data, lineOf: (path) => (document.hasIn(path) ? lines.linePos(offsetOf(document, path)).line : null) };
}

function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new UsageError(`${file}: ${error.message}.`, { cause: error });
  }
}

function keysTwiceIn(document: Document.Parsed): { readonly offset: number; readonly message: string }[] {
  const errors: { offset: number; message: string }[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) errors.push({ offset: key.range?.[0] ?? 0, message: 'Map keys must be unique' });
        seen.add(key.value);
      }
    },
  });
  return errors;
}

function faulty<Fault>(faults: readonly Fault[], file: string, tellOf: (fault: Fault) => string): UsageError {
  const told = faults.slice(0, toldFaults).map(tellOf);
  const others = faults.length - told.length;
  return new UsageError([...told, ...(others > 0 ? [`${file}: ${others} more faults.`] : [])].join('\n'));
}

interface Fault {
  readonly issue: z.core.$ZodIssue;
  /** The unknown key, if that is the fault. */
  readonly key: string | null;
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ issue, key })) : [{ issue, key: null }];
}

type Complain = (offset: number, message: string) => string;

function tell({ issue, key }: Fault, document: Document, complain: Complain): string {
  const place = issue.path.length === 0 ? 'the config' : nameOf(issue.path);
  if (key !== null) {
    const known = Object.keys(schemaAt(issue.path)?.properties ?? {}).join(', ');
    return complain(keyOffset(document, issue.path, key), `${place} has no ${key}. It has: ${known}.`);
  }
  const wanted = schemaAt(issue.path)?.description;
  const isMissing = issue.path.length > 0 && !document.hasIn(issue.path);
  const message = `${place} ${isMissing ? 'is missing.' : wrongOf(issue)}${wanted === undefined ? '' : ` ${wanted}`}`;
  return complain(offsetOf(document, issue.path), message);
}

function wrongOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `is not ${words[issue.expected] ?? `a ${issue.expected}`}.`;
    case 'invalid_union':
      return 'is neither a text nor a list of texts.';
    case 'too_small':
      return 'is empty.';
    default:
      return issue.message;
  }
}

const words: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  boolean: 'true or false',
};

/** ownership.mapping[2].team */
function nameOf(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
}

let madeSchema: Schema | null = null;

/** Made once, and only for a faulty config: it takes a millisecond. */
function configSchema(): Schema {
  madeSchema ??= z.toJSONSchema(ConfigFile, { io: 'input' }) as Schema;
  return madeSchema;
}

/** What the JSON Schema says about a place; editors show the same words. */
function schemaAt(path: Path): Schema | undefined {
  let schema = configSchema() as Schema | undefined;
  for (const part of path) {
    const { properties, additionalProperties, items }: Schema = schema ?? {};
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    schema = typeof part === 'number' ? items : (properties?.[String(part)] ?? other);
  }
  return schema;
}

/** The offset of a value; if it is missing, of what it should be in. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: Path, key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
  return (isScalar(pair?.key) && pair.key.range?.[0]) || offsetOf(document, path);
}

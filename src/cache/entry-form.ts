import type { System } from '../model/system.ts';
import type { DatabaseRead } from '../scan/read-database.ts';

/**
 * Whether JSON is one of the two things that are kept. Only its fields are checked: the folder's permissions ensure that nobody else wrote
 * it, and its digest that it is complete.
 */
export function isKept(value: unknown): value is DatabaseRead | System {
  if (!isObject(value)) return false;
  return isDatabaseRead(value) || isSystem(value);
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isDatabaseRead = ({ scan, content, diagnostics, mayHaveBeside }: Fields) =>
  isObject(scan) &&
  (content === null || (isObject(content) && Array.isArray(content.packages))) &&
  Array.isArray(diagnostics) &&
  Array.isArray(mayHaveBeside);

const isSystem = ({ id, idLike, versionId, name }: Fields) => Array.isArray(idLike) && [id, versionId, name].every(isTextOrNull);

const isTextOrNull = (value: unknown) => value === null || typeof value === 'string';

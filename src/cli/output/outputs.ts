import { resolve } from 'node:path';
import { type FormatId, formatters } from '../../format/formatters.ts';
import { UsageError } from '../../model/errors.ts';
import { type FileName, fileNameText, type NameValues, parseFileName, unfilled } from './file-name.ts';
import { placeOf } from './file-place.ts';

/** One `-o FORMAT[=FILE]`; `-` for the FILE is stdout, as without one. */
export interface Output {
  readonly format: FormatId;
  /** Null for stdout. */
  readonly file: FileName | null;
}

/** Reads the values of -o; `otherwise` is what is printed when there are none. */
export function parseOutputs(values: readonly string[], otherwise: FormatId): Output[] {
  const outputs = values.map(parseOutput);
  if (outputs.length === 0) return [{ format: otherwise, file: null }];
  if (outputs.filter(({ file }) => file === null).length > 1) {
    throw new UsageError('Only one output can go to stdout. Give the others a file: -o csv -o json=FILE.');
  }
  refuseOneFileTwice(outputs, unfilled);
  return outputs;
}

/** The second would take the place of the first, and nobody would know. */
export function refuseOneFileTwice(outputs: readonly Output[], values: NameValues): void {
  const files = outputs.flatMap(({ file }) => (file === null ? [] : fileNameText(file, values)));
  const places = files.map(knownPlaceOf);
  const twice = files.find((_, index) => places.indexOf(places[index] as string) !== index);
  if (twice !== undefined) throw new UsageError(`-o: two outputs go into the file ${twice}. Give each a file of its own.`);
}

/** By where it would be; of what the file system refuses, writing says more. */
function knownPlaceOf(file: string): string {
  try {
    return placeOf(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return resolve(file);
  }
}

function parseOutput(value: string): Output {
  const [format = '', ...rest] = value.split('=');
  if (!Object.hasOwn(formatters, format)) {
    throw new UsageError(`-o ${value}: there is no output ${format}. There are: ${Object.keys(formatters).join(', ')}.`);
  }
  const file = rest.join('=');
  if (rest.length > 0 && file === '') throw new UsageError(`-o ${value}: the name of the file is missing.`);
  return { format: format as FormatId, file: rest.length === 0 || file === '-' ? null : parseFileName(file) };
}

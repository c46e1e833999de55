import { fstatSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type FormatId, formatIds, formats } from '../../format/formatters.ts';
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

/** The second would silently replace the first. */
export function refuseOneFileTwice(outputs: readonly Output[], values: NameValues): void {
  const files = outputs.flatMap(({ file }) => (file === null ? [] : fileNameText(file, values)));
  const places = files.map(knownPlaceOf);
  const twice = files.find((_, index) => places.indexOf(places[index] as string) !== index);
  if (twice !== undefined) throw new UsageError(`-o: two outputs go into the file ${twice}. Give each a file of its own.`);
}

/** A file that the run reads; `-` is standard input. */
export interface InputFile {
  readonly file: string;
  readonly isInventory: boolean;
}

/** What was read would be lost, except if an inventory replaces the one that it was made from. */
export function refuseInputs(outputs: readonly Output[], inputs: readonly InputFile[], values: NameValues): void {
  for (const { format, file } of outputs) {
    if (file === null) continue;
    const name = fileNameText(file, values);
    const written = identityOf(name);
    const isLost = (input: InputFile) => !(input.isInventory && format === 'inventory') && identityOf(input.file) === written;
    if (written !== null && inputs.some(isLost))
      throw new UsageError(`-o ${format}=${name}: this run reads that file, and what is in it would be lost. Give another name.`);
  }
}

/** Identifies an existing file, whatever its name. Writing into devices and pipes loses nothing. */
function identityOf(file: string): string | null {
  try {
    const stats = file === '-' ? fstatSync(0, { bigint: true }) : statSync(file, { bigint: true });
    return stats.isFile() ? `${stats.dev} ${stats.ino}` : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}

/** Its place. If the file system refuses, writing says more about it. */
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
  const file = rest.join('=');
  if (!Object.hasOwn(formats, format)) throw new UsageError(noOutputText(value, format));
  if (rest.length > 0 && file === '')
    throw new UsageError(`-o ${value}: the name of the file is missing. Give one, -o ${value}FILE, or print it by -o ${format}.`);
  return { format: format as FormatId, file: rest.length === 0 || file === '-' ? null : parseFileName(file) };
}

/** An unknown output may be a file: `-o =FILE` arrives as FILE, because the first = may belong to the flag, as in kubectl. */
function noOutputText(value: string, format: string): string {
  const choices = `There are: ${formatIds.join(', ')}.`;
  if (format === '') return `-o${value && ` ${value}`}: the name of the output is missing. ${choices}`;
  const intoFile = value === format ? ` To write into a file, put one of them before it: -o csv=${format}.` : '';
  return `-o ${value}: there is no output ${format}. ${choices}${intoFile}`;
}

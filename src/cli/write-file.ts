import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type FormatId, formatters } from '../format/formatters.ts';
import { CollectError } from '../model/errors.ts';

/** Only the user may read an inventory: it says what runs where, and how old it is. */
const modeOf = async (format: FormatId) => ((await formatters[format]()).input === 'inventory' ? 0o600 : 0o666);

/** Writes a file whole or not at all: into a temporary file beside it, which then takes its name. */
export async function writeFileWhole(file: string, format: FormatId, text: Iterable<string>): Promise<void> {
  try {
    const path = await placeOf(file);
    const isReplaceable = (await stat(path).catch(missingAs(null)))?.isFile() ?? true;
    await (isReplaceable ? replaceFile(path, await modeOf(format), text) : writeInto(path, text));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CollectError(`Cannot write ${file}: ${message}. What was there is unchanged.`, { cause: error });
  }
}

/** The file behind all links, of which the last may lead to one that is not there yet. */
async function placeOf(file: string): Promise<string> {
  const path = await realpath(file).catch(missingAs(null));
  if (path !== null) return path;
  const target = await readlink(file).catch(missingAs(null));
  return target === null ? file : placeOf(resolve(await realpath(dirname(file)), target));
}

function missingAs<Value>(value: Value) {
  return (error: NodeJS.ErrnoException): Value => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}

async function replaceFile(path: string, mode: number, text: Iterable<string>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx', mode);
  try {
    await writeParts(handle, text);
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A device or a pipe keeps its place: it is written into. */
async function writeInto(path: string, text: Iterable<string>): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await writeParts(handle, text);
  } finally {
    await handle.close();
  }
}

/** Characters that are collected before they are written: one write a row would be slow. */
const writeSize = 1024 * 1024;

async function writeParts(handle: FileHandle, text: Iterable<string>): Promise<void> {
  let buffered = '';
  for (const part of text) {
    buffered += part;
    if (buffered.length < writeSize) continue;
    await handle.writeFile(buffered);
    buffered = '';
  }
  await handle.writeFile(buffered);
}

import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type FormatId, formats } from '../../format/formatters.ts';
import { openPipe } from '../../io/input.ts';
import { CollectError } from '../../model/errors.ts';
import { placeOf } from './file-place.ts';
import { buffered, gzipped } from './text-bytes.ts';

/** Mode of a new file. Only the user may read where each container runs and how old it is. */
const modeOf = (format: FormatId) => (formats[format].input === 'report' ? 0o666 : 0o600);

/**
 * Writes a file whole or not at all: into a temporary file beside it, which then takes its name. Names in .gz are gzipped. An existing file
 * that is not regular, such as a pipe, is opened by the name given: /dev/fd/63 leads to a place that has no path.
 */
export async function writeFileWhole(file: string, format: FormatId, text: Iterable<string>, signal: AbortSignal): Promise<void> {
  const content = file.endsWith('.gz') ? gzipped(buffered(text)) : buffered(text);
  try {
    await refuseLinkOfStranger(file);
    const there = await stat(file).catch(missingAs(null));
    if (there !== null && !there.isFile()) return await writeInto(file, there, content, signal);
    await replaceFile(placeOf(file), there ?? modeOf(format), content, signal);
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new CollectError(`Cannot write ${file}: there is no folder ${dirname(placeOf(file))}.`, { cause: error });
    throw withPlace(error, `Cannot write ${file}`, 'What was there is unchanged.');
  }
  try {
    await syncFolder(dirname(placeOf(file)));
  } catch (error) {
    throw withPlace(error, `Cannot write ${file} for good`, 'It is there, and may be lost if the machine stops now.');
  }
}

/** The system's message, without the call and its paths: people know the file by another one. */
function withPlace(error: unknown, what: string, state: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? error : new CollectError(`${what}: ${message.replace(/, \w+( '.*')?$/s, '')}. ${state}`, { cause: error });
}

/**
 * In a folder where everybody may write, another user's link may lead to any file of the user. The kernel does not follow it there
 * (fs.protected_symlinks in proc(5)), but is not asked when a file replaces another.
 */
async function refuseLinkOfStranger(file: string): Promise<void> {
  const link = await lstat(file).catch(missingAs(null));
  if (!link?.isSymbolicLink()) return;
  const folder = await stat(dirname(file));
  const isShared = (folder.mode & 0o1002) === 0o1002;
  if (isShared && link.uid !== process.geteuid?.() && link.uid !== folder.uid)
    throw new CollectError(`Cannot write ${file}: it is a link of another user, in a folder where everybody may write.`);
}

function missingAs<Value>(value: Value) {
  return (error: NodeJS.ErrnoException): Value => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}

/** What a file is called while it is written, and what a killed run leaves behind. */
const temporaryName = (name: string) => `.${name}.${randomBytes(6).toString('hex')}.tmp`;

/** Fits the temporary names of files whose names fit a pattern. */
export const temporaryPattern = (pattern: string) => String.raw`\.${pattern}\.[0-9a-f]{12}\.tmp`;

type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Takes over the rights of an existing file, or the mode of a new one. */
async function replaceFile(path: string, rights: Stats | number, content: Content, signal: AbortSignal): Promise<void> {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  const handle = await open(temporary, 'wx', typeof rights === 'number' ? rights : rights.mode & 0o700);
  try {
    if (typeof rights !== 'number') await takeRights(handle, rights);
    await writeParts(handle, content, signal);
    await handle.sync();
    await handle.close();
    signal.throwIfAborted();
    await rename(temporary, path);
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Whoever may read and write the old file may do so with the new one. */
async function takeRights(handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  await handle.chown(uid, gid).catch(passRefusal);
  const hasGroup = (await handle.stat()).gid === gid;
  // A different group gets no more rights than everybody.
  await handle.chmod(hasGroup ? mode & 0o777 : (mode & 0o707) | ((mode & 0o007) << 3)).catch(passRefusal);
}

function passRefusal(error: NodeJS.ErrnoException): void {
  if (!refusals.includes(error.code ?? '')) throw error;
}

/** How file systems say that they cannot do this. Besides, a folder that one may write to need not be readable. */
const refusals = ['EINVAL', 'ENOTSUP', 'ENOSYS', 'EBADF', 'EISDIR', 'EPERM', 'EACCES'];

/** A file's new name is stored in its folder. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    passRefusal(error as NodeJS.ErrnoException);
  } finally {
    await handle?.close();
  }
}

/** Devices and pipes are not replaced but written into. */
async function writeInto(path: string, there: Stats, content: Content, signal: AbortSignal): Promise<void> {
  if (there.isFIFO()) return pipeline(content, await openPipe(path, 'write', signal), { signal });
  const handle = await open(path, 'w');
  try {
    await writeParts(handle, content, signal);
  } finally {
    await handle.close();
  }
}

async function writeParts(handle: FileHandle, content: Content, signal: AbortSignal): Promise<void> {
  for await (const part of content) {
    signal.throwIfAborted();
    await handle.writeFile(part);
  }
}

import { rm } from 'node:fs/promises';
import { Argument, type Command } from 'commander';
import { CollectError, UsageError } from '../../model/errors.ts';
import { openConsole } from '../console.ts';
import { exitCodes } from '../exit-code.ts';
import { defaultCacheBytes, findCacheFolder } from '../folders/cache-folder.ts';
import { compiledFolder } from '../folders/compiled-code.ts';
import { homeFolder } from '../folders/home-folder.ts';
import type { Runner } from '../runner.ts';

const examples = `
Examples:
  supercargo cache          where it is, and how large
  supercargo cache clear    remove all of it

The cache holds the packages that were read, by image and by the path, size and times of each file, so that the next run reads
only files that have changed. Node 22 and later also keep the compiled program there, which makes it start sooner. A run with
--no-cache neither uses nor fills it.
`;

export function addCacheCommand(program: Command, run: Runner): void {
  program
    .command('cache')
    .description('show what is kept of earlier runs, or remove it')
    .addArgument(new Argument('[what]', 'clear: remove it').choices(['clear']))
    .addHelpText('after', examples)
    .action((what: 'clear' | undefined) => run((signal) => cache(what, signal), {}));
}

async function cache(what: 'clear' | undefined, signal: AbortSignal): Promise<number> {
  const { measureCache } = await import('../../cache/disk-cache.ts');
  const folder = findCacheFolder(process.env, homeFolder());
  if (folder === null) throw new UsageError('Nothing is kept: there is no home folder, and XDG_CACHE_HOME names no other place.');
  if (what === 'clear') await clear(folder);
  const { entries, bytes } = await measureCache(folder);
  const most = defaultCacheBytes / 1024 / 1024;
  const text = `${folder}: ${entries} entries, ${(bytes / 1024 / 1024).toFixed(1)} MiB of at most ${most}\n`;
  await openConsole({ quiet: false, color: 'never' }).write([text], signal);
  return exitCodes.done;
}

async function clear(folder: string): Promise<void> {
  const { clearCache } = await import('../../cache/disk-cache.ts');
  try {
    await clearCache(folder);
    await rm(compiledFolder(folder), { recursive: true, force: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CollectError(`Cannot clear the cache ${folder}: ${code === 'ENOTDIR' ? 'there is no such folder' : message}.`, {
      cause: error,
    });
  }
}

import { basename, isAbsolute, join, resolve } from 'node:path';
import type { UserEnvironment } from '../../collect/user-environment.ts';
import { openInput, readInput } from '../../io/input.ts';
import { type Config, defaultConfig } from '../../model/config.ts';
import type { ConfigFile } from '../../model/config-file.ts';
import { UsageError } from '../../model/errors.ts';

/** Both are usual for YAML: whoever used the other would think their file was read. */
const fileNames = ['supercargo.yaml', 'supercargo.yml'];

/** Larger than any config written by hand. One may lie in the current folder, and may be a link to a device. */
const maxConfigBytes = 1024 * 1024;

/** A config and where it came from. */
export interface LoadedConfig {
  readonly config: Config;
  /** The file as the user would write it, or null if there is none. */
  readonly file: string | null;
  /** The line of a setting in the file, counted from 1; null if the file does not set it. */
  readonly lineOf: (path: readonly string[]) => number | null;
}

interface ConfigEnvironment extends UserEnvironment {
  readonly workingDirectory: string;
  readonly signal: AbortSignal;
}

/** Reads the file that --config names, else supercargo.yaml (or .yml) in the current folder, else the user's own. */
export async function loadConfig(flag: string | undefined, environment: ConfigEnvironment): Promise<LoadedConfig> {
  if (flag !== undefined) {
    const text = await readIfThere(flag, resolve(environment.workingDirectory, flag), environment.signal);
    if (text === null) throw new UsageError(`Cannot read the config ${flag} (--config): no such file.`);
    return parse(flag, text);
  }
  for (const folder of foldersOf(environment)) {
    const found = await findIn(folder, environment.signal);
    if (found !== null) return parse(found.file, found.text);
  }
  return { config: defaultConfig, file: null, lineOf: () => null };
}

interface Folder {
  /** As shown to people, ending with a slash; empty for the current folder. */
  readonly name: string;
  readonly path: string;
}

function foldersOf({ workingDirectory, homeDirectory, env }: ConfigEnvironment): readonly Folder[] {
  const { XDG_CONFIG_HOME = '' } = env;
  const own = join(isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(homeDirectory, '.config'), 'supercargo');
  return [
    { name: '', path: workingDirectory },
    { name: `${own}/`, path: own },
  ];
}

async function findIn({ name, path }: Folder, signal: AbortSignal): Promise<{ readonly file: string; readonly text: string } | null> {
  const found = [];
  for (const fileName of fileNames) {
    const file = `${name}${fileName}`;
    // Another user's home folder counts as none: cron and containers may have one.
    const text = await readIfThere(file, join(path, fileName), signal, ['EACCES', 'EPERM']);
    if (text !== null) found.push({ file, text });
  }
  const [first, second] = found;
  if (first !== undefined && second !== undefined)
    throw new UsageError(`There are two configs, ${first.file} and ${second.file}. Remove one, or name one by --config.`);
  return first ?? null;
}

/** Null if there is no such file, and for the other codes given. */
async function readIfThere(file: string, path: string, signal: AbortSignal, others: readonly string[] = []): Promise<string | null> {
  try {
    return (await readInput(await openInput(path, signal), maxConfigBytes, signal)).toString();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (['ENOENT', 'ENOTDIR', ...others].includes(code)) return null;
    if (code === 'ERR_STRING_TOO_LONG')
      throw new UsageError(`${file}: larger than ${maxConfigBytes / 1024} KiB, the most that is read.`, { cause: error });
    throw new UsageError(`Cannot read the config ${file}: ${message}.`, { cause: error });
  }
}

async function parse(file: string, text: string): Promise<LoadedConfig> {
  // The YAML parser is loaded only for a file to parse.
  const { parseConfig } = await import('./parse-config.ts');
  const { content, lineOf } = parseConfig(file, text);
  return { config: effectiveConfig(basename(file), content), file, lineOf };
}

function effectiveConfig(file: string, { ownership, ignore, unreadable }: ConfigFile): Config {
  return {
    file,
    ownership: {
      keys: ownership?.keys ?? defaultConfig.ownership.keys,
      aliases: ownership?.aliases ?? defaultConfig.ownership.aliases,
      imageLabels: ownership?.imageLabels ?? defaultConfig.ownership.imageLabels,
      mapping: ownership?.mapping ?? defaultConfig.ownership.mapping,
    },
    ignore: ignore ?? defaultConfig.ignore,
    unreadable: unreadable ?? defaultConfig.unreadable,
  };
}

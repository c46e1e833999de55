import { basename, isAbsolute, join, resolve } from 'node:path';
import { openInput, readInput } from '../../collect/input.ts';
import { type Config, defaultConfig } from '../../model/config.ts';
import type { ConfigFile } from '../../model/config-file.ts';
import { UsageError } from '../../model/errors.ts';

const fileName = 'supercargo.yaml';

/** Larger than any config that a person would write. One lies in the folder one stands in, and may be a link to a device. */
const maxConfigBytes = 1024 * 1024;

/** A config with where it comes from. */
export interface LoadedConfig {
  readonly config: Config;
  /** The file as a person would write it, or null where there is none. */
  readonly file: string | null;
  /** The line of the file at which a setting stands, counted from 1; null for what it does not say. */
  readonly lineOf: (path: readonly string[]) => number | null;
}

interface Surroundings {
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Reads the file that --config names, else supercargo.yaml of the folder one stands in, else that of the user. */
export async function loadConfig(flag: string | undefined, surroundings: Surroundings): Promise<LoadedConfig> {
  if (flag !== undefined) {
    const text = await readIfThere(flag, resolve(surroundings.workingDirectory, flag), surroundings.signal);
    if (text === null) throw new UsageError(`Cannot read the config ${flag} (--config): no such file.`);
    return parse(flag, text);
  }
  for (const { file, path } of placesOf(surroundings)) {
    // A home folder that is not one's own is as good as none: cron and containers have such.
    const text = await readIfThere(file, path, surroundings.signal, ['EACCES', 'EPERM']);
    if (text !== null) return parse(file, text);
  }
  return { config: defaultConfig, file: null, lineOf: () => null };
}

function placesOf({ workingDirectory, homeDirectory, env }: Surroundings) {
  const { XDG_CONFIG_HOME = '' } = env;
  const folder = join(isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(homeDirectory, '.config'), 'supercargo');
  return [
    { file: fileName, path: join(workingDirectory, fileName) },
    { file: join(folder, fileName), path: join(folder, fileName) },
  ];
}

/** Null where there is no such file, and for the other codes given. */
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
  // The parser of YAML loads where there is a file to parse.
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

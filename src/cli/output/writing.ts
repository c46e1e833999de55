import type { FormatOptions } from '../../format/formatter.ts';
import { type Format, type FormatId, formats } from '../../format/formatters.ts';
import { UsageError } from '../../model/errors.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Report } from '../../model/report.ts';
import type { Narrowed } from '../../report/question/narrow.ts';
import { type Console, openConsole } from '../console.ts';
import { type CollectFlags, defaultRequestTimeout } from '../flags/collect-flags.ts';
import type { OutputFlags } from '../flags/output-flags.ts';
import { fileNameText, hasPlaceholder, nameValuesOf, unfilled } from './file-name.ts';
import { type InputFile, type Output, parseOutputs, refuseInputs, refuseOneFileTwice } from './outputs.ts';
import type { Destination } from './post.ts';

/** Where to write. */
export interface Writing {
  readonly console: Console;
  readonly outputs: readonly Output[];
  /** None of them is overwritten. */
  readonly inputs: readonly InputFile[];
  readonly headers: boolean;
  /** How many files of one name pattern to keep, or null for all. */
  readonly keep: number | null;
  /** Where to send output without a file; null to print it. */
  readonly destination: Destination | null;
}

export interface WritingFlags extends OutputFlags, Pick<CollectFlags, 'requestTimeout' | 'pods' | 'config' | 'kubeconfig'> {
  /** Inventories. */
  readonly from?: readonly string[];
}

export async function writingOf(flags: WritingFlags, defaultFormat: FormatId, signal: AbortSignal): Promise<Writing> {
  // Tables are for people.
  const outputs = parseOutputs(flags.output ?? [], flags.post !== undefined && defaultFormat === 'table' ? 'json' : defaultFormat);
  if (flags.keep !== undefined && !outputs.some(isDated))
    throw new UsageError(
      '--keep: it needs {date} in the name of a file, to tell which files are the newest. Give one: -o csv=packages-{date}.csv.',
    );
  const inputs = inputsOf(flags);
  refuseInputs(outputs, inputs, unfilled);
  return {
    console: openConsole({ quiet: flags.quiet ?? false, color: flags.color }),
    outputs,
    inputs,
    headers: flags.headers,
    keep: flags.keep ?? null,
    destination: await destinationOf(flags, outputs, signal),
  };
}

function inputsOf({ from = [], pods, config, kubeconfig, postHeaders }: WritingFlags): InputFile[] {
  const others = [pods, config, kubeconfig, postHeaders].flatMap((file) => file ?? []);
  return [...from.map((file) => ({ file, isInventory: true })), ...others.map((file) => ({ file, isInventory: false }))];
}

const isDated = ({ file }: Output) => file !== null && hasPlaceholder(file, 'date');

async function destinationOf(
  { post, requestTimeout, ...flags }: WritingFlags,
  outputs: readonly Output[],
  signal: AbortSignal,
): Promise<Destination | null> {
  if (post === undefined) {
    const flag = flags.postHeaders !== undefined ? '--post-headers' : flags.postGzip ? '--post-gzip' : null;
    if (flag !== null) throw new UsageError(`${flag}: there is nothing to send. Say where to: --post URL.`);
    return null;
  }
  if (outputs.every(({ file }) => file !== null))
    throw new UsageError('--post: every output goes into a file. Name the one to send as well: -o json.');
  return (await import('./post.ts')).destinationOf({ ...flags, post }, requestTimeout ?? defaultRequestTimeout, signal);
}

/** A report and what it was made from. */
interface Result {
  readonly report: Report;
  readonly inventory: Inventory;
  /** The part asked for, for outputs that list what containers hold. */
  readonly narrowed: () => Narrowed;
  /** What else decides its content. */
  readonly asked: unknown;
}

/**
 * Writes a report to every output asked for, files first: if one cannot be written, nothing was sent or printed, and nothing older was
 * removed.
 */
export async function write(result: Result, writing: Writing, signal: AbortSignal): Promise<void> {
  const { console, outputs, destination } = writing;
  await writeFiles(result, writing, signal);
  const others = outputs.filter(({ file }) => file === null);
  if (destination !== null) for (const { format } of others) await send(format, result, writing, destination, signal);
  await removeOld(result, writing, signal);
  if (destination !== null) return;
  for (const { format } of others) await console.write(await textOf(format, result, writing, eyesOn(console)), signal);
}

type Eyes = Pick<FormatOptions, 'terminal' | 'color' | 'width'>;

function eyesOn({ isTerminal, color, width }: Console): Eyes {
  return { terminal: isTerminal, color, ...(isTerminal && width !== null && { width }) };
}

/** For files and what is sent: --color is about what is printed. */
const noEyes: Eyes = { terminal: false, color: false };

async function textOf(id: FormatId, { report, inventory, narrowed }: Result, { headers }: Writing, eyes: Eyes) {
  const format: Format = formats[id];
  if (format.input === 'report') return (await format.load()).format(report, { ...eyes, headers });
  const { inventory: printed, asked } = format.input === 'containers' ? narrowed() : { inventory, asked: null };
  return (await format.load()).format(printed, asked);
}

async function writeFiles(result: Result, writing: Writing, signal: AbortSignal): Promise<void> {
  const values = nameValuesOf(result.inventory);
  refuseOneFileTwice(writing.outputs, values);
  refuseInputs(writing.outputs, writing.inputs, values);
  for (const { format, file } of writing.outputs) {
    signal.throwIfAborted();
    if (file === null) continue;
    const { writeFileWhole } = await import('./write-file.ts');
    const name = fileNameText(file, values);
    await writeFileWhole(name, format, await textOf(format, result, writing, noEyes), signal);
    if (name !== file.typed) writing.console.note(`Wrote ${name}`);
  }
}

/** Sends what would be printed. */
async function send(format: FormatId, result: Result, writing: Writing, destination: Destination, signal: AbortSignal): Promise<void> {
  const { post } = await import('./post.ts');
  const identity = [result.inventory.contentDigest, format, writing.headers, result.asked];
  const text = await textOf(format, result, writing, noEyes);
  await post({ format, text, identity }, destination, writing.console.note, signal);
}

async function removeOld({ inventory }: Result, { console, outputs, keep }: Writing, signal: AbortSignal): Promise<void> {
  if (keep === null) return;
  const { keepNewest } = await import('./keep-newest.ts');
  for (const { file } of outputs.filter(isDated)) {
    signal.throwIfAborted();
    if (file === null) continue;
    for (const removed of await keepNewest(file, nameValuesOf(inventory), keep)) console.note(`Removed ${removed} (--keep ${keep})`);
  }
}

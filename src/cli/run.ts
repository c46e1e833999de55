import type { FormatOptions } from '../format/formatter.ts';
import { type FormatId, formatters } from '../format/formatters.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { UsageError } from '../model/errors.ts';
import type { Inventory } from '../model/inventory.ts';
import { missedIn } from '../model/missed.ts';
import type { CollectPlan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { Surroundings } from '../pipeline.ts';
import { asksForPackages } from '../report/question/asked.ts';
import type { Question } from '../report/question/question.ts';
import { unmatchedIn } from '../report/question/unmatched.ts';
import { reportOn } from '../report/report.ts';
import type { View } from '../report/view.ts';
import { type Console, openConsole } from './console.ts';
import { exitCodeOf, exitCodes, type Tolerance } from './exit-code.ts';
import { type CollectFlags, configOf, defaultRequestTimeout, planOf } from './flags/collect-flags.ts';
import { type OutputFlags, toleranceOf } from './flags/output-flags.ts';
import { type QuestionFlags, questionOf } from './flags/question-flags.ts';
import { homeFolder } from './folders/home-folder.ts';
import { hintsOn } from './hints.ts';
import { fileNameText, hasPlaceholder, nameValuesOf } from './output/file-name.ts';
import { type Output, parseOutputs, refuseOneFileTwice } from './output/outputs.ts';
import type { Destination } from './output/post.ts';
import { generator } from './version.ts';

/** Diagnostics that are told one by one; -v tells all. */
const toldDiagnostics = 10;

/** Where to write. */
export interface Writing {
  readonly console: Console;
  readonly outputs: readonly Output[];
  readonly headers: boolean;
  /** How many of the files of one name to keep, or null for all. */
  readonly keep: number | null;
  /** Where to send what has no file, or null to print it. */
  readonly destination: Destination | null;
}

/** What to print of an Inventory, and where. */
export interface Printing extends Writing {
  readonly view: View;
  readonly question: Question;
  readonly verbose: boolean;
  readonly tolerance: Tolerance;
}

type WritingFlags = OutputFlags & Pick<CollectFlags, 'requestTimeout'>;

/** What the flags come to: all of it is checked before anything is collected. */
export async function printingOf(flags: WritingFlags & QuestionFlags, view: View, defaultFormat: FormatId): Promise<Printing> {
  return {
    ...(await writingOf(flags, defaultFormat)),
    view,
    question: questionOf(flags, view),
    verbose: flags.verbose ?? false,
    tolerance: toleranceOf(flags),
  };
}

export async function writingOf(flags: WritingFlags, defaultFormat: FormatId): Promise<Writing> {
  // A table is for eyes.
  const outputs = parseOutputs(flags.output ?? [], flags.post !== undefined && defaultFormat === 'table' ? 'json' : defaultFormat);
  if (flags.keep !== undefined && !outputs.some(isDated))
    throw new UsageError('--keep: no file has {date} in its name, by which the newest are known. Give one: -o csv=packages-{date}.csv.');
  return {
    console: openConsole({ quiet: flags.quiet ?? false, color: flags.color }),
    outputs,
    headers: flags.headers,
    keep: flags.keep ?? null,
    destination: await destinationOf(flags, outputs),
  };
}

const isDated = ({ file }: Output) => file !== null && hasPlaceholder(file, 'date');

async function destinationOf({ post, requestTimeout, ...flags }: WritingFlags, outputs: readonly Output[]): Promise<Destination | null> {
  if (post === undefined) {
    const flag = flags.postHeaders !== undefined ? '--post-headers' : flags.postGzip ? '--post-gzip' : null;
    if (flag !== null) throw new UsageError(`${flag}: there is nothing to send. Say where to: --post URL.`);
    return null;
  }
  if (outputs.every(({ file }) => file !== null))
    throw new UsageError('--post: every output goes into a file. Name the one to send as well: -o json.');
  return (await import('./output/post.ts')).destinationOf({ ...flags, post }, requestTimeout ?? defaultRequestTimeout);
}

/** What to collect, by the flags and the config. */
export async function collectPlanOf(flags: CollectFlags, console: Console): Promise<CollectPlan> {
  const { config, file } = await configOf(flags);
  if (file !== null) console.note(`Config ${file}`);
  return planOf(flags, config);
}

export async function collect(plan: CollectPlan, console: Console, signal: AbortSignal, env = process.env): Promise<Inventory> {
  const { collectInventory } = await import('../pipeline.ts');
  try {
    return await collectInventory(plan, surroundingsOf(console, signal, env));
  } finally {
    console.clearProgress();
  }
}

/** Joins what Lumogon scanned with whose it is. */
export async function joinLumogon(
  document: unknown,
  name: string,
  plan: CollectPlan,
  { console, signal }: { readonly console: Console; readonly signal: AbortSignal },
) {
  const [{ readLumogonReport }, { joinLumogonReport }] = await Promise.all([import('../collect/lumogon.ts'), import('../pipeline.ts')]);
  return joinLumogonReport(readLumogonReport(document, name), plan, surroundingsOf(console, signal, process.env));
}

function surroundingsOf(console: Console, signal: AbortSignal, env: NodeJS.ProcessEnv): Surroundings {
  return {
    ...{ generator, signal, env, homeDirectory: homeFolder(), now: () => new Date() },
    ...{ note: console.note, progress: console.progress },
  };
}

/** Prints what a view says of an Inventory. Gives the exit code. */
export async function print(inventory: Inventory, printing: Printing, signal: AbortSignal): Promise<number> {
  const { console, view, question, tolerance } = printing;
  const report = reportOn(inventory, view, question);
  await write({ report, inventory, asked: { view: view.id, question } }, printing, signal);
  const exitCode = exitCodeOf(report.coverage, tolerance);
  // Where nothing is left, why is no small matter: the config may leave out all of it.
  tellDiagnostics(inventory.diagnostics, { console, verbose: printing.verbose || inventory.containers.length === 0 });
  for (const sentence of unmatchedIn(inventory, question)) console.note(sentence);
  await tellWholeInventories(report, inventory, printing);
  tellFooter(report, printing);
  for (const hint of hintsOn(report.coverage)) console.note(hint);
  if (exitCode === exitCodes.incomplete)
    console.warn(`Incomplete: ${reasonsOf(report.coverage)}. --allow-incomplete ends with 0 all the same.`);
  return exitCode;
}

/** A question is one for a report: an inventory is written whole, and who asked for a part should know. */
async function tellWholeInventories({ coverage: { containers } }: Report, inventory: Inventory, { console, question, outputs }: Printing) {
  if (containers.running + containers.gone === inventory.containers.length && !asksForPackages(question)) return;
  for (const { format } of outputs) {
    const { input } = await formatters[format]();
    if (input === 'inventory') console.note(`-o ${format}: all that was collected is in it, and not only what was asked for.`);
  }
}

/** A report, with what it was made of. */
interface Result {
  readonly report: Report;
  readonly inventory: Inventory;
  /** What else decides what is in it. */
  readonly asked: unknown;
}

/**
 * Writes a report in every output asked for, files first: when one of them cannot be written nothing was sent or printed, and
 * nothing older was removed.
 */
export async function write(result: Result, writing: Writing, signal: AbortSignal): Promise<void> {
  const { console, outputs, destination } = writing;
  await writeFiles(result, writing, signal);
  const others = outputs.filter(({ file }) => file === null);
  if (destination !== null) for (const { format } of others) await send(format, result, writing, destination, signal);
  await removeOld(result, writing, signal);
  if (destination === null) for (const { format } of others) await console.write(await textOf(format, result, writing, eyesOn(console)));
}

type Eyes = Pick<FormatOptions, 'terminal' | 'color' | 'width'>;

function eyesOn({ isTerminal, color, width }: Console): Eyes {
  return { terminal: isTerminal, color, ...(isTerminal && width !== null && { width }) };
}

/** Of a file, and of what is sent: whoever asks for color means what is printed. */
const noEyes: Eyes = { terminal: false, color: false };

async function textOf(format: FormatId, { report, inventory }: Result, { headers }: Writing, eyes: Eyes) {
  const formatter = await formatters[format]();
  return formatter.input === 'inventory' ? formatter.format(inventory) : formatter.format(report, { ...eyes, headers });
}

async function writeFiles(result: Result, writing: Writing, signal: AbortSignal): Promise<void> {
  const values = nameValuesOf(result.inventory);
  refuseOneFileTwice(writing.outputs, values);
  for (const { format, file } of writing.outputs) {
    signal.throwIfAborted();
    if (file === null) continue;
    const { writeFileWhole } = await import('./output/write-file.ts');
    const name = fileNameText(file, values);
    await writeFileWhole(name, format, await textOf(format, result, writing, noEyes));
    if (name !== file.typed) writing.console.note(`Wrote ${name}`);
  }
}

/** Sends what would be printed. */
async function send(format: FormatId, result: Result, writing: Writing, destination: Destination, signal: AbortSignal): Promise<void> {
  const { post } = await import('./output/post.ts');
  const identity = [result.inventory.contentDigest, format, writing.headers, result.asked];
  const text = await textOf(format, result, writing, noEyes);
  await post({ format, text, identity }, destination, writing.console.note, signal);
}

async function removeOld({ inventory }: Result, { console, outputs, keep }: Writing, signal: AbortSignal): Promise<void> {
  if (keep === null) return;
  const { keepNewest } = await import('./output/keep-newest.ts');
  for (const { file } of outputs.filter(isDated)) {
    signal.throwIfAborted();
    if (file === null) continue;
    for (const removed of await keepNewest(file, nameValuesOf(inventory), keep)) console.note(`Removed ${removed} (--keep ${keep})`);
  }
}

/** What stands under a table is told to people in any case. */
export function tellFooter({ footer }: Report, { console, outputs, destination }: Writing): void {
  const isPrinted = destination === null && outputs.some(({ format, file }) => file === null && (format === 'table' || format === 'wide'));
  if (!isPrinted) for (const line of footer) console.note(line);
}

export function tellDiagnostics(diagnostics: readonly Diagnostic[], { console, verbose }: Pick<Printing, 'console' | 'verbose'>): void {
  const told = verbose ? diagnostics : diagnostics.filter(({ severity }) => severity !== 'info').slice(0, toldDiagnostics);
  for (const { severity, message, container, path } of told) {
    const place = [container?.slice(0, 19), path].filter((part) => part !== null && part !== undefined).join(' ');
    console.note(`${severity}: ${place && `${place}: `}${message}`);
  }
  if (diagnostics.length > told.length) console.note(`${diagnostics.length - told.length} more diagnostics (-v shows them)`);
}

function reasonsOf(coverage: Coverage): string {
  const { unread, partial, teamUnknown, sources } = missedIn(coverage);
  const reasons = [
    unread > 0 && `${counted(unread)} not read`,
    partial > 0 && `${counted(partial)} read in part`,
    teamUnknown > 0 && `the team of ${counted(teamUnknown)} not known`,
    ...sources.map(({ kind, error }) => `${kind} could not be asked (${error.replace(/\.$/, '')})`),
  ];
  return reasons.filter((reason) => reason !== false).join(', ');
}

const counted = (containers: number) => `${containers} ${containers === 1 ? 'container' : 'containers'}`;

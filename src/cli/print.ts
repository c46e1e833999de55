import { type Format, type FormatId, formats } from '../format/formatters.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Inventory } from '../model/inventory.ts';
import { missedIn } from '../model/missed.ts';
import type { Report } from '../model/report.ts';
import { asksForPackages } from '../report/question/asked.ts';
import { narrow } from '../report/question/narrow.ts';
import { everything, type Question } from '../report/question/question.ts';
import { otherVersionsIn, unmatchedIn } from '../report/question/unmatched.ts';
import { reportOn } from '../report/report.ts';
import type { View } from '../report/view.ts';
import { exitCodeOf, exitCodes, type Tolerance } from './exit-code.ts';
import { toleranceOf } from './flags/output-flags.ts';
import { type QuestionFlags, questionOf, refuseRowFlags } from './flags/question-flags.ts';
import { hintsOn } from './hints.ts';
import { type Writing, type WritingFlags, write, writingOf } from './output/writing.ts';

/** How many diagnostics are listed; -v lists all. */
const toldDiagnostics = 10;

/** What to print from an Inventory, and where. */
export interface Printing extends Writing {
  readonly view: View;
  readonly question: Question;
  readonly verbose: boolean;
  readonly tolerance: Tolerance;
}

/** What the flags ask for, all checked before anything is collected. */
export async function printingOf(
  flags: WritingFlags & QuestionFlags,
  view: View,
  defaultFormat: FormatId,
  signal: AbortSignal,
): Promise<Printing> {
  const writing = await writingOf(flags, defaultFormat, signal);
  refuseRowFlags(flags, writing.outputs);
  return {
    ...writing,
    view,
    question: questionOf(flags, view),
    verbose: flags.verbose ?? false,
    tolerance: toleranceOf(flags),
  };
}

/** Prints a view of an Inventory. Returns the exit code. */
export async function print(inventory: Inventory, printing: Printing, signal: AbortSignal): Promise<number> {
  const { console, view, question, tolerance } = printing;
  const report = reportOn(inventory, view, question);
  await write({ report, inventory, narrowed: () => narrow(inventory, question), asked: { view: view.id, question } }, printing, signal);
  const judged = writesInventory(printing) ? reportOn(inventory, view, everything) : report;
  const exitCode = exitCodeOf(judged.coverage, tolerance);
  // If nothing is left, the reason matters: the config may leave out everything.
  tellDiagnostics(inventory.diagnostics, { console, verbose: printing.verbose || inventory.containers.length === 0 });
  for (const sentence of unmatchedIn([inventory], question)) console.warn(sentence);
  for (const sentence of otherVersionsIn([inventory], question)) console.note(sentence);
  tellWholeInventory(report, inventory, printing);
  tellFooter(report, printing);
  for (const hint of hintsOn(report.coverage)) console.note(hint);
  if (exitCode === exitCodes.incomplete)
    console.warn(`${judged.state}${errorsOf(judged.coverage)}. Use --allow-incomplete to exit with 0 anyway.`);
  return exitCode;
}

/** An inventory is written whole, so it is judged as a whole, whatever was asked for. */
const writesInventory = ({ outputs }: Printing) => outputs.some(({ format }) => formats[format].input === 'inventory');

/** Someone who asked for a part should know that there is more. */
function tellWholeInventory({ coverage: { containers } }: Report, inventory: Inventory, printing: Printing): void {
  if (!writesInventory(printing)) return;
  if (containers.running + containers.gone === inventory.containers.length && !asksForPackages(printing.question)) return;
  printing.console.note('-o inventory: it has everything that was collected, not only what you asked for.');
}

function hasFooter(id: FormatId): boolean {
  const format: Format = formats[id];
  return format.input === 'report' && format.hasFooter === true;
}

/** Notes the footer on stderr if no printed output shows it. */
export function tellFooter({ footer }: Report, { console, outputs, destination }: Writing): void {
  const isPrinted = destination === null && outputs.some(({ format, file }) => file === null && hasFooter(format));
  if (!isPrinted) for (const line of footer) console.note(line);
}

export function tellDiagnostics(diagnostics: readonly Diagnostic[], { console, verbose }: Pick<Printing, 'console' | 'verbose'>): void {
  const told = verbose ? diagnostics : diagnostics.filter(({ severity }) => severity !== 'info').slice(0, toldDiagnostics);
  for (const { severity, message, container, path } of told) {
    const place = [container?.slice(0, 19), path].filter((part) => part !== null && part !== undefined).join(' ');
    console.note(`${severity}: ${place && `${place}: `}${message}`);
  }
  const more = diagnostics.length - told.length;
  if (more > 0) console.note(`${more} more ${more === 1 ? 'diagnostic' : 'diagnostics'} (-v shows ${more === 1 ? 'it' : 'them'})`);
}

/** Why sources could not be asked; the state before it ends with how many. */
function errorsOf(coverage: Coverage): string {
  const errors = missedIn(coverage).sources.map(({ kind, error }) => `${kind}: ${error.replace(/\.$/, '')}`);
  return errors.length === 0 ? '' : ` (${errors.join('; ')})`;
}

import { type FormatId, formatters } from '../format/formatters.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Inventory } from '../model/inventory.ts';
import { missedIn } from '../model/missed.ts';
import type { Report } from '../model/report.ts';
import { asksForPackages } from '../report/question/asked.ts';
import type { Question } from '../report/question/question.ts';
import { unmatchedIn } from '../report/question/unmatched.ts';
import { reportOn } from '../report/report.ts';
import type { View } from '../report/view.ts';
import { exitCodeOf, exitCodes, type Tolerance } from './exit-code.ts';
import { toleranceOf } from './flags/output-flags.ts';
import { type QuestionFlags, questionOf } from './flags/question-flags.ts';
import { hintsOn } from './hints.ts';
import { type Writing, type WritingFlags, write, writingOf } from './output/writing.ts';

/** Diagnostics that are told one by one; -v tells all. */
const toldDiagnostics = 10;

/** What to print of an Inventory, and where. */
export interface Printing extends Writing {
  readonly view: View;
  readonly question: Question;
  readonly verbose: boolean;
  readonly tolerance: Tolerance;
}

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

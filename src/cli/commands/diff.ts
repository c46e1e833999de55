import type { Command } from 'commander';
import { reportFormatIds } from '../../format/formatters.ts';
import { UsageError } from '../../model/errors.ts';
import { diffColumns } from '../../report/diff/rows.ts';
import { otherVersionsIn, unmatchedIn } from '../../report/question/unmatched.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { addNamespaceFlags, checkNamespaces, type NamespaceFlags } from '../flags/collect-flags.ts';
import { addPrintFlags, allowIncomplete, type OutputFlags, toleranceOf } from '../flags/output-flags.ts';
import { addPartFlags, addRowFlags, columnIds, type QuestionFlags, questionOf, questionsHelp } from '../flags/question-flags.ts';
import { refuseUncollected } from '../flags/uncollected.ts';
import type { Output } from '../output/outputs.ts';
import { write, writingOf } from '../output/writing.ts';
import { tellFooter } from '../print.ts';
import type { Runner } from '../runner.ts';

const examples = `
Examples:
  supercargo diff monday.json tuesday.json
  supercargo diff monday.json tuesday.json -o json | jq '.rows[] | select(.change == "upgraded")'
  supercargo collect | supercargo diff yesterday.json - --exit-code
  supercargo diff monday.json tuesday.json --team payments -n shop --exit-code   of these alone
  supercargo diff monday.json tuesday.json --package 'openssl<3.0.14'   what became of it: it fits one of the sides
  supercargo diff monday.json tuesday.json --sort-by package --columns package,change,before,after,team

Containers are matched by cluster, namespace, workload and container, not by id. With several replicas, a package counts if any of
them has it. Where a container could not be read on one side, its changes are not known: nothing is added or removed, and the exit
code is 3. It is 0 if nobody expects the container to be read: it ended during the scan, it is too new for the agent's last look, or
the config calls it unreadable. If other replicas were read, such a container does not matter. A source or an owner that could not
be asked for one of the inventories makes the exit code 3 as well. If the inventories cover different namespaces, only the common
ones are compared.
`;

const diffView = { id: 'diff', columns: () => diffColumns([]) };

const askingHelp = `
Columns: ${columnIds(diffView.columns()).join(', ')}

The filters are those of report. It is enough if one of the two sides matches: a container that got another team, image or system is
compared as a whole, and with --package 'openssl<3.0.14' an upgrade from 3.0.13 to 3.0.15 is shown. What was not read on one side
may match, and is shown. The exit codes 1 and 3 are about what was asked for.
${questionsHelp}`;

interface DiffFlags extends OutputFlags, Omit<QuestionFlags, 'by' | 'selector'>, NamespaceFlags {
  readonly exitCode?: boolean;
}

export function addDiffCommand(program: Command, run: Runner): void {
  const command = program
    .command('diff')
    .argument('<old>', 'the older inventory, plain or gzipped, or - for standard input')
    .argument('<new>', 'the newer one')
    .description('tell what changed between two inventories: packages added, removed, upgraded, downgraded, by team')
    .option('--exit-code', 'end with 1 when there are differences')
    .addOption(allowIncomplete());
  addRowFlags(addPartFlags(addNamespaceFlags(command)), 'package,before,after');
  addPrintFlags(command, reportFormatIds)
    .addHelpText('after', askingHelp + examples)
    .action((before: string, after: string, flags: DiffFlags) => run((signal) => diff(before, after, flags, signal), flags));
}

async function diff(before: string, after: string, flags: DiffFlags, signal: AbortSignal): Promise<number> {
  const writing = await writingOf({ ...flags, from: [before, after] }, 'table', signal);
  refuseInventories(writing.outputs);
  checkNamespaces(flags);
  const question = questionOf(flags, diffView);
  if (before === '-' && after === '-') throw new UsageError('diff - -: standard input can be read once.');
  const { readInventory } = await import('../input/read-inventory.ts');
  const [old, now] = [await readInventory(before, signal), await readInventory(after, signal)];
  refuseUncollected(flags, old, 'the older inventory');
  refuseUncollected(flags, now, 'the newer inventory');
  const { diffReport } = await import('../../report/diff.ts');
  const report = diffReport(old, now, question);
  const narrowed = () => ({ inventory: now, asked: null });
  await write({ report, inventory: now, narrowed, asked: { since: old.contentDigest, question } }, writing, signal);
  for (const sentence of unmatchedIn([old, now], question)) writing.console.warn(sentence);
  for (const sentence of otherVersionsIn([old, now], question)) writing.console.note(sentence);
  tellFooter(report, writing);
  const exitCode = exitCodeOf(report.coverage, toleranceOf(flags));
  if (exitCode === exitCodes.incomplete) writing.console.warn(`${report.state}. Use --allow-incomplete to exit with 0 anyway.`);
  return exitCode === exitCodes.done && report.differs && flags.exitCode ? exitCodes.findings : exitCode;
}

/** Formats that take an inventory show no differences. */
function refuseInventories(outputs: readonly Output[]): void {
  const other = outputs.find(({ format }) => !reportFormatIds.includes(format));
  if (other === undefined) return;
  throw new UsageError(`-o ${other.format}: diff prints a report, not an inventory. Other outputs: ${reportFormatIds.join(', ')}.`);
}

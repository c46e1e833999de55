import type { Command } from 'commander';
import { reportFormatIds } from '../../format/formatters.ts';
import { UsageError } from '../../model/errors.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { addPrintFlags, allowIncomplete, type OutputFlags, toleranceOf } from '../flags/output-flags.ts';
import type { Output } from '../output/outputs.ts';
import { write, writingOf } from '../output/writing.ts';
import { tellFooter } from '../print.ts';
import type { Runner } from '../runner.ts';

const examples = `
Examples:
  supercargo diff monday.json tuesday.json
  supercargo diff monday.json tuesday.json -o json | jq '.rows[] | select(.change == "upgraded")'
  supercargo collect | supercargo diff yesterday.json - --exit-code

Containers are matched by cluster, namespace, workload and container, not by container id; of several replicas what any of them has
counts. What could not be read on either side
is not known: never added, never removed; it makes the exit code 3, unless nobody expects it to be read: what ended during the scan,
is too new for the last look of an agent, or never readable by the config. Beside replicas that were read such a one changes nothing. A source or an owner that could not be asked,
for either of the inventories, makes it 3 as well. Of inventories of different namespaces the containers of those that both were collected of
are compared.
`;

interface DiffFlags extends OutputFlags {
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
  addPrintFlags(command, reportFormatIds)
    .addHelpText('after', examples)
    .action((before: string, after: string, flags: DiffFlags) => run((signal) => diff(before, after, flags, signal), flags));
}

async function diff(before: string, after: string, flags: DiffFlags, signal: AbortSignal): Promise<number> {
  const writing = await writingOf({ ...flags, from: [before, after] }, 'table', signal);
  refuseInventories(writing.outputs);
  if (before === '-' && after === '-') throw new UsageError('diff - -: standard input can be read once.');
  const { readInventory } = await import('../input/read-inventory.ts');
  const [old, now] = [await readInventory(before, signal), await readInventory(after, signal)];
  const { diffReport } = await import('../../report/diff.ts');
  const report = diffReport(old, now);
  await write(
    { report, inventory: now, narrowed: () => ({ inventory: now, asked: null }), asked: { since: old.contentDigest } },
    writing,
    signal,
  );
  tellFooter(report, writing);
  const exitCode = exitCodeOf(report.coverage, toleranceOf(flags));
  if (exitCode === exitCodes.incomplete) writing.console.warn(`${report.state}. --allow-incomplete ends with 0 all the same.`);
  return exitCode === exitCodes.done && report.differs && flags.exitCode ? exitCodes.findings : exitCode;
}

/** What takes an inventory has no differences to show. */
function refuseInventories(outputs: readonly Output[]): void {
  const other = outputs.find(({ format }) => !reportFormatIds.includes(format));
  if (other === undefined) return;
  throw new UsageError(`-o ${other.format}: diff prints a report, not an inventory. Other outputs: ${reportFormatIds.join(', ')}.`);
}

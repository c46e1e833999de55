import { Argument, type Command } from 'commander';
import { formatters } from '../format/formatters.ts';
import { type ViewId, views } from '../report/views.ts';
import type { Console } from './console.ts';
import { addCollectFlags, addOutputFlags, addQuestionFlags, type CollectFlags, type OutputFlags, type QuestionFlags } from './flags.ts';
import { collect, collectPlanOf, print, printingOf } from './run.ts';
import type { Runner } from './runner.ts';

const examples = `
Examples:
  supercargo report                          the running containers of this Docker, this cluster, or both
  supercargo report -o csv=packages.csv -q   from cron, into a file
  supercargo report -o json | jq '.rows[] | select(.package == "openssl")'
  supercargo report --by team --team team-shamu
  supercargo report --rootfs /               the packages of this machine
  supercargo report --from inventory.json    of what collect wrote before; several are merged
`;

interface ReportFlags extends CollectFlags, OutputFlags, QuestionFlags {
  readonly from?: string[];
}

export function addReportCommand(program: Command, run: Runner): void {
  const command = program
    .command('report')
    .description('print which packages each team runs: collect, join, and print one view')
    .addArgument(
      new Argument(
        '[view]',
        Object.values(views)
          .map(({ id, summary }) => `${id}: ${summary}`)
          .join('; '),
      )
        .choices(Object.keys(views))
        .default('packages'),
    )
    .option(
      '--from <file>',
      'report on an inventory that collect wrote, plain or gzipped, - for standard input (repeatable: they are merged)',
      (value, previous: string[] = []) => [...previous, value],
    );
  addOutputFlags(addCollectFlags(addQuestionFlags(command)), Object.keys(formatters).join(', '))
    .addHelpText('after', examples)
    .action((view: ViewId, flags: ReportFlags) => run((signal) => report(view, flags, signal), flags));
}

async function report(view: ViewId, flags: ReportFlags, signal: AbortSignal): Promise<number> {
  const printing = printingOf(flags, views[view], 'table');
  return print(await inventoryOf(flags, printing.console, signal), printing, signal);
}

async function inventoryOf(flags: ReportFlags, console: Console, signal: AbortSignal) {
  const files = flags.from ?? [];
  if (files.length === 0) return collect(await collectPlanOf(flags, console), console, signal);
  const { readInventories } = await import('./read-inventory.ts');
  return readInventories(files);
}

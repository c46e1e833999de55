import type { Command } from 'commander';
import { UsageError } from '../../model/errors.ts';
import { views } from '../../report/views.ts';
import { addCollectFlags, type CollectFlags } from '../flags/collect-flags.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { collect, collectPlanOf } from '../input/collect.ts';
import { print, printingOf } from '../print.ts';
import type { Runner } from '../runner.ts';

const examples = `
Examples:
  supercargo collect > inventory.json
  supercargo collect -o inventory=inventory.json -q
  supercargo collect -q -o inventory='/out/{cluster}-{date}.json.gz' --keep 14
  supercargo collect -q --post https://reports.example/in --post-gzip
  supercargo collect | supercargo report --from -
  supercargo collect | jq '.containers | length'
`;

export function addCollectCommand(program: Command, run: Runner): void {
  const command = program.command('collect').description('print the Inventory, as JSON: what runs where, what is in it, and whose it is');
  addOutputFlags(addCollectFlags(command), ['inventory'])
    .addHelpText('after', examples)
    .action((flags: CollectFlags & OutputFlags) => run((signal) => collectAndPrint(flags, signal), flags));
}

async function collectAndPrint(flags: CollectFlags & OutputFlags, signal: AbortSignal): Promise<number> {
  const printing = await printingOf(flags, views.packages, 'inventory', signal);
  const other = printing.outputs.find(({ format }) => format !== 'inventory');
  if (other) throw new UsageError(`-o ${other.format}: collect prints the inventory. Other outputs: supercargo report -o ${other.format}`);
  const plan = await collectPlanOf(flags, printing.console, signal);
  return print(await collect(plan, printing.console, signal), printing, signal);
}

import type { Command } from 'commander';
import { UsageError } from '../model/errors.ts';
import { views } from '../report/views.ts';
import { openConsole } from './console.ts';
import { addCollectFlags, addOutputFlags, type CollectFlags, type OutputFlags, planOf, questionOf, toleranceOf } from './flags.ts';
import type { Runner } from './main.ts';
import { collect, print } from './run.ts';

const examples = `
Examples:
  supercargo collect > inventory.json
  supercargo collect -o inventory=inventory.json -q
  supercargo collect | supercargo report --from -
  supercargo collect | jq '.containers | length'
`;

export function addCollectCommand(program: Command, run: Runner): void {
  const command = program.command('collect').description('print the Inventory, as JSON: what runs where, what is in it, and whose it is');
  addOutputFlags(addCollectFlags(command), 'inventory')
    .addHelpText('after', examples)
    .action((flags: CollectFlags & OutputFlags) => run((signal) => collectAndPrint(flags, signal), flags));
}

async function collectAndPrint(flags: CollectFlags & OutputFlags, signal: AbortSignal): Promise<number> {
  const console = openConsole({ quiet: flags.quiet ?? false, color: flags.color });
  const outputs = flags.output ?? [];
  const other = outputs.find((output) => output !== 'inventory' && !output.startsWith('inventory='));
  if (other !== undefined)
    throw new UsageError(`-o ${other}: collect prints the inventory. For other outputs use: supercargo report -o ${other}`);
  const printing = {
    ...{ console, view: views.packages, question: questionOf({}), outputs, defaultFormat: 'inventory' as const },
    ...{ headers: flags.headers, verbose: flags.verbose ?? false, tolerance: toleranceOf(flags) },
  };
  return print(await collect(planOf(flags), console, signal), printing, signal);
}

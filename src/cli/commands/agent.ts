import { type Command, InvalidArgumentError, Option } from 'commander';
import { longestPause } from '../../model/longest-pause.ts';
import { openConsole } from '../console.ts';
import { exitCodes } from '../exit-code.ts';
import { duration } from '../flags/flag-values.ts';
import type { Runner } from '../runner.ts';
import { generator } from '../version.ts';

const examples = `
Examples:
  supercargo agent                              on a node, as root: deploy/ runs it in a DaemonSet
  supercargo agent --once                       one snapshot, to try it; ends with 3 if not all could be read
  kubectl apply -k deploy/kubernetes            the agents of a whole cluster, then from anywhere:
  supercargo report --source kubernetes

It listens on no port and takes no commands. It only writes to its log: whenever something changed, a snapshot of what is
installed in the containers of its node, compressed, in short lines with a checksum. Between full reads it reads only what changed.
`;

interface AgentFlags {
  readonly lookEvery: number;
  readonly printEvery: number;
  readonly nodeName?: string;
  readonly procRoot: string;
  readonly once?: boolean;
}

export function addAgentCommand(program: Command, run: Runner): void {
  program
    .command('agent')
    .description('look at the containers of this node again and again, and print what is in them for report to find')
    .addOption(new Option('--look-every <duration>', 'from one look to the next').default(30_000, '30s').argParser(pause))
    .addOption(
      new Option(
        '--print-every <duration>',
        'print a snapshot at least this often, also when nothing changed; everything is read anew for it',
      )
        .default(600_000, '10m')
        .argParser(pause),
    )
    .option('--node-name <name>', 'what the cluster calls this node (default: NODE_NAME, the name of the host)')
    .option('--proc-root <folder>', 'where the processes of the machine are seen', '/proc')
    .option('--once', 'print one snapshot, and end')
    .addHelpText('after', examples)
    .action((flags: AgentFlags) => run((signal) => agent(flags, signal), {}));
}

/** Readers accept no longer ones. */
function pause(value: string): number {
  const milliseconds = duration(value);
  if (milliseconds > longestPause) throw new InvalidArgumentError('It must be a day (24h) at the most.');
  return milliseconds;
}

async function agent({ lookEvery, printEvery, nodeName, procRoot, once = false }: AgentFlags, signal: AbortSignal): Promise<number> {
  const [{ runAgent }, node] = await Promise.all([import('../../agent/agent.ts'), import('../../collect/node.ts')]);
  const console = openConsole({ quiet: true, color: 'never' });
  const plan = {
    procFolder: procRoot,
    node: nodeName ?? node.nodeName(process.env),
    ...{ looksEvery: lookEvery, printsEvery: printEvery, once },
  };
  let missed: readonly string[] = [];
  for await (const report of runAgent(plan, { generator, signal, now: () => new Date() })) {
    await console.write(report.lines, signal);
    missed = report.missed;
  }
  // Only --once gets here, and a person waits for it.
  const [why] = missed;
  if (why === undefined) return exitCodes.done;
  console.warn(`Incomplete: ${missed.length} ${missed.length === 1 ? 'container' : 'containers'} not read, or not wholly. ${why}`);
  return exitCodes.incomplete;
}

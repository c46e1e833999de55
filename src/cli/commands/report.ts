import type { Command } from 'commander';
import { formatIds } from '../../format/formatters.ts';
import { UsageError } from '../../model/errors.ts';
import { type ViewId, views } from '../../report/views.ts';
import type { Console } from '../console.ts';
import { addCollectFlags, type CollectFlags, checkNamespaces } from '../flags/collect-flags.ts';
import { repeatable } from '../flags/flag-values.ts';
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addQuestionFlags, type QuestionFlags, questionsHelp } from '../flags/question-flags.ts';
import { isGiven, typed } from '../flags/source-flags.ts';
import { refuseUncollected } from '../flags/uncollected.ts';
import { viewArgument, viewsHelp } from '../flags/view-argument.ts';
import { collect, collectPlanOf, joinLumogon } from '../input/collect.ts';
import { print, printingOf } from '../print.ts';
import type { Runner } from '../runner.ts';

const examples = `
Examples:
  supercargo report                          the running containers of this Docker, this cluster, or both
  supercargo report -o csv=packages.csv -q   from cron, into a file
  supercargo report -q -o csv='/out/{cluster}-{date}.csv.gz' --keep 14   two weeks of them
  supercargo report -o ndjson --post https://reports.example/in --post-headers /run/secrets/headers
  supercargo report -o json | jq '.rows[] | select(.package == "openssl")'
  supercargo report --by team --team team-shamu
  supercargo report containers --package 'openssl<3.0.14'
  supercargo report containers --source-package 'openssl<3.0.14'   as advisories name it: libssl3 is built from openssl
  supercargo report spread --top 10 -n shop
  supercargo report --team payments -o cyclonedx=payments.cdx.json   a bill of materials of one team
  supercargo report --rootfs /               the packages of this machine
  supercargo report --source kubernetes --wait   all nodes of the cluster, by the agents on them
  supercargo report --from lumogon.json --pods pods.json   a report of Lumogon, joined with kubectl get pods -A -o json
  supercargo report --from inventory.json    of what collect wrote before
  supercargo report --from eu.json --from us.json   of several clusters or machines; diff compares one at two times
`;

const moreHelp = `
The formats cyclonedx and lumogon contain the matching containers with all their packages; inventory contains everything.

Teams are decided when collecting: --from uses the teams in the inventory, whatever the config says. A report of Lumogon has no
teams, so it is joined with them now.
`;

interface ReportFlags extends CollectFlags, OutputFlags, QuestionFlags {
  readonly from?: string[];
}

export function addReportCommand(program: Command, run: Runner): void {
  const command = program
    .command('report')
    .description('print which packages each team runs: collect, join, and print one view')
    .addArgument(viewArgument())
    .option(
      '--from <file>',
      'report on an inventory that collect wrote, plain or gzipped, - for standard input (repeatable: they are merged)',
      repeatable,
    );
  addOutputFlags(addCollectFlags(addQuestionFlags(command)), formatIds)
    .addHelpText('after', `${viewsHelp('supercargo report')}\nFilters work with every view.${questionsHelp}${moreHelp}${examples}`)
    .action((view: ViewId, flags: ReportFlags) => run((signal) => report(view, flags, signal), flags));
}

async function report(view: ViewId, flags: ReportFlags, signal: AbortSignal): Promise<number> {
  const printing = await printingOf(flags, views[view], 'table', signal);
  return print(await inventoryOf(flags, printing.console, signal), printing, signal);
}

async function inventoryOf(flags: ReportFlags, console: Console, signal: AbortSignal) {
  const files = flags.from ?? [];
  if (files.length === 0) return collect(await collectPlanOf(flags, console, signal), console, signal);
  checkNamespaces(flags);
  if (flags.pods === '-' && files.includes('-')) throw new UsageError('--from - and --pods -: standard input can be read once.');
  const { readInventories } = await import('../input/read-inventory.ts');
  let isAsking = false;
  const join = async (document: unknown, name: string) => {
    isAsking = true;
    refuseCollecting(flags, true);
    return joinLumogon(document, name, await collectPlanOf(flags, console, signal), { console, signal });
  };
  const inventory = await readInventories(files, join, signal);
  if (!isAsking) refuseCollecting(flags, false);
  refuseUncollected(flags, inventory, 'the inventory');
  return inventory;
}

/**
 * Which collect flags go with --from. `never`: they would seem to select or to change something, but collecting is over. `unjoined`: only
 * with a report of Lumogon, which is joined with teams now; in an inventory all that is settled.
 */
const withFrom = {
  namespace: 'always',
  allNamespaces: 'always',
  excludeNamespace: 'always',
  // The cache also holds the compiled program, and an endpoint may be silent, too.
  cache: 'always',
  requestTimeout: 'always',
  source: 'unjoined',
  kubeconfig: 'unjoined',
  context: 'unjoined',
  server: 'unjoined',
  clusterName: 'unjoined',
  pods: 'unjoined',
  selector: 'unjoined',
  config: 'unjoined',
  timeout: 'unjoined',
  dockerHost: 'never',
  dockerContext: 'never',
  direct: 'never',
  procRoot: 'never',
  rootfs: 'never',
  agentNamespace: 'never',
  wait: 'never',
  concurrency: 'never',
} as const satisfies Record<keyof CollectFlags, 'always' | 'unjoined' | 'never'>;

function refuseCollecting(flags: ReportFlags, isJoined: boolean): void {
  const names = Object.keys(withFrom) as (keyof typeof withFrom)[];
  const refused: readonly string[] = isJoined ? ['never'] : ['never', 'unjoined'];
  const flag = names.find((name) => isGiven(flags, name) && refused.includes(withFrom[name]));
  if (flag === undefined) return;
  const already = isJoined ? 'the report of Lumogon has its packages' : 'the inventory of --from is collected already, with its teams';
  throw new UsageError(
    `${typed(flag)}: ${already}. Use it with supercargo collect. To filter an inventory, use -n, --team, --package, --image or --os.`,
  );
}

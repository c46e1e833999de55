import { type Command, Option } from 'commander';
import { ownerWalkText } from '../../format/owner-walk.ts';
import { jsonText } from '../../format/visible-text.ts';
import { podOfKubectl } from '../../join/owner-walks.ts';
import { openConsole } from '../console.ts';
import { exitCodes } from '../exit-code.ts';
import { addFindFlags, type CollectFlags } from '../flags/collect-flags.ts';
import { homeFolder } from '../folders/home-folder.ts';
import { collectPlanOf } from '../input/collect.ts';
import { tellDiagnostics } from '../print.ts';
import type { Runner } from '../runner.ts';

const examples = `
Examples:
  supercargo owner shop/web-7d9f8-x2x5k      a pod; as well: owner pod/web-7d9f8-x2x5k -n shop
  supercargo owner web                       every container or pod of that name
  supercargo owner 3f2a9c1b                  a container, by the beginning of its id
  supercargo owner -n shop web -o json | jq '.[].team.from'

These are asked in turn, and the first that names a team decides:
  1. the rules of the mapping with override: true
  2. the pod
  3. the workloads that own it, the nearest first
  4. the Services that select it
  5. its namespace
  6. the container and, where the config has imageLabels, its image
  7. the other rules of the mapping
The labels of an object come before its annotations. The mapping stands in the config: supercargo config view.
`;

interface OwnerFlags extends CollectFlags {
  readonly output?: 'json';
  readonly quiet?: boolean;
}

export function addOwnerCommand(program: Command, run: Runner): void {
  const command = program
    .command('owner')
    .argument('<pod|container>', 'NAMESPACE/POD, a name, or the beginning of the id of a container')
    .description('tell, step by step, how a container comes to its team')
    .addOption(new Option('-o, --output <format>', 'print JSON').choices(['json']))
    .option('-q, --quiet', 'say nothing but the result and errors');
  addFindFlags(command)
    .addHelpText('after', examples)
    .action((name: string, flags: OwnerFlags) => run((signal) => owner(name, flags, signal), {}));
}

async function owner(name: string, flags: OwnerFlags, signal: AbortSignal): Promise<number> {
  const console = openConsole({ quiet: flags.quiet ?? false, color: 'auto' });
  const plan = await collectPlanOf(withNamespace(name, flags), console, signal);
  const { walkOwners } = await import('../../pipeline.ts');
  const { walks, errors, diagnostics } = await walkOwners(name, plan, {
    signal,
    stdin: () => process.stdin,
    env: process.env,
    homeDirectory: homeFolder(),
    note: console.note,
  });
  await console.write(flags.output === 'json' ? [`${jsonText(walks)}\n`] : ownerWalkText(walks, plan.config), signal);
  tellDiagnostics(diagnostics, { console, verbose: true });
  for (const error of errors) console.warn(error);
  return errors.length > 0 || walks.some(({ team }) => team.status === 'unknown') ? exitCodes.incomplete : exitCodes.done;
}

/** For NAMESPACE/POD, only that namespace is read. */
function withNamespace(name: string, flags: OwnerFlags): OwnerFlags {
  const [namespace, pod] = name.split('/');
  if (pod === undefined || namespace === undefined || flags.namespace || podOfKubectl(name) !== null) return flags;
  return { ...flags, namespace: [namespace] };
}

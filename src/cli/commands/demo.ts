import type { Command } from 'commander';
import { formatIds } from '../../format/formatters.ts';
import { defaultConfig } from '../../model/config.ts';
import { type ViewId, views } from '../../report/views.ts';
import { planOf } from '../flags/collect-flags.ts';
import { addPrintFlags, type OutputFlags } from '../flags/output-flags.ts';
import { addQuestionFlags, type QuestionFlags } from '../flags/question-flags.ts';
import { viewArgument } from '../flags/view-argument.ts';
import { collect } from '../input/collect.ts';
import { print, printingOf } from '../print.ts';
import type { Runner } from '../runner.ts';

const examples = `
One container of the fleet cannot be read, and the output says so. The exit code is still 0.

Examples:
  supercargo demo
  supercargo demo matrix --package 'lib*'
  supercargo demo --by team --package libc6
  supercargo demo -o json | jq '.rows[] | select(.teams | length > 1)'
`;

type DemoFlags = OutputFlags & QuestionFlags;

export function addDemoCommand(program: Command, run: Runner): void {
  const command = program
    .command('demo')
    .addArgument(viewArgument())
    .description('report on a little fleet that comes with the program: no Docker, no cluster, no network');
  addPrintFlags(addQuestionFlags(command), formatIds)
    .addHelpText('after', examples)
    .action((view: ViewId, flags: DemoFlags) => run((signal) => demo(view, flags, signal), flags));
}

/** One container of the fleet cannot be read: that is part of the demo, not a failure. */
async function demo(view: ViewId, flags: DemoFlags, signal: AbortSignal): Promise<number> {
  const printing = await printingOf({ ...flags, allowIncomplete: true }, views[view], 'table', signal);
  const { serveRecordedFleet } = await import('../../demo/recorded-fleet.ts');
  const fleet = await serveRecordedFleet();
  try {
    const plan = planOf({ dockerHost: fleet.dockerHost, server: fleet.kubernetesServer, clusterName: 'demo' }, defaultConfig);
    return await print(await collect(plan, printing.console, signal, {}), printing, signal);
  } finally {
    fleet.close();
  }
}

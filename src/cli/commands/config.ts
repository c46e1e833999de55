import type { Command } from 'commander';
import { visibleText } from '../../format/visible-text.ts';
import { openConsole } from '../console.ts';
import { exitCodes } from '../exit-code.ts';
import { configOf } from '../flags/collect-flags.ts';
import type { Runner } from '../runner.ts';

const examples = `
Examples:
  supercargo config view
  supercargo config view --config ownership/supercargo.yaml

A config is looked for in ./supercargo.yaml (or .yml), then in ~/.config/supercargo/supercargo.yaml. It says where teams are found:

  ownership:
    keys: [team, example.com/owner]
    aliases: { payments: [Payments, team-payments] }
    imageLabels: [org.opencontainers.image.vendor]
    mapping:
      - { team: platform, namespace: kube-*, override: true }
  ignore:
    - { container: istio-proxy }
  unreadable:
    - { node: fargate-*, reason: No agent can run there }
`;

export function addConfigCommand(program: Command, run: Runner): void {
  const config = program
    .command('config')
    .description('show the config: where the names of teams are found')
    .addHelpText('after', examples);
  config
    .command('view')
    .description('print the config in effect, and where each setting comes from')
    .option('--config <file>', 'the config to use')
    .addHelpText('after', examples)
    .action((flags: { readonly config?: string }) => run((signal) => view(flags, signal), {}));
}

async function view(flags: { readonly config?: string }, signal: AbortSignal): Promise<number> {
  const { configText } = await import('../config/config-text.ts');
  const lines = configText(await configOf(flags, signal)).split(/^/m);
  await openConsole({ quiet: false, color: 'never' }).write(
    lines.map((line) => `${visibleText(line.trimEnd())}\n`),
    signal,
  );
  return exitCodes.done;
}

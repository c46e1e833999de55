import { Command } from 'commander';
import { type CommandName, inName } from './called-as.ts';
import { addAgentCommand } from './commands/agent.ts';
import { addCacheCommand } from './commands/cache.ts';
import { addCollectCommand } from './commands/collect.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConfigCommand } from './commands/config.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDiffCommand } from './commands/diff.ts';
import { addOwnerCommand } from './commands/owner.ts';
import { addReportCommand } from './commands/report.ts';
import type { Runner } from './runner.ts';
import { generator } from './version.ts';

const examples = `
Examples:
  supercargo demo                            the whole flow on a little fleet that comes with the program
  supercargo report                          which packages each team runs, here and now
  supercargo collect > inventory.json        the first half of it, for later:
  supercargo report --from inventory.json

It only reads, and sends nothing anywhere unless you use --post.

Exit codes: 0 done, 1 differences (diff --exit-code), 2 error (nothing was printed), 3 incomplete (printed, but not everything
could be read).
`;

const commands = {
  report: addReportCommand,
  collect: addCollectCommand,
  diff: addDiffCommand,
  owner: addOwnerCommand,
  config: addConfigCommand,
  cache: addCacheCommand,
  agent: addAgentCommand,
  demo: addDemoCommand,
  completion: addCompletionCommand,
} satisfies Record<CommandName, (program: Command, run: Runner) => void>;

/**
 * The commands and their flags. `run` runs what a command does; `name` is what the program was called by. If the first word typed is a
 * command, only that one is set up: all of them take twice as long as the longest. Completion needs all.
 */
export function createProgram(run: Runner, name: string, firstWord = ''): Command {
  const program = new Command(name)
    .description('Which software packages, at which version, is each team running?')
    .version(generator.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', examples)
    .showSuggestionAfterError(true);
  // Set before the commands are added: they inherit it.
  program.exitOverride().configureOutput({
    writeOut: (text) => process.stdout.write(inName(name, text)),
    outputError: (text, write) => write(`${withoutValue(text)}${firstWord.startsWith('-') ? afterCommand(name) : ''}`),
  });
  const isOne = Object.hasOwn(commands, firstWord) && firstWord !== 'completion';
  for (const addCommand of isOne ? [commands[firstWord as CommandName]] : Object.values(commands)) addCommand(program, run);
  takeEqualsSigns(program);
  return program;
}

/** kubectl reads -n=shop as -n shop, but commander as the value `=shop`. No flag with a short form takes such values. */
function takeEqualsSigns(command: Command): void {
  for (const option of command.options.filter(({ short, required }) => short && required)) {
    const { parseArg = (value: string) => value } = option;
    option.argParser((value: string, previous: unknown) => parseArg(value.replace(/^=/, ''), previous));
  }
  for (const inner of command.commands) takeEqualsSigns(inner);
}

/** kubectl users may put -n before the command. */
const afterCommand = (name: string) => `Flags stand after the command: ${name} report -n shop.\n`;

/** kubectl users may give --token=…, and do not want the token in a log. */
const withoutValue = (text: string) => text.replace(/(unknown option '--?[^=']*)=.*'$/ms, "$1'");

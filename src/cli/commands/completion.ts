import { Argument, type Command } from 'commander';
import { views } from '../../report/views.ts';
import { columnIds } from '../flags/question-flags.ts';

const examples = `
Examples:
  source <(supercargo completion bash)        for this shell
  supercargo completion zsh > ~/.zfunc/_supercargo
  supercargo completion fish > ~/.config/fish/completions/supercargo.fish
`;

const examplesOfPlugin = `
Examples:
  source <(kubectl completion bash)           for this shell: kubectl completes its plugins as well

It finds kubectl_complete-supercargo on the path, which comes with kubectl-supercargo: one file by two names.
`;

const shells = { bash, zsh, fish } as const;
type Shell = keyof typeof shells;

/** Prints a script that a shell completes commands and flags from. */
export function addCompletionCommand(program: Command): void {
  // Shells have no completion function for a command of two words.
  const isPlugin = program.name().includes(' ');
  const command = program
    .command('completion')
    .description('print what a shell needs to complete commands and flags')
    .addArgument(new Argument('<shell>').choices(Object.keys(shells)))
    .addHelpText('after', isPlugin ? examplesOfPlugin : examples)
    .action((shell: Shell) => {
      if (isPlugin) command.error(`error: kubectl completes its plugins itself: source <(kubectl completion ${shell})`);
      process.stdout.write(shells[shell](program));
    });
}

/** A command with the words that may follow it. */
interface Words {
  readonly command: string;
  readonly words: readonly string[];
}

function wordsOf(program: Command): Words[] {
  return program.commands.map((command) => ({
    command: command.name(),
    words: [
      ...command.commands.map((inner) => inner.name()),
      ...command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
      ...command.options.flatMap((option) => option.long ?? []),
      '--help',
    ],
  }));
}

/** What may follow the flags that take a value: their choices, or only files if there are none. */
function valuesOf(program: Command): { readonly flags: readonly string[]; readonly words: readonly string[] }[] {
  return program.commands.flatMap((command) =>
    command.options.flatMap(({ short, long, required, optional, argChoices = [] }) => {
      const flags = [short, long].flatMap((flag) => (flag ? `${command.name()} ${flag}` : []));
      return required || optional ? [{ flags, words: argChoices }] : [];
    }),
  );
}

/** The columns of the view named among the words, or of packages. */
function columnCases(): string[] {
  const others = Object.values(views).filter((view) => view !== views.packages);
  return [
    ...others.map((view) => `      *' ${view.id} '*) words='${columnIds(view.columns(null)).join(' ')}' ;;`),
    `      *' --by team '* | *' --by = team '*) words='${columnIds(views.packages.columns('team')).join(' ')}' ;;`,
    `      *) words='${columnIds(views.packages.columns(null)).join(' ')}' ;;`,
  ];
}

/** Bash reads --output=csv as three words. Where nothing is offered it completes files. */
function bash(program: Command): string {
  const name = program.name();
  const cases = wordsOf(program).map(({ command, words }) => `    ${command}) words='${words.join(' ')}' ;;`);
  const values = valuesOf(program).map(({ flags, words }) => `    '${flags.join("' | '")}') words='${words.join(' ')}' ;;`);
  return `# bash completion of ${name}
_${name}() {
  local words typed= word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}"
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words='${commandNames(program).join(' ')} --help --version' ;;
  esac
  if [[ $word == = ]]; then
    word= words=
  elif [[ $before == = ]]; then
    before="\${COMP_WORDS[COMP_CWORD - 2]}" words=
  fi
  case "\${COMP_WORDS[1]} $before" in
${values.join('\n')}
  esac
  if [[ $before == --columns || $before == --sort-by ]]; then
    [[ $before == --columns ]] && typed="\${word%"\${word##*,}"}" || typed="\${word%%[^-]*}"
    case " \${COMP_WORDS[*]} " in
${columnCases().join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -P "$typed" -W "$words" -- "\${word#"$typed"}"))
}
complete -o default -F _${name} ${name}
`;
}

function zsh(program: Command): string {
  const name = program.name();
  const cases = wordsOf(program).map(({ command, words }) => `    ${command}) compadd -- ${words.join(' ')} ;;`);
  return `#compdef ${name}
_${name}() {
  case "\${words[2]}" in
${cases.join('\n')}
    *) compadd -- ${commandNames(program).join(' ')} --help --version ;;
  esac
  (( CURRENT > 2 )) && _files
}
compdef _${name} ${name}
`;
}

function fish(program: Command): string {
  const name = program.name();
  const commands = program.commands.map(
    (command) => `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name()} -d '${command.description().replaceAll("'", '')}'`,
  );
  const words = wordsOf(program).flatMap(({ command, words: following }) => {
    const condition = `complete -c ${name} -n '__fish_seen_subcommand_from ${command}'`;
    return following.map((word) => (word.startsWith('--') ? `${condition} -l ${word.slice(2)}` : `${condition} -a ${word}`));
  });
  return `${[...commands, ...words].join('\n')}\n`;
}

const commandNames = (program: Command) => [...program.commands.map((command) => command.name()), 'help'];

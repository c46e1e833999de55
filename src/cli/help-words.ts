import type { Command } from 'commander';

/**
 * The words in place of `help COMMAND`: those of `COMMAND --help`, or, where there is no such command, the wrong one alone, of which
 * commander says so. By itself it prints the help of all as an error, does not say why, and looks at one word only: `help config view`.
 */
export function withoutHelpCommand(program: Command, words: readonly string[]): string[] {
  const before = knownPath(program, words);
  const asked = words.slice(before.length + 1);
  if (words[before.length] !== 'help' || asked.length === 0 || asked[0]?.startsWith('-')) return [...words];
  const command = commandAt(program, before);
  const known = knownPath(command, asked);
  // What stands after a command without others is none.
  const isKnown = known.length === asked.length || commandAt(command, known).commands.length === 0;
  return [...before, ...(isKnown ? [...known, '--help'] : asked.slice(0, known.length + 1))];
}

/** The words at the start that lead from one command to the next. */
function knownPath(command: Command, [word, ...rest]: readonly string[]): string[] {
  const inner = command.commands.find((each) => each.name() === word);
  return inner === undefined ? [] : [inner.name(), ...knownPath(inner, rest)];
}

function commandAt(command: Command, path: readonly string[]): Command {
  return path.reduce((at, word) => at.commands.find((each) => each.name() === word) ?? at, command);
}

import type { Command } from 'commander';

/**
 * Turns `help COMMAND` into `COMMAND --help`, or, if there is no such command, into the words up to the wrong one, which commander reports.
 * By itself, commander prints the whole help as an error without saying why, and looks at one word only: `help config view`.
 */
export function withoutHelpCommand(program: Command, words: readonly string[]): string[] {
  const before = knownPath(program, words);
  const asked = words.slice(before.length + 1);
  if (words[before.length] !== 'help' || asked.length === 0 || asked[0]?.startsWith('-')) return [...words];
  const command = commandAt(program, before);
  const known = knownPath(command, asked);
  // Only a command with subcommands can lack one.
  const isKnown = known.length === asked.length || commandAt(command, known).commands.length === 0;
  return [...before, ...(isKnown ? [...known, '--help'] : asked.slice(0, known.length + 1))];
}

/** The leading words that name a command and its subcommands. */
function knownPath(command: Command, [word, ...rest]: readonly string[]): string[] {
  const inner = command.commands.find((each) => each.name() === word);
  return inner === undefined ? [] : [inner.name(), ...knownPath(inner, rest)];
}

function commandAt(command: Command, path: readonly string[]): Command {
  return path.reduce((at, word) => at.commands.find((each) => each.name() === word) ?? at, command);
}

import type { Argument, Command, Option } from 'commander';
import { type ViewId, views } from '../report/views.ts';
import { columnIds } from './flags/question-flags.ts';

/** What the shell does with the words: https://pkg.go.dev/github.com/spf13/cobra#ShellCompDirective */
const directives = { files: 0, wordsAlone: 4, folders: 16 } as const;

/** Words that may come next. */
interface Continuation {
  readonly words: readonly Word[];
  readonly directive: (typeof directives)[keyof typeof directives];
}

interface Word {
  readonly text: string;
  readonly description: string;
}

/**
 * Tells kubectl what may replace the last word: one word per line, with its description after a tab, and at the end what else the shell may
 * offer.
 */
export function completionText(program: Command, words: readonly string[]): string {
  const typed = words.at(-1) ?? '';
  const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  const place = placeAfter(program, flag === undefined ? words.slice(0, -1) : [...words.slice(0, -1), flag]);
  const start = value ?? typed;
  const { words: all, directive } = continuationAt(place, start);
  const fitting = all.filter(({ text }) => text.startsWith(start));
  return [...fitting.map(({ text, description }) => (description ? `${text}\t${description}` : text)), `:${directive}`, ''].join('\n');
}

/** Where the words lead: a command, the arguments given to it, and an option that still needs its value. */
interface Place {
  readonly command: Command;
  readonly given: readonly string[];
  readonly waiting: Option | null;
  /** Whether there is one row per team: such a table has other columns. */
  readonly isByTeam: boolean;
}

function placeAfter(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, given: [], waiting: null, isByTeam: false };
  for (const word of words) place = nextPlace(place, word);
  return place;
}

function nextPlace(place: Place, word: string): Place {
  const { command, given, waiting } = place;
  if (waiting !== null) return { ...place, waiting: null, isByTeam: place.isByTeam || (waiting.long === '--by' && word === 'team') };
  if (word === '--by=team') return { ...place, isByTeam: true };
  if (word.startsWith('-')) {
    const option = command.options.find(({ short, long }) => word === short || word === long);
    return { ...place, waiting: option?.required || option?.optional ? option : null };
  }
  const inner = command.commands.find((each) => each.name() === word);
  if (inner !== undefined) return { ...place, command: inner, given: [] };
  // `help` is followed by a command.
  return word === 'help' && command.commands.length > 0 ? place : { ...place, given: [...given, word] };
}

function continuationAt(place: Place, start: string): Continuation {
  const { command, given, waiting } = place;
  if (waiting?.long === '--columns') return columnsAfter(start.replace(/[^,]*$/, ''), place);
  if (waiting?.long === '--sort-by') return columnsAfter(start.startsWith('-') ? '-' : '', place);
  if (waiting !== null) return valuesOf(waiting, waiting.flags, start);
  if (start.startsWith('-')) return { words: flagsOf(command), directive: directives.wordsAlone };
  if (command.commands.length > 0) return { words: given.length === 0 ? commandsOf(command) : [], directive: directives.wordsAlone };
  const argument = command.registeredArguments[given.length];
  return argument === undefined ? { words: [], directive: directives.wordsAlone } : valuesOf(argument, 'file', start);
}

/** The columns of the view named, or of the default one, each after the columns already typed. */
function columnsAfter(typed: string, { given: [view = 'packages'], isByTeam }: Place): Continuation {
  const ids = Object.hasOwn(views, view) ? columnIds(views[view as ViewId].columns(isByTeam ? 'team' : null)) : [];
  const others = typed.split(',');
  const words = ids.filter((id) => !others.includes(id)).map((id) => ({ text: typed + id, description: '' }));
  return { words, directive: directives.wordsAlone };
}

/** The choices, if one starts like this. If not, as in csv=FILE, a file. */
function valuesOf({ argChoices = [] }: Option | Argument, form: string, start: string): Continuation {
  const words = argChoices.map((text) => ({ text, description: '' }));
  if (words.some(({ text }) => text.startsWith(start))) return { words, directive: directives.wordsAlone };
  const directive = form.includes('file') ? directives.files : form.includes('folder') ? directives.folders : directives.wordsAlone;
  return { words: [], directive };
}

function flagsOf(command: Command): Word[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long, description }) => (long ? { text: long, description } : []));
}

function commandsOf(command: Command): Word[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((inner) => ({ text: inner.name(), description: inner.description() }));
}

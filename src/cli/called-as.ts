import { basename } from 'node:path';
import { generator } from './version.ts';

/** How the program was called. */
export interface Call {
  /** As a person types it. */
  readonly name: string;
  /** Whether to list possible next words instead of running the command. */
  readonly isCompleting: boolean;
}

/**
 * kubectl finds a plugin by its file name, and likewise the file that completes its words:
 * https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
 */
export function calledAs(path = ''): Call {
  const pluginFile = `kubectl-${generator.name}`;
  const completionFile = `kubectl_complete-${generator.name}`;
  const file = basename(path);
  const isPlugin = file === pluginFile || file === completionFile;
  return { name: isPlugin ? `kubectl ${generator.name}` : generator.name, isCompleting: file === completionFile };
}

/** The commands, as named in help and messages: `try supercargo demo`. */
export const commandNames = ['report', 'collect', 'diff', 'owner', 'config', 'cache', 'agent', 'demo', 'completion'] as const;
export type CommandName = (typeof commandNames)[number];

const commandInText = new RegExp(String.raw`(?<!kubectl )\b${generator.name}(?= (?:${commandNames.join('|')})\b)`, 'g');

/** Puts the name that the program was called by before the commands in a text. */
export function inName(name: string, text: string): string {
  return text.replace(commandInText, name);
}

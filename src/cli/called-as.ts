import { basename } from 'node:path';
import { generator } from './version.ts';

/** How the program was called. */
export interface Call {
  /** As a person types it. */
  readonly name: string;
  /** Whether to tell what may follow the words given, in place of doing what they say. */
  readonly isCompleting: boolean;
}

/**
 * kubectl finds a plugin by the name of its file, and beside it what completes its words:
 * https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
 */
export function calledAs(path = ''): Call {
  const pluginFile = `kubectl-${generator.name}`;
  const completionFile = `kubectl_complete-${generator.name}`;
  const file = basename(path);
  const isPlugin = file === pluginFile || file === completionFile;
  return { name: isPlugin ? `kubectl ${generator.name}` : generator.name, isCompleting: file === completionFile };
}

/** The commands, as helps and messages name them: `try supercargo demo`. */
export const commandNames = ['report', 'collect', 'diff', 'owner', 'config', 'cache', 'agent', 'demo', 'completion'] as const;
export type CommandName = (typeof commandNames)[number];

const commandInText = new RegExp(String.raw`(?<!kubectl )\b${generator.name}(?= (?:${commandNames.join('|')})\b)`, 'g');

/** A text in which commands stand under the name that the program is called by. */
export function inName(name: string, text: string): string {
  return text.replace(commandInText, name);
}

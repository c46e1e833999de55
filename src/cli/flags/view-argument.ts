import { Argument } from 'commander';
import type { View } from '../../report/view.ts';
import { views } from '../../report/views.ts';
import { columnIds } from './question-flags.ts';

export function viewArgument(): Argument {
  return new Argument('[view]', 'what to print').choices(Object.keys(views)).default('packages');
}

/** Every view with its columns and a small sample of what it prints. */
export function viewsHelp(command: string): string {
  return `\nViews:\n${Object.values(views)
    .map((view) => sampleOf(view, command))
    .join('\n')}`;
}

function sampleOf({ id, summary, columns, sample: { flags, table } }: View, command: string): string {
  const lines = [`$ ${command} ${id} ${flags}`, ...table.trimEnd().split('\n')].map((line) => `    ${line}\n`);
  return `  ${id}: ${summary}\n    columns: ${columnIds(columns(null)).join(', ')}\n\n${lines.join('')}`;
}

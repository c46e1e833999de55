import { Argument } from 'commander';
import { views } from '../report/views.ts';

export function viewArgument(): Argument {
  return new Argument('[view]', 'what to print').choices(Object.keys(views)).default('packages');
}

/** Every view with a small sample of what it prints. */
export function viewsHelp(command: string): string {
  const samples = Object.values(views).map(({ id, summary, sample: { flags, table } }) =>
    [
      `  ${id}: ${summary}`,
      ``,
      `    $ ${command} ${[id, flags].filter((part) => part !== '').join(' ')}`,
      ...table
        .trim()
        .split('\n')
        .map((line) => `    ${line}`),
    ].join('\n'),
  );
  return `\nViews:\n${samples.join('\n\n')}\n`;
}

import { type Command, Option } from 'commander';
import { type FormatId, formats } from '../../format/formatters.ts';
import { parseMaxUnread, type Tolerance } from '../exit-code.ts';
import { positiveInteger, repeatable } from './flag-values.ts';

export interface OutputFlags {
  readonly output?: string[];
  readonly keep?: number;
  readonly post?: string;
  readonly postHeaders?: string;
  readonly postGzip?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly headers: boolean;
  readonly allowIncomplete?: boolean;
  readonly maxUnread?: string;
}

/** Flags that say what to print, and where. */
export function addOutputFlags(command: Command, offered: readonly FormatId[]): Command {
  return addPrintFlags(command, offered)
    .optionsGroup('Exit code:')
    .addOption(allowIncomplete())
    .option('--max-unread <number[%]>', 'end with 0 if at most this many containers were not read');
}

/** Those of them that only say how to print. */
export function addPrintFlags(command: Command, offered: readonly FormatId[]): Command {
  return command
    .optionsGroup('Output:')
    .addOption(
      new Option('-o, --output <format[=file]>', 'what to print, or to write into a file, whole or not at all (repeatable)')
        .choices(offered)
        .argParser(repeatable),
    )
    .option('--keep <number>', 'keep only the newest NUMBER of the files that -o FORMAT=FILE with {date} has written', positiveInteger)
    .option('--post <url>', 'send the result to this URL instead of printing it, by HTTP POST (nothing else is ever sent anywhere)')
    .option('--post-headers <file>', 'headers to send with it, one a line, such as Authorization: Bearer …')
    .option('--post-gzip', 'send it gzipped')
    .option('--no-headers', 'leave the line of headings out')
    .addOption(new Option('--color <when>', 'color: auto, always, never').choices(['auto', 'always', 'never']).default('auto'))
    .option('-q, --quiet', 'say nothing on stderr when all goes well')
    .option('-v, --verbose', 'say more on stderr')
    .addHelpText('after', formatsHelp(offered) + outputsHelp);
}

function formatsHelp(offered: readonly FormatId[]): string {
  return `\nFormats:\n${offered.map((id) => `  ${id.padEnd(10)} ${formats[id].summary}\n`).join('')}`;
}

const outputsHelp = `
Files: in -o FORMAT=FILE, {cluster} is replaced by the name of the cluster (several are joined by +; without one it is local),
{date} and {time} by when it was collected, in UTC: 2026-11-23, 060000Z. Characters of a cluster's name that do not fit into a
file name are written as in a URL. For a brace write it twice. A FILE that ends in .gz is compressed, and FILE - is stdout.
--keep removes older files of the same FILE and cluster once everything else went well, and says which.

Post: --post sends the output that has no FILE (by default json, or the inventory for collect) with its Content-Type, the headers
of --post-headers, and an Idempotency-Key that is the same for the same content. If the endpoint is busy or cannot be reached, it
tries again, up to four times. If the endpoint refuses, the exit code is 2; files are written before that, and are kept. It follows
no redirects and uses no proxies. Certificates are verified; NODE_EXTRA_CA_CERTS adds your own.`;

export const allowIncomplete = () => new Option('--allow-incomplete', 'end with 0 although containers could not be read');

export function toleranceOf({ allowIncomplete, maxUnread }: OutputFlags): Tolerance {
  return { allowIncomplete: allowIncomplete ?? false, maxUnread: maxUnread === undefined ? null : parseMaxUnread(maxUnread) };
}

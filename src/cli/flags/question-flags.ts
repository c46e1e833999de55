import { type Command, Option } from 'commander';
import { type FormatId, formats } from '../../format/formatters.ts';
import { UsageError } from '../../model/errors.ts';
import type { PackageType } from '../../model/package.ts';
import { packageTypes } from '../../model/package-types.ts';
import type { Column } from '../../model/report.ts';
import type { Question, SortBy } from '../../report/question/question.ts';
import type { View } from '../../report/view.ts';
import { choiceOf, positiveInteger, repeatable } from './flag-values.ts';
import { parsePackagePattern } from './package-flag.ts';

export interface QuestionFlags {
  readonly team?: string[];
  readonly unowned?: boolean;
  readonly namespace?: string[];
  readonly excludeNamespace?: string[];
  readonly selector?: string;
  readonly package?: string[];
  readonly sourcePackage?: string[];
  readonly type?: string[];
  readonly image?: string[];
  readonly os?: string[];
  readonly by?: 'team';
  readonly columns?: string[];
  readonly sortBy?: string;
  readonly top?: number;
}

const rowsGroup = 'Rows and columns:';

/** Flags that say which part of the Inventory to show, and how. Those for namespaces and labels are among the collect flags. */
export function addQuestionFlags(command: Command): Command {
  addPartFlags(command)
    .optionsGroup(rowsGroup)
    .addOption(new Option('--by <what>', 'one row for each').choices(['team']));
  return addRowFlags(command, 'package,version,images');
}

/** Those of them that say what to look at. */
export function addPartFlags(command: Command): Command {
  return command
    .optionsGroup('Filters:')
    .option('--team <name>', 'only containers of this team, such as payments or shop-* (repeatable)', repeatable)
    .option('--unowned', 'only containers without a team')
    .option('--package <name[conditions]>', "only this package, such as openssl, 'lib*' or 'openssl>=3,<3.0.14' (repeatable)", repeatable)
    .option(
      '--source-package <name[conditions]>',
      "only packages built from this source, such as 'openssl<3.0.14' (libssl3 is built from it; repeatable)",
      repeatable,
    )
    .addOption(
      new Option('--type <type>', 'only packages of this type (repeatable)').choices(packageTypes).argParser(choiceOf(packageTypes)),
    )
    .option('--image <pattern>', "only containers of this image, such as '*/nginx:*' (repeatable)", repeatable)
    .option('--os <name>', 'only containers with this operating system, such as debian, debian-12 or alpine-3.* (repeatable)', repeatable);
}

/** And those that say which rows to show, and how; `columns` is an example for the help. */
export function addRowFlags(command: Command, columns: string): Command {
  return command
    .optionsGroup(rowsGroup)
    .option('--columns <names>', `show these columns, such as ${columns}`, (value, previous: string[] = []) => [
      ...previous,
      ...value.split(','),
    ])
    .option('--sort-by <column>', 'sort by this column; with - before its name the other way round')
    .option('--top <number>', 'only so many rows', positiveInteger);
}

/** What the flags mean, for the help. */
export const questionsHelp = `
When a flag is repeated, one of its values must match; when several flags are given, all must match (--team and --unowned count as
one flag). In names, * matches any characters and ? matches one. Versions are compared as the package's own tools compare them: an
epoch, as in 1:2.3, counts. For rpm and pacman, a version without a release matches every release. Containers that could not be
read may contain what you ask for, so they are counted as well.
`;

/** What flags can ask about: a view, or diff. */
type Askable = Pick<View, 'id' | 'columns' | 'knowsByTeam'>;

/** Column names for flags: some columns exist twice, for people and for tools. */
export const columnIds = (columns: readonly Column[]) => [...new Set(columns.map(({ id }) => id))];

/** What the flags ask of a view. What makes no sense is a UsageError, before anything is collected. */
export function questionOf(flags: QuestionFlags, view: Askable): Question {
  if (flags.by && !view.knowsByTeam) throw new UsageError(`--by team: the view ${view.id} has no such rows. The view packages has.`);
  const columns = flags.columns?.map((id) => id.trim()) ?? [];
  for (const id of columns) checkColumn('--columns', id, view, flags.by ?? null);
  refuseNoTeams(flags.team ?? []);
  return {
    teams: named('--team', flags.team),
    unowned: flags.unowned ?? false,
    namespaces: named('--namespace', flags.namespace),
    excludedNamespaces: named('--exclude-namespace', flags.excludeNamespace),
    selector: flags.selector || null,
    images: named('--image', flags.image),
    systems: named('--os', flags.os),
    packages: (flags.package ?? []).map((text) => parsePackagePattern(text)),
    sourcePackages: (flags.sourcePackage ?? []).map((text) => parsePackagePattern(text, '--source-package')),
    types: (flags.type ?? []) as PackageType[],
    by: flags.by ?? null,
    columns: [...new Set(columns)],
    sortBy: flags.sortBy === undefined ? null : parseSortBy(flags.sortBy, view, flags.by ?? null),
    top: flags.top ?? null,
  };
}

/** The flags as a person types them. */
const rowFlags = { by: '--by', columns: '--columns', sortBy: '--sort-by', top: '--top' } as const satisfies Partial<
  Record<keyof QuestionFlags, string>
>;

/** Only reports have rows and columns. Other outputs beside a report ignore these flags. */
export function refuseRowFlags(flags: QuestionFlags, outputs: readonly { readonly format: FormatId }[]): void {
  const [first] = outputs;
  if (first === undefined || outputs.some(({ format }) => formats[format].input === 'report')) return;
  const given = (Object.keys(rowFlags) as (keyof typeof rowFlags)[]).find((flag) => flags[flag] !== undefined);
  if (given !== undefined)
    throw new UsageError(`${rowFlags[given]}: -o ${first.format} has no rows and columns. Leave the flag out, or print a report: -o csv.`);
}

/** The labels shown where there is no team. */
function refuseNoTeams(teams: readonly string[]): void {
  if (teams.includes('(unowned)')) throw new UsageError('--team (unowned): that is no team. For containers without a team, say --unowned.');
  if (teams.includes('(unknown)'))
    throw new UsageError(
      '--team (unknown): that is no team. Containers that may belong to any team are shown with every --team; supercargo report coverage says why.',
    );
}

function named(flag: string, values: readonly string[] = []): string[] {
  if (values.includes('')) throw new UsageError(`${flag}: the name is missing. To ask for all, leave the flag out.`);
  return [...new Set(values)];
}

function parseSortBy(value: string, view: Askable, by: Question['by']): SortBy {
  const descending = value.startsWith('-');
  const column = descending ? value.slice(1) : value;
  checkColumn('--sort-by', column, view, by);
  return { column, descending };
}

function checkColumn(flag: string, id: string, view: Askable, by: Question['by']): void {
  const ids = columnIds(view.columns(by));
  if (ids.includes(id)) return;
  throw new UsageError(`${flag} ${id}: the view ${view.id}${by ? ` --by ${by}` : ''} has no such column. It has: ${ids.join(', ')}.`);
}

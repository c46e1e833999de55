import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { completionText } from '../../src/cli/complete.ts';
import { createProgram } from '../../src/cli/program.ts';
import { formatIds, reportFormatIds } from '../../src/format/formatters.ts';
import { type ViewId, views } from '../../src/report/views.ts';

const columnsOf = (id: ViewId) => [...new Set(views[id].columns(null).map((column) => column.id))];

const program = createProgram(async () => {}, 'kubectl supercargo');

function complete(words: readonly string[]) {
  const lines = completionText(program, words).split('\n');
  expect(lines.pop()).toBe('');
  const directive = lines.pop();
  return { words: lines.map((line) => line.split('\t')[0]), directive, lines };
}

test('commands come with what they do', () => {
  const { words, lines, directive } = complete(['']);
  expect(words).toEqual([...program.commands.map((command) => command.name()), 'help']);
  expect(lines[0]).toMatch(/^report\tprint which packages/);
  expect(directive).toBe(':4');
});

test.each<[readonly string[], readonly string[], string]>([
  [['re'], ['report'], ':4'],
  [['help', 'de'], ['demo'], ':4'],
  [['nothing', ''], [], ':4'],
  [['config', ''], ['view', 'help'], ':4'],
  [['config', 'view', '--'], ['--config', '--help'], ':4'],
  [['report', ''], Object.keys(views), ':4'],
  [['report', 'ma'], ['matrix'], ':4'],
  [['report', '-n', 'shop', '-A', 'ma'], ['matrix'], ':4'],
  [['report', 'matrix', ''], [], ':4'],
  [['report', '-o', ''], formatIds, ':4'],
  [['report', '--output', 'nd'], ['ndjson'], ':4'],
  [['report', '-o', 'csv=/out/'], [], ':0'],
  [['report', '--by', ''], ['team'], ':4'],
  [['report', '--type=a'], ['alpm', 'apk'], ':4'],
  [['report', '--columns', ''], columnsOf('packages'), ':4'],
  [['demo', 'coverage', '-q', '--columns', ''], columnsOf('coverage'), ':4'],
  [['report', '--columns=pu'], ['purl'], ':4'],
  [['report', '--columns', 'purl,os,p'], ['purl,os,package'], ':4'],
  [
    ['report', 'teams', '--columns=team,'],
    columnsOf('teams')
      .slice(1)
      .map((id) => `team,${id}`),
    ':4',
  ],
  [['report', '--by', 'team', '--columns', 't'], ['type', 'team'], ':4'],
  [['report', '--by=team', '--sort-by', 't'], ['type', 'team'], ':4'],
  [['report', 'teams', '--by', 'team', '--sort-by', 'te'], ['team'], ':4'],
  [['report', 'spread', '--sort-by', ''], columnsOf('spread'), ':4'],
  [['report', '--sort-by', '-occ'], ['-occurrences'], ':4'],
  [['report', '--sort-by', 'package,'], [], ':4'],
  [['report', 'nosuch', '--columns', ''], [], ':4'],
  [['report', '--from', ''], [], ':0'],
  [['report', '--from', 'a.json', 'ma'], ['matrix'], ':4'],
  [['report', '--rootfs', ''], [], ':16'],
  [['report', '--team', ''], [], ':4'],
  [['report', '--unow'], ['--unowned'], ':4'],
  [['report', '--unowned', 'ma'], ['matrix'], ':4'],
  [['report', '--wrong', 'ma'], ['matrix'], ':4'],
  [['collect', '-o', ''], ['inventory'], ':4'],
  [['diff', ''], [], ':0'],
  [['diff', '--package', ''], [], ':4'],
  [['diff', '--type=a'], ['alpm', 'apk'], ':4'],
  [['diff', '--exclude'], ['--exclude-namespace'], ':4'],
  [['diff', '--by'], [], ':4'],
  [['diff', '-o', ''], reportFormatIds, ':4'],
  [['owner', '--con'], ['--context', '--config', '--concurrency'], ':4'],
  [['report', '--no-c'], ['--no-cache'], ':4'],
  ...['--no-direct', '--agent-namespace', '--wait', '--no-cache'].map((flag): [string[], string[], string] => [['owner', flag], [], ':4']),
  ...['--allow-incomplete', '--max-unread'].map((flag): [string[], string[], string] => [['demo', flag], [], ':4']),
  [['diff', 'a.json', 'b.json', ''], [], ':4'],
  [['cache', ''], ['clear'], ':4'],
])('%j', (words, expected, directive) => {
  expect(complete(words)).toMatchObject({ words: expected, directive });
});

test('whatever the words are, there are lines and a directive', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('report', 'config', 'help', '-o', '--columns', '--sort-by', '--from', '--type=', '-', '--', '='),
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const text = completionText(program, words);
      expect(text).toMatch(/^([^\n]+\n)*:(0|4|16)\n$/);
    }),
  );
});

import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parsePackagePattern } from '../../../src/cli/flags/package-flag.ts';
import { addQuestionFlags, questionOf } from '../../../src/cli/flags/question-flags.ts';
import { UsageError } from '../../../src/model/errors.ts';
import { everything } from '../../../src/report/question/question.ts';
import { type ViewId, views } from '../../../src/report/views.ts';

function question(flags: readonly string[], view: ViewId = 'packages') {
  return questionOf(
    addQuestionFlags(new Command().exitOverride())
      .parse([...flags], { from: 'user' })
      .opts(),
    views[view],
  );
}

describe('--package', () => {
  it.each([
    ['openssl', 'openssl', []],
    ['lib*', 'lib*', []],
    ['openssl<3.0.14', 'openssl', ['< 3.0.14']],
    ['openssl>=3,<3.0.14', 'openssl', ['>= 3', '< 3.0.14']],
    ['openssl = 1:3.0-1~x+y', 'openssl', ['= 1:3.0-1~x+y']],
    ['g++-12<=12.2, >1', 'g++-12', ['<= 12.2', '> 1']],
  ])('%s', (text, name, conditions) => {
    const pattern = parsePackagePattern(text);
    expect([pattern.text, pattern.name]).toEqual([text, name]);
    expect(pattern.conditions.map(({ operator, version }) => `${operator} ${version}`)).toEqual(conditions);
  });

  it.each([
    ['', 'the name of the package is missing'],
    ['<3', 'the name of the package is missing'],
    ['openssl<', 'the version after < is missing'],
    ['openssl<3,', 'before the end one of <, <=, =, >= and > is missing'],
    ['openssl>=3,3.1', 'before 3.1 one of'],
    ['openssl==3', 'there is no =='],
    ['openssl=>3', 'there is no =>'],
    ['openssl!=3', 'versions are compared by'],
    ['openssl,bash', 'Give the flag once for each'],
    ['openssl=3.*', '3.* is no version'],
    ['openssl>3<4', '3<4 is no version'],
  ])('%j is refused', (text, words) => {
    expect(() => parsePackagePattern(text)).toThrow(UsageError);
    expect(() => parsePackagePattern(text)).toThrow(`--package ${text}: `);
    expect(() => parsePackagePattern(text)).toThrow(words);
  });
});

describe('the flags', () => {
  it('ask for everything when there are none', () => {
    expect(question([])).toEqual(everything);
  });

  it('are taken as they are meant', () => {
    const flags = ['--team', 'a', '--team', 'b*', '--type', 'deb', '--columns', 'package, images', '--sort-by', '-version', '--top', '3'];
    expect(question(flags)).toEqual({
      ...everything,
      ...{ teams: ['a', 'b*'], types: ['deb'], columns: ['package', 'images'], sortBy: { column: 'version', descending: true }, top: 3 },
    });
  });

  it.each([
    [undefined, null],
    ['app=web,tier!=db', 'app=web,tier!=db'],
    ['', null],
  ])('tell of the labels %j that were collected by: %j', (selector, told) => {
    expect(questionOf(selector === undefined ? {} : { selector }, views.packages).selector).toBe(told);
  });

  it.each<[string[], ViewId, string]>([
    [['--team', ''], 'packages', '--team: the name is missing'],
    [['--team', '(unowned)'], 'packages', '--team (unowned): that is no team. For containers without a team, say --unowned.'],
    [['--team', '(unknown)'], 'packages', '--team (unknown): that is no team.'],
    [['--columns', 'package,colour'], 'packages', '--columns colour: the view packages has no such column. It has: package, version,'],
    [['--columns', 'package,'], 'packages', '--columns : the view packages'],
    [['--by', 'team', '--columns', 'images'], 'packages', '--columns images: the view packages --by team has no such column'],
    [['--sort-by', 'age'], 'spread', '--sort-by age: the view spread has no such column. It has: package, type, versions,'],
    [['--by', 'team'], 'teams', '--by team: the view teams has no such rows'],
  ])('%j of the view %s are refused', (flags, view, words) => {
    expect(() => question(flags, view)).toThrow(UsageError);
    expect(() => question(flags, view)).toThrow(words);
  });

  it.each([[['--type', 'dpkg']], [['--top', '0']], [['--top', 'ten']]])('%j are no values', (flags) => {
    const command = addQuestionFlags(new Command().exitOverride().configureOutput({ writeErr: () => {} }));
    expect(() => command.parse(flags, { from: 'user' })).toThrow(flags[0]);
  });
});

import { basename, dirname, normalize } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileNameText, namePattern, nameValuesOf, parseFileName } from '../../../src/cli/output/file-name.ts';
import { UsageError } from '../../../src/model/errors.ts';

const inventoryOf = (names: readonly string[], generated = '2026-11-23T06:07:08.900Z') => ({
  clusters: names.map((name, index) => ({ name, uid: `uid-${index}`, notRunning: { waiting: 0, terminated: 0 } })),
  generated,
});
const nameOf = (typed: string, names: readonly string[], generated?: string) =>
  fileNameText(parseFileName(typed), nameValuesOf(inventoryOf(names, generated)));

describe('a name', () => {
  test.each([
    ['packages.csv', 'packages.csv'],
    ['/out/{cluster}-{date}.csv.gz', '/out/prod-eu-2026-11-23.csv.gz'],
    ['{date}T{time}', '2026-11-23T060708Z'],
    ['{{cluster}}', '{cluster}'],
    ['{{{cluster}}}', '{prod-eu}'],
    ['/{{a}}/{date}/../x', null],
    ['{cluster}/packages.csv', null],
    ['/{{a}}/{date}', '/{a}/2026-11-23'],
    ['{day}', null],
    ['{}', null],
    ['{constructor}', null],
    ['{Cluster}', null],
    ['a{b', null],
    ['a}b', null],
    ['{{cluster}', null],
  ])('%s', (typed, name) => {
    if (name === null) expect(() => parseFileName(typed)).toThrow(UsageError);
    else expect(nameOf(typed, ['prod-eu'])).toBe(name);
  });
});

describe('{cluster}', () => {
  test.each<[readonly string[], string]>([
    [[], 'local'],
    [['prod-us', 'prod-eu'], 'prod-eu+prod-us'],
    [['prod', 'prod'], 'prod'],
    [['a+b'], 'a%2Bb'],
    [['..'], '%2E.'],
    [['.'], '%2E'],
    [['-rf'], '%2Drf'],
    [['../../etc/passwd'], '%2E.%2F..%2Fetc%2Fpasswd'],
    [['C:\\x'], 'C%3A%5Cx'],
    [['arn:aws:eks:eu-west-1:1:cluster/a'], 'arn%3Aaws%3Aeks%3Aeu-west-1%3A1%3Acluster%2Fa'],
    [['user@host_1'], 'user@host_1'],
    [['\u0000\n\u001b[31m'], '%00%0A%1B%5B31m'],
    [['größe'], 'gr%C3%B6%C3%9Fe'],
    [[''], 'unnamed'],
    [['{date}'], '%7Bdate%7D'],
  ])('of %j is %s', (names, text) => {
    expect(nameOf('{cluster}', names)).toBe(text);
  });

  test('that is too long is cut, and told apart', () => {
    const [one, other] = ['a', 'b'].map((end) => nameOf('{cluster}', [`${'x'.repeat(5000)}${end}`]));
    expect(one).toMatch(/^x{103}~[0-9a-f]{16}$/);
    expect(other).toMatch(/^x{103}~[0-9a-f]{16}$/);
    expect(one).not.toBe(other);
    expect(nameOf('{cluster}', ['/'.repeat(5000)])).toMatch(/^(%2F){34}~[0-9a-f]{16}$/);
  });

  test('never leads out of the folder, never is a hidden file, and is another one for another cluster', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '../x', '/', '', 'a'.repeat(300)),
      fc.string({ unit: fc.constantFrom('/', '.', '%', '+', '~') }),
    );
    fc.assert(
      fc.property(name, name, (one, other) => {
        const path = nameOf('/out/{cluster}', [one]);
        expect([dirname(path), normalize(path)]).toEqual(['/out', path]);
        expect(basename(path)).toMatch(/^[A-Za-z0-9_@%~][A-Za-z0-9._@%~-]*$/);
        expect(basename(path).length).toBeLessThanOrEqual(120);
        if (one !== other) expect(nameOf('/out/{cluster}', [other])).not.toBe(path);
      }),
    );
  });
});

describe('{date} and {time}', () => {
  test.each([
    ['2026-11-23T06:07:08Z', '2026-11-23 060708Z'],
    ['2026-11-23T23:30:00-02:00', '2026-11-24 013000Z'],
    ['2024-02-29T00:00:00.123456Z', '2024-02-29 000000Z'],
  ])('of %s: %s', (generated, text) => {
    expect(nameOf('{date} {time}', [], generated)).toBe(text);
  });

  test.each(['', '../../x', 'yesterday', '2026-11-23', '2026-13-01T00:00:00Z', '9999-12-31T23:59:59-10:00', '2026-11-23T06:07:08Z/../x'])(
    'of %j there are none, and who does not ask for them does not care',
    (generated) => {
      expect(() => nameOf('{date}', [], generated)).toThrow(UsageError);
      expect(() => nameOf('{time}', [], generated)).toThrow(UsageError);
      expect(nameOf('{cluster}', [], generated)).toBe('local');
    },
  );
});

describe('the pattern of a name', () => {
  const patternOf = (typed: string, names: readonly string[]) =>
    new RegExp(`^${namePattern(parseFileName(typed), nameValuesOf(inventoryOf(names)))}$`);

  test.each([
    ['/o.t/{cluster}-{date}.csv', '2026-01-02', true],
    ['/o.t/{cluster}-{date}.csv', '2026-01-02x', false],
  ])('of %s fits %s: %s', (typed, date, fits) => {
    expect(patternOf(typed, ['prod']).test(`prod-${date}.csv`)).toBe(fits);
  });

  test('of another cluster does not fit', () => {
    const pattern = patternOf('{cluster}-{date}.csv', ['prod']);
    for (const name of [
      'prod-eu-2026-01-02.csv',
      'xprod-2026-01-02.csv',
      'prod-2026-01-02xcsv',
      'prod-2026-01-02.csv.gz',
      'prod-2026-01-02.csv\n',
    ])
      expect(pattern.test(name)).toBe(false);
  });

  test('has a date twice that stands there twice', () => {
    const pattern = patternOf('{date}_{{x}}-{date}', []);
    expect(pattern.test('2026-01-02_{x}-2026-01-02')).toBe(true);
    expect(pattern.test('2026-01-02_{x}-2026-01-03')).toBe(false);
  });

  test('fits every name that is made', () => {
    const literal = fc.string({ unit: fc.constantFrom('a', '.', '$', '(', '[', '*', '\\', '{{', '}}', '|', '^', '-') });
    const placeholder = fc.constantFrom('{cluster}', '{date}', '{time}');
    fc.assert(
      fc.property(fc.array(fc.oneof(literal, placeholder)), fc.string(), (parts, cluster) => {
        const typed = parts.join('');
        expect(nameOf(typed, [cluster])).toMatch(patternOf(typed, [cluster]));
      }),
    );
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.includes('html/page'))
  .map((file) => readFileSync(join('src', file), 'utf8'));

/** The expressions that a name stands for in the sources: in several files it may stand for several. */
const valuesOf = (name: string) =>
  sources.flatMap((text) => Array.from(text.matchAll(new RegExp(`const ${name} = ([^;]+);`, 'g')), ([, value]) => value as string));

const units: Readonly<Record<string, string>> = { KiB: ' * 1024', MiB: ' * 1024 * 1024', GiB: ' * 1024 * 1024 * 1024' };

/** As the sources may write what the table says. */
function writtenAs(limit: string): string[] {
  const [, number = '', unit = ''] = /^([\d,]+)(?: (.*))?$/.exec(limit) ?? [];
  const plain = number.replaceAll(',', '');
  if (limit === '512 MiB') return ['constants.MAX_STRING_LENGTH'];
  if (limit === '1 MiB') return ['1024 * 1024'];
  if (limit === '1 GiB') return ['1024 * 1024 * 1024', '1024 ** 3'];
  if (unit === 'columns') return [`${plain} * widestColumn`];
  if (unit in units) return [`${plain}${units[unit]}`];
  return [
    plain,
    number.replaceAll(',', '_'),
    `0x${Number(plain).toString(16)}`,
    `0x0${Number(plain).toString(16)}`,
    `${Number(plain) / 1024} * 1024`,
  ];
}

const rows = Array.from(
  readFileSync('docs/limits.md', 'utf8').matchAll(/^\| .* \| `(\w+)` \| ([^|]+) \| [^|]+ \|$/gm),
  ([, name, limit]) => ({
    name: name as string,
    limit: limit as string,
  }),
);

test.each(rows)('docs/limits.md says of $name what the sources say: $limit', ({ name, limit }) => {
  expect(valuesOf(name).filter((value) => writtenAs(limit).includes(value))).not.toEqual([]);
});

// How much goes on at a time, and how long it is waited, is no limit of what is read.
const noLimits = [
  'maxSockets',
  'maxWaits',
  'maxLooks',
  'maxKept',
  'maxNameCharacters',
  'maxWholeBytes',
  'MAX_CONNECTIONS',
  'MAX_PIPELINES',
  'maxSshPipelines',
  'maxUnderWay',
  'MAX_SSH_CONNECTIONS',
  'MAX_STDERR_CHARACTERS',
];

test('every limit of the sources is in docs/limits.md, with each of its values', () => {
  const limits = sources.flatMap((text) =>
    Array.from(text.matchAll(/const ((?:max|MAX_)\w+) = ([^;]+);/g), ([, name, value]) => ({ name, value })),
  );
  const untold = limits.filter(
    ({ name, value }) =>
      !noLimits.includes(name as string) && !rows.some((row) => row.name === name && writtenAs(row.limit).includes(value as string)),
  );
  expect(untold).toEqual([]);
});

test('every diagnostic that it names is one', () => {
  const known = readFileSync('docs/diagnostics.md', 'utf8');
  const named = readFileSync('docs/limits.md', 'utf8').match(/(?<=`)[a-z]+\/[a-z-]+(?=`)/g) ?? [];
  expect(named.filter((code) => !known.includes(`\`${code}\``))).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.includes('html/page') && !file.endsWith('.d.ts'),
);

/** The constants of a file with the expressions that they stand for. In several files one name may stand for several. */
const constantsOf = (file: string, names: string) =>
  Array.from(readFileSync(join('src', file), 'utf8').matchAll(new RegExp(`const (${names}) = ([^;]+);`, 'g')), ([, name, value]) => ({
    id: `${file} ${name}`,
    value: value as string,
  }));

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
  readFileSync('docs/limits.md', 'utf8').matchAll(/^\| .* \| `(\w+)` \| `([\w./-]+)` \| ([^|]+) \| [^|]+ \|$/gm),
  ([, name = '', file = '', limit = '']) => ({ id: `${file} ${name}`, name, file, limit }),
);

test.each(rows)('docs/limits.md says of $id what that file says: $limit', ({ name, file, limit }) => {
  const values = constantsOf(file, name).map(({ value }) => value);
  expect(values).toHaveLength(1);
  expect(writtenAs(limit)).toContain(values[0]);
});

test('docs/limits.md has no other rows, and none twice', () => {
  const lines = readFileSync('docs/limits.md', 'utf8').match(/^\|.*\|$/gm) ?? [];
  // Two are the head.
  expect(rows).toHaveLength(lines.length - 2);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

// How much goes on at a time, and how long it is waited, is no limit of what is read.
const noLimits = [
  'collect/kubernetes/api.ts maxSockets',
  'collect/node.ts maxWaits',
  'scan/read-database.ts maxAttempts',
  'collect/root-folder/walk.ts maxKept',
  'collect/node/proc.ts maxNameCharacters',
  'scan/shared-reads.ts maxWholeBytes',
  'collect/docker/connector.ts MAX_CONNECTIONS',
  'collect/docker/connector.ts MAX_PIPELINES',
  'collect/docker/ssh-connection.ts maxSshPipelines',
  'collect/docker/head-pipeline.ts maxUnderWay',
  'collect/docker/ssh-connection.ts MAX_SSH_CONNECTIONS',
  'collect/docker/ssh-connection.ts MAX_STDERR_CHARACTERS',
];

test('every limit of the sources is in docs/limits.md', () => {
  const known = new Set([...noLimits, ...rows.map(({ id }) => id)]);
  const limits = files.flatMap((file) => constantsOf(file, '(?:max|MAX_)\\w+'));
  expect(limits.filter(({ id }) => !known.has(id))).toEqual([]);
  // What stands for no limit, and is gone, does not stay.
  expect(noLimits.filter((id) => !limits.some((limit) => limit.id === id))).toEqual([]);
});

test('every diagnostic that it names is one', () => {
  const known = readFileSync('docs/diagnostics.md', 'utf8');
  const named = readFileSync('docs/limits.md', 'utf8').match(/(?<=`)[a-z]+\/[a-z-]+(?=`)/g) ?? [];
  expect(named.filter((code) => !known.includes(`\`${code}\``))).toEqual([]);
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { FormatOptions } from '../../src/format/formatter.ts';
import { type Format, type FormatId, formatIds, formats } from '../../src/format/formatters.ts';
import { markdown } from '../../src/format/markdown.ts';
import { ownerWalkText } from '../../src/format/owner-walk.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import { defaultConfig } from '../../src/model/config.ts';
import type { TeamSource } from '../../src/model/container.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { OwnerWalk } from '../../src/model/owner-walk.ts';
import { foundContainer, harvestOf, packageRecord, scanWith, unreadScan } from '../fleet.ts';
import { installed } from '../installed.ts';
import { reportOf, textOf } from './reports.ts';
import { everyReport } from './views.ts';

/** What means harm to one or another of those who read the outputs. */
const hostile = [
  ...[
    '\u001b[2J\u001b]0;title\u0007',
    '\u009b31m',
    '\u202egnp.exe',
    '\u2066\u200b\ufeff',
    'a\r\nb\u0085\u2028\u2029c',
    '\0\u007f\b',
    '\ud800x',
    '\u061c\u200e\u2069',
    'openssl\u3164',
    'one\nIncomplete: nothing',
    '\t=1+1',
    '\r=1+1',
    '\uff1d1+1',
    'a;=1+1',
  ],
  ...[
    '</script><script>alert(1)</script>',
    '<!-- <script>',
    '"><img src=x onerror=alert(1)>',
    "');alert(1)//",
    '&lt;b&gt;',
    ']]>',
    '{{7*7}}',
  ],
  ...[
    '=1+1',
    '+1',
    '-1+1',
    '@SUM(1)',
    "=cmd|' /C calc'!A0",
    '|',
    '\\|',
    '`` ` ``',
    '[a](javascript:alert(1))',
    'https://a.b',
    '@all',
    '#1',
  ],
  ...['__proto__', 'constructor', '../../etc/passwd', '', ' ', '%00', '$(reboot)', 'x'.repeat(2 ** 20)],
];

const inventory: Inventory = joinInventory(
  harvestOf({
    sources: hostile.map((name) => ({ kind: 'docker', name, version: name, containers: 1, error: name })),
    scans: [
      ...hostile.map((text, index) =>
        scanWith(
          foundContainer(`a${index}`, {
            name: text,
            labels: { team: text, [text]: text },
            image: { name: text, id: text, digest: null, labels: {} },
          }),
          [packageRecord(text, hostile[index + 1] ?? '', { sourcePackage: { name: text, version: text }, licenseDeclared: text })],
          { system: { id: text, idLike: [text], versionId: text, name: text } },
        ),
      ),
      ...hostile.map((message, index) => unreadScan(`b${index}`, 'forbidden', { message })),
    ],
    diagnostics: hostile.map((message) => ({ severity: 'warning', code: 'a/b', message, container: null, path: message })),
  }),
);

/** What acts on a terminal, or turns text around. Line ends are of the format itself. */
const acting = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
const options: FormatOptions = { terminal: false, color: false, headers: true };

async function printed(id: FormatId, more: Partial<FormatOptions> = {}): Promise<string[]> {
  const format: Format = formats[id];
  if (format.input !== 'report') return [textOf((await format.load()).format(inventory))];
  const formatter = await format.load();
  return everyReport(inventory).map((report) => textOf(formatter.format(report, { ...options, ...more })));
}

describe.each(formatIds)('hostile names as %s', (id) => {
  it.each([false, true])('are printed, and do nothing to a terminal (is one: %s)', async (terminal) => {
    for (const text of await printed(id, { terminal })) {
      expect(acting.exec(text)).toBeNull();
      // A name of a megabyte is printed as often as it is there, and makes nothing else as long.
      expect(text.length).toBeLessThan(100 * 2 ** 20);
    }
  });
});

it.each(['json', 'inventory', 'cyclonedx', 'lumogon'] as const)('%s stays one JSON document', async (id) => {
  for (const text of await printed(id)) expect(typeof JSON.parse(text)).toBe('object');
});

it.skipIf(!installed('jq')).each(['json', 'ndjson', 'inventory', 'cyclonedx', 'lumogon'] as const)('%s is read whole by jq', async (id) => {
  for (const input of await printed(id)) {
    const counted = execFileSync('jq', ['-c', 'length'], { input, encoding: 'utf8' }).trimEnd().split('\n');
    expect(counted).toHaveLength(id === 'ndjson' ? input.trimEnd().split('\n').length : 1);
  }
});

it('ndjson stays one JSON document a line', async () => {
  for (const text of await printed('ndjson')) for (const line of text.trimEnd().split('\n')) expect(typeof JSON.parse(line)).toBe('object');
});

/** The cells of a line of CSV, for a reader who ends them at the mark. */
const cellsOf = (text: string, mark: RegExp) => text.split('\n').flatMap((line) => line.split(mark));

it('no cell of the CSV begins a formula, whether it ends at commas or at semicolons', async () => {
  for (const text of await printed('csv')) {
    // A number below zero is one.
    const formulas = [...cellsOf(text, /[,;]/)].filter((cell) => /^"?[=+@\t\r\uff1d]/.test(cell));
    expect(formulas).toEqual([]);
  }
});

it('the page has no mark-up but its own', async () => {
  const tags = /<\/?[a-z!][^>]*>/gi;
  const [own, ...pages] = (await printed('html')).map((text) => {
    const [data] = /(?<=<script id="data" type="application\/json">).*?(?=<\/script>)/s.exec(text) as RegExpExecArray;
    expect(data).not.toContain('<');
    return new Set(text.match(tags)?.map((tag) => tag.replace(/\s.*/s, '>')));
  });
  for (const page of pages) expect(page).toEqual(own);
  expect(own).not.toContain('<img>');
});

const walks = hostile.map((text): OwnerWalk => {
  const from: TeamSource = { kind: text, namespace: text, name: text, field: 'label', key: text, value: text };
  const team: OwnerWalk['team'] = { name: text, status: 'owned', from, candidates: [], conflict: true, unasked: [text] };
  return {
    ...{ container: text, id: text, cluster: text, namespace: text, pod: text, team },
    steps: [
      { kind: text, namespace: text, name: text, outcome: 'asked', found: [{ name: text, from }] },
      { kind: 'Pod', namespace: null, name: 'web', outcome: 'gone', found: [] },
    ],
  };
});

it('the walk to a team does nothing to a terminal, and one long name does not make each of its lines as long', () => {
  for (const walk of walks) {
    const text = textOf(ownerWalkText([walk], { ...defaultConfig, ownership: { ...defaultConfig.ownership, keys: [walk.container] } }));
    expect(acting.exec(text)).toBeNull();
    // The head, the team, an empty line, two steps, an empty line, the keys.
    expect(text.trimEnd().split('\n')).toHaveLength(7);
    expect(text.split('\n').find((line) => line.includes('is gone'))?.length).toBeLessThan(3000);
  }
});

describe('a text of a megabyte takes no time to speak of', () => {
  // Where time grew with the square of the length it would be an hour.
  const long = 2 ** 20;
  it.each([
    ['letters behind a blank', ` ${'x'.repeat(long)}`],
    ['blanks', ' '.repeat(long)],
    ['backticks', '`'.repeat(long)],
    ['pipes', '|'.repeat(long)],
    ['semicolons', ';'.repeat(long)],
    ['marks on one letter', `a${'\u0301'.repeat(long)}`],
    ['escape sequences', '\u001b['.repeat(long / 2)],
  ])('%s', async (_, text) => {
    const report = reportOf([
      [text, 1, [text]],
      ['short', 1, ['a']],
    ]);
    for (const id of ['table', 'csv', 'markdown', 'html', 'ndjson'] as const) {
      const printedAs = textOf((await formats[id].load()).format(report, options));
      expect(printedAs.length).toBeGreaterThan(long);
      expect(printedAs.length).toBeLessThan(30 * long);
    }
  });
});

it('ten million letters that are not of ASCII are printed as Markdown', () => {
  const letters = '\u5b57'.repeat(10 * 2 ** 20);
  expect(textOf(markdown.format(reportOf([[letters, 1, []]]), options))).toContain(`| \`${letters}\` |`);
});

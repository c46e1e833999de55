import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { FormatOptions } from '../../src/format/formatter.ts';
import { type FormatId, formatters } from '../../src/format/formatters.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { foundContainer, harvestOf, packageRecord, scanWith, unreadScan } from '../fleet.ts';
import { installed } from '../installed.ts';
import { textOf } from './reports.ts';
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
const acting = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const options: FormatOptions = { terminal: false, color: false, headers: true };

async function printed(id: FormatId, more: Partial<FormatOptions> = {}): Promise<string[]> {
  const formatter = await formatters[id]();
  if (formatter.input === 'inventory') return [textOf(formatter.format(inventory))];
  return everyReport(inventory).map((report) => textOf(formatter.format(report, { ...options, ...more })));
}

describe.each(Object.keys(formatters) as FormatId[])('hostile names as %s', (id) => {
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

import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../../src/format/html.ts';
import { visibleText } from '../../src/format/visible-text.ts';
import { type Line, reportOf, textOf } from './reports.ts';

const print = (lines: readonly Line[], footer: readonly string[] = []) =>
  textOf(html.format(reportOf(lines, footer), { terminal: false, color: false, headers: true }));

/** What a browser takes for the elements of a name: a script ends where the first end tag stands. */
const contentsOf = (page: string, name: string) =>
  [...page.matchAll(new RegExp(`<${name}(?: [^>]*)?>(.*?)</${name}`, 'gis'))].map(([, content]) => content as string);

const dataIn = (page: string) => JSON.parse(contentsOf(page, 'script')[0] as string);
const hostile = '</script><script>alert(1)</script><!-- <script> \u2028 \u202e \u001b[31m "\'&';

describe('html', () => {
  it('holds the columns for people, the rows, and each name of lists once', () => {
    const page = print([
      ['bash', 3, ['a', 'b']],
      ['zlib', 1, ['b']],
    ]);
    expect(dataIn(page)).toEqual({
      columns: [
        { id: 'name', title: 'Name' },
        { id: 'count', title: 'Count', isNumber: true },
        { id: 'teams', title: 'Teams' },
      ],
      rows: [
        ['bash', 3, [0, 1]],
        ['zlib', 1, [1]],
      ],
      names: ['a', 'b'],
    });
  });

  it('allows the script and the style that are in it by their hashes, and nothing else', () => {
    const page = print([['bash', 3, []]]);
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [script, style] = [contentsOf(page, 'script')[1] as string, contentsOf(page, 'style')[0] as string];
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash(script)}`,
      `style-src ${hash(style)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(contentsOf(page, 'script')).toHaveLength(2);
    expect(page).not.toMatch(/ on[a-z]+=| style=|https?:\/\/(?!www\.w3\.org)/);
  });

  it('says in the footer what was not read, also to those who run no scripts', () => {
    const page = print([], ['2 containers run: 1 not read', hostile]);
    expect(page).toContain('<li>2 containers run: 1 not read</li>');
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(1)');
    expect(page).toContain('Incomplete: 1 of 4 containers not read, the team of 1 container not known');
    expect(contentsOf(page, 'script')).toHaveLength(2);
  });

  it('keeps within its element whatever the cells hold', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(hostile, '<!--', '-->', '<script', ']]>', '\\u003c', '__proto__'));
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), (name, teams) => {
        const page = print([[name, 1, teams]]);
        const { rows, names } = dataIn(page);
        expect(rows[0][0]).toBe(visibleText(name));
        expect(rows[0][2].map((position: number) => names[position])).toEqual(teams.map(visibleText));
        expect(contentsOf(page, 'script')).toHaveLength(2);
        expect(page).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
      { numRuns: 200 },
    );
  });
});

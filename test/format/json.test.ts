import { describe, expect, it } from 'vitest';
import { inventory as inventoryFormat } from '../../src/format/inventory.ts';
import { json } from '../../src/format/json.ts';
import { inventory, reportOf, textOf } from './reports.ts';

const print = (report: ReturnType<typeof reportOf>) => textOf(json.format(report, { terminal: true, color: true, headers: true }));
const rawControls = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('json', () => {
  it('is one document of version, view, time, what the report says of itself, coverage and the records of the rows', () => {
    const report = {
      ...reportOf([
        ['bash', 1, ['a']],
        ['zlib', 2, []],
      ]),
      record: { rowsLeftOut: 3 },
    };
    const { schemaVersion, view, generated, coverage } = report;
    expect(JSON.parse(print(report))).toEqual({
      schemaVersion,
      view,
      generated,
      rowsLeftOut: 3,
      coverage,
      rows: [
        { name: 'bash', count: 1, teams: ['a'] },
        { name: 'zlib', count: 2, teams: [] },
      ],
    });
  });

  it('keeps every value true, and has no control characters in it', () => {
    const name = '\u001b[31m"\\\r\n\t\u202e\u2028\u{1f600}é';
    const text = print(reportOf([[name, 1, [name]]]));
    expect(JSON.parse(text).rows).toEqual([{ name, count: 1, teams: [name] }]);
    expect(text).not.toMatch(rawControls);
  });

  it('has an empty list where there are no rows, and ends with a line end', () => {
    const text = print(reportOf([]));
    expect(JSON.parse(text).rows).toEqual([]);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('has one line a row, so that grep finds it whole', () => {
    const lines = print(
      reportOf([
        ['bash', 1, []],
        ['zlib', 2, []],
      ]),
    ).split('\n');
    expect(lines.filter((line) => line.startsWith('{"name"'))).toEqual([
      '{"name":"bash","count":1,"teams":[]},',
      '{"name":"zlib","count":2,"teams":[]}',
    ]);
  });
});

describe('inventory', () => {
  const text = textOf(inventoryFormat.format(inventory));

  it('leads back to the same Inventory', () => {
    expect(JSON.parse(text)).toEqual(inventory);
  });

  it('has no control characters in it, though the Inventory has', () => {
    expect(JSON.stringify(inventory)).toMatch(/\\u001b/);
    expect(text).not.toMatch(rawControls);
  });

  it('has its keys in the order of the schema, and one line a container, a package and a set', () => {
    expect([...text.matchAll(/^"(\w+)": /gm)].map(([, key]) => key).filter((key) => !/^[0-9a-f]{64}$/.test(key ?? ''))).toEqual(
      Object.keys(inventory),
    );
    const lines = text.split('\n');
    expect(lines.filter((line) => line.startsWith('{"id":')).length).toBe(inventory.containers.length);
    expect(lines.filter((line) => line.startsWith('{"type":')).length).toBe(inventory.packages.length);
    expect(lines.filter((line) => /^"[0-9a-f]{64}": \[/.test(line)).length).toBe(Object.keys(inventory.packageSets).length);
  });

  it('takes an Inventory that holds nothing', () => {
    const empty = { ...inventory, containers: [], packages: [], packageSets: {}, diagnostics: [] };
    expect(JSON.parse(textOf(inventoryFormat.format(empty)))).toEqual(empty);
  });
});

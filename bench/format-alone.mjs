// An output without the program around it: rows are made before, and what is printed is only counted.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const printer = `
import { performance } from 'node:perf_hooks';
import { csv } from './src/format/csv.ts';
import { ndjson } from './src/format/ndjson.ts';
const [, , id, count] = process.argv;
const columns = ['package', 'version', 'type', 'occurrences', 'teams'].map((id) => ({ id, title: id, audience: 'all' }));
const rows = Array.from({ length: Number(count) }, (_, i) => {
  const cells = ['package-' + i, '1:2.' + (i % 97) + '+deb12u' + (i % 7), 'deb', i % 1000, ['team-' + (i % 300), 'team-' + (i % 7), 'team-x']];
  return { cells, record: Object.fromEntries(columns.map(({ id }, column) => [id, cells[column]])) };
});
const report = { view: 'packages', schemaVersion: '0', generated: '', columns, rows, coverage: {}, footer: [] };
const plain = function* () { for (const { cells } of rows) yield JSON.stringify(cells); };
const parts = { csv: () => csv.format(report, { headers: true }), ndjson: () => ndjson.format(report, {}), plain }[id];
const start = performance.now();
let length = 0;
for (const part of parts()) length += part.length;
if (length < count) throw new Error(id + ' printed ' + length);
process.stdout.write(String(performance.now() - start));
`;

/** The arguments of Node for a program that prints so many rows (plain: by JSON.stringify), and then the milliseconds of it alone. */
export function formatAlone(work, id, rows) {
  const outfile = join(work, 'format-alone.mjs');
  const stdin = { contents: printer, resolveDir: '.', loader: 'js' };
  if (!existsSync(outfile)) buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  return [outfile, id, String(rows)];
}

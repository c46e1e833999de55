import type { Report, Row } from '../model/report.ts';
import type { ReportFormatter } from './formatter.ts';
import { jsonText } from './visible-text.ts';

export const json: ReportFormatter = {
  format: formatJson,
};

function* formatJson({ schemaVersion, view, generated, record, coverage, older, rows }: Report): Generator<string> {
  yield `${jsonText({ schemaVersion, view, generated, ...record }).slice(0, -1)},
`;
  yield `"coverage":${jsonText(coverage)},
`;
  if (older !== undefined)
    yield `"older":${jsonText(older)},
`;
  yield '"rows":';
  yield* jsonLines(recordsOf(rows));
  yield '}\n';
}

function* recordsOf(rows: Iterable<Row>): Generator<Row['record']> {
  for (const { record } of rows) yield record;
}

/** A JSON array with one line for each item: no string of the whole is ever made. */
export function* jsonLines(items: Iterable<unknown>): Generator<string> {
  let before = '[\n';
  for (const item of items) {
    yield `${before}${jsonText(item)}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]' : '\n]';
}

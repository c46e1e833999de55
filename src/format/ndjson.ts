import type { Report } from '../model/report.ts';
import type { ReportFormatter } from './formatter.ts';
import { jsonText } from './visible-text.ts';

/**
 * One JSON object a line, for log collectors and line-wise tools. Each line stands alone: the view and the time come first in
 * it. The last line has no record, but the number of rows, and what JSON has beside them: where it is missing, the rest is not whole.
 */
export const ndjson: ReportFormatter = {
  format: formatNdjson,
};

function* formatNdjson({ view, schemaVersion, generated, record: about, rows, coverage, older }: Report): Generator<string> {
  let count = 0;
  for (const { record } of rows) {
    yield `${jsonText({ view, generated, ...record })}\n`;
    count++;
  }
  yield `${jsonText({ view, generated, schemaVersion, ...about, rows: count, coverage, older })}\n`;
}

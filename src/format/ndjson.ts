import type { Report } from '../model/report.ts';
import type { ReportFormatter } from './formatter.ts';
import { jsonText } from './visible-text.ts';

/**
 * One JSON object per line, for log collectors and line-based tools. Each line stands alone, and starts with view and time. The last line
 * has no record, but the number of rows and what JSON has beside them: if it is missing, the output is cut off.
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

import { stringify } from 'csv-stringify/sync';
import { safeCell } from './csv-cell.js';

/** The library quotes the whole end of a record, and a reader takes half of one for an end too. */
const OPTIONS = { record_delimiter: '\r\n', quoted_match: /[\r\n]/ } as const;

/** RFC 4180 with a header; no cell is run by a spreadsheet that opens it. */
export function toCsv(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return stringify([columns, ...rows.map((row) => row.map(safeCell))], OPTIONS);
}

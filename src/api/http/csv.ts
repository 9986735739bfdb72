import { stringify } from 'csv-stringify/sync';
import { safeCell } from './csv-cell.js';

/** RFC 4180 with a header; no cell is run by a spreadsheet that opens it. */
export function toCsv(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return stringify([columns, ...rows.map((row) => row.map(safeCell))], { record_delimiter: '\r\n' });
}

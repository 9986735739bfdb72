import { assertNever } from '../../../kernel/assert.js';
import type { Row, Table } from '../../model/export/table.js';
import { CsvWriter } from './csv.writer.js';
import { JsonLinesWriter } from './json-lines.writer.js';
import { ParquetTableWriter } from './parquet.writer.js';

/** Where the bytes of a file go, in order. Wait for it: what is written faster is kept in memory. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/** Writes rows as they come, and keeps no more of them than a page. */
export interface TableWriter {
  write(rows: Iterable<Row>): Promise<void>;
  /** Writes what a file needs at its end. */
  finish(): Promise<void>;
}

export type TableFormat = 'csv' | 'jsonl' | 'parquet';

/** The same rows give the same bytes. */
export function openTable(format: TableFormat, table: Table, sink: ByteSink): TableWriter {
  switch (format) {
    case 'csv':
      return new CsvWriter(table, sink);
    case 'jsonl':
      return new JsonLinesWriter(table, sink);
    case 'parquet':
      return new ParquetTableWriter(table, sink);
    default:
      return assertNever(format);
  }
}

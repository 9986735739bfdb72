import type { Issue } from '../../../kernel/issue.js';
import { monthOf, parseMonth, type Instant } from '../../../kernel/time.js';

/** What may be exported of a month. */
export const DATASETS = [
  'ledger_entries',
  'usage_hours',
  'invoice_lines',
  'journal_entries',
  'focus_cost_and_usage',
  'focus_invoice_detail',
  'focus_billing_period',
  'focus_contract_commitment',
  'documents',
  'e_invoices',
] as const;
export type Dataset = (typeof DATASETS)[number];

export const FORMATS = ['csv', 'jsonl', 'parquet', 'pdf_zip', 'ubl_zip', 'factur_x_zip'] as const;
export type Format = (typeof FORMATS)[number];

/**
 * Raised when a release writes files in another way on purpose, such as with a new column: what was
 * made before is then no comparison for what is made after.
 */
export const LAYOUT = 6;

/** What each data set can be had as. */
export const FORMATS_OF: Readonly<Record<Dataset, readonly Format[]>> = {
  ledger_entries: ['csv', 'jsonl', 'parquet'],
  usage_hours: ['csv', 'jsonl', 'parquet'],
  invoice_lines: ['csv', 'jsonl', 'parquet'],
  journal_entries: ['csv'],
  focus_cost_and_usage: ['csv', 'parquet'],
  focus_invoice_detail: ['csv', 'parquet'],
  focus_billing_period: ['csv', 'parquet'],
  focus_contract_commitment: ['csv', 'parquet'],
  documents: ['pdf_zip'],
  e_invoices: ['ubl_zip', 'factur_x_zip'],
};

/** A data set made of documents and not of rows. */
export type DocumentSet = 'documents' | 'e_invoices';
export type RowSet = Exclude<Dataset, DocumentSet>;

export function isDocumentSet(dataset: Dataset): dataset is DocumentSet {
  return dataset === 'documents' || dataset === 'e_invoices';
}

export interface ExportRequest {
  readonly dataset: Dataset;
  readonly format: Format;
  /** UTC, such as `2026-11`. */
  readonly month: string;
  /** Of the one invoice or credit note that it is of; null: what counts of the month. */
  readonly document: string | null;
}

/** A month, or the number of a document. */
export interface AskedExport extends Pick<ExportRequest, 'dataset' | 'format'> {
  readonly month: string | null;
  readonly number: string | null;
}

/** What is wrong with a request, field by field, and what would be accepted. */
export function checkExport({ dataset, format, month, number }: AskedExport, now: Instant): readonly Issue[] {
  const issues: Issue[] = [];
  if (!FORMATS_OF[dataset].includes(format)) {
    const accepted = FORMATS_OF[dataset].map((name) => name.toUpperCase()).join(', ');
    const reason = `${dataset.toUpperCase()} is not made as ${format.toUpperCase()}`;
    issues.push({ field: 'format', reason, accepted });
  }
  if ((month === null) === (number === null)) return [...issues, ONE_OF_BOTH];
  return month === null ? issues : [...issues, ...monthIssues(month, now)];
}

const ONE_OF_BOTH: Issue = { field: 'month', reason: 'is to be given, or number, and not both', accepted: 'a month, or the number of an invoice or credit note' };

/** What has no rows of its own. */
export const NO_ROWS: Issue = { field: 'number', reason: 'is of a credit note, which is rows of its month', accepted: 'the number of an invoice, or dataset DOCUMENTS or E_INVOICES' };

function monthIssues(month: string, now: Instant): readonly Issue[] {
  const start = parseMonth(month);
  const accepted = `a month that has begun, such as ${monthOf(now)}`;
  if (!start.ok) return [{ field: 'month', reason: 'is no month', accepted }];
  return start.value > now ? [{ field: 'month', reason: 'has not begun', accepted }] : [];
}

const SUFFIX: Readonly<Record<Format, string>> = {
  csv: 'csv',
  jsonl: 'jsonl',
  parquet: 'parquet',
  pdf_zip: 'pdf.zip',
  ubl_zip: 'ubl.zip',
  factur_x_zip: 'factur-x.zip',
};

export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  pdf_zip: 'application/zip',
  ubl_zip: 'application/zip',
  factur_x_zip: 'application/zip',
};

/** What a file is of, beside what was asked for. */
export interface FileOf {
  /** The invoice or credit note; null: its month has none. */
  readonly number: string | null;
  /** The month, or the document that was asked for, takes nothing any more. */
  readonly isFinal: boolean;
  /** The document is void by now. */
  readonly isVoid: boolean;
}

/**
 * `headroom-usage-hours-2026-11-HR-2026-000001.csv`; of a month without an invoice `…-draft.csv`, and `…-final.csv` once it is closed. Documents of one number are
 * `headroom-documents-HR-2026-000001.pdf.zip`, and of one that is void by now `…-void.pdf.zip`.
 */
export function fileNameOf({ dataset, format, month, document }: ExportRequest, { number, isFinal, isVoid }: FileOf): string {
  const isOfOne = document !== null && isDocumentSet(dataset);
  const what = isOfOne ? `${document}${isVoid ? '-void' : ''}` : `${month}-${number ?? (isFinal ? 'final' : 'draft')}`;
  return `headroom-${dataset.replaceAll('_', '-')}-${what}.${SUFFIX[format]}`;
}

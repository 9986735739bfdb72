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
export const LAYOUT = 5;

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
}

/** What is wrong with a request, field by field, and what would be accepted. */
export function checkExport({ dataset, format, month }: ExportRequest, now: Instant): readonly Issue[] {
  const issues: Issue[] = [];
  if (!FORMATS_OF[dataset].includes(format)) {
    const accepted = FORMATS_OF[dataset].map((name) => name.toUpperCase()).join(', ');
    const reason = `${dataset.toUpperCase()} is not made as ${format.toUpperCase()}`;
    issues.push({ field: 'format', reason, accepted });
  }
  const start = parseMonth(month);
  const accepted = `a month that has begun, such as ${monthOf(now)}`;
  if (!start.ok) issues.push({ field: 'month', reason: 'is no month', accepted });
  else if (start.value > now) issues.push({ field: 'month', reason: 'has not begun', accepted });
  return issues;
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

/** `headroom-usage-hours-2026-11-HR-2026-000001.csv`; of a month without an invoice `…-draft.csv`. */
export function fileNameOf({ dataset, format, month }: ExportRequest, invoice: string | null): string {
  return `headroom-${dataset.replaceAll('_', '-')}-${month}-${invoice ?? 'draft'}.${SUFFIX[format]}`;
}

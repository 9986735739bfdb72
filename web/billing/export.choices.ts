import type { Export } from './exports.documents.js';

export type Dataset = Export['dataset'];
export type Format = Export['format'];

const ROWS: readonly Format[] = ['CSV', 'JSONL', 'PARQUET'];
const FOCUS: readonly Format[] = ['CSV', 'PARQUET'];

/** What can be had, as what: the exchange decides, this keeps what it would refuse off the page. */
export const DATASETS: readonly { readonly value: Dataset; readonly text: string; readonly formats: readonly Format[] }[] = [
  { value: 'DOCUMENTS', text: 'Invoice, statement and credit notes', formats: ['PDF_ZIP'] },
  { value: 'E_INVOICES', text: 'E-invoices (EN 16931)', formats: ['UBL_ZIP', 'FACTUR_X_ZIP'] },
  { value: 'INVOICE_LINES', text: 'Invoice lines', formats: ROWS },
  { value: 'LEDGER_ENTRIES', text: 'Ledger, line by line', formats: ROWS },
  { value: 'JOURNAL_ENTRIES', text: 'Journal, for an accounting program', formats: ['CSV'] },
  { value: 'USAGE_HOURS', text: 'Usage by hour', formats: ROWS },
  { value: 'FOCUS_COST_AND_USAGE', text: 'FOCUS: cost and usage', formats: FOCUS },
  { value: 'FOCUS_INVOICE_DETAIL', text: 'FOCUS: invoice detail', formats: FOCUS },
  { value: 'FOCUS_BILLING_PERIOD', text: 'FOCUS: billing period', formats: FOCUS },
  { value: 'FOCUS_CONTRACT_COMMITMENT', text: 'FOCUS: contract commitment', formats: FOCUS },
];

export const FORMATS: Readonly<Record<Format, string>> = {
  CSV: 'CSV',
  JSONL: 'JSON Lines',
  PARQUET: 'Parquet',
  PDF_ZIP: 'PDF files, zipped',
  UBL_ZIP: 'UBL 2.1, zipped',
  FACTUR_X_ZIP: 'Factur-X, zipped',
};

export const datasetName = (dataset: Dataset): string =>
  DATASETS.find(({ value }) => value === dataset)?.text ?? dataset;

export const formatsOf = (dataset: Dataset): readonly Format[] =>
  DATASETS.find(({ value }) => value === dataset)?.formats ?? [];

export const isUnderWay = ({ status }: Pick<Export, 'status'>): boolean => status === 'QUEUED' || status === 'RUNNING';

/** How far a file is, of 100; null: not known yet. */
export function progressOf({ rowsDone, rowsExpected }: Pick<Export, 'rowsDone' | 'rowsExpected'>): number | null {
  if (rowsExpected === null) return null;
  const [done, expected] = [BigInt(rowsDone), BigInt(rowsExpected)];
  return expected === 0n ? 100 : Number((done * 100n) / expected);
}

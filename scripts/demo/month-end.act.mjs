// The last act: a month is closed, and its files are on disk.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from './check.mjs';
import { until } from './client.mjs';
import { chapter, say, usd } from './say.mjs';

/** Where the month's files are left. */
const FOLDER = join(process.env.DATA_DIR || '.headroom', 'month-end');
const DOLLAR_PLACES = 6;
/** What is earned and what is spent; all others are what one has and owes. */
const RESULT = /^[46]/;

/** Each with what has to be true of it, which answers with what is told of it. */
const WANTED = [
  { dataset: 'FOCUS_COST_AND_USAGE', format: 'CSV', holds: comesTo('BilledCost') },
  { dataset: 'FOCUS_COST_AND_USAGE', format: 'PARQUET', holds: isParquet },
  { dataset: 'FOCUS_INVOICE_DETAIL', format: 'CSV', holds: comesTo('BilledCost') },
  { dataset: 'FOCUS_BILLING_PERIOD', format: 'CSV', holds: isClosed },
  { dataset: 'FOCUS_CONTRACT_COMMITMENT', format: 'CSV', holds: hasRows },
  { dataset: 'INVOICE_LINES', format: 'CSV', holds: comesTo('amount_usd') },
  { dataset: 'LEDGER_ENTRIES', format: 'CSV', holds: balances },
  { dataset: 'JOURNAL_ENTRIES', format: 'CSV', holds: isTheResult },
  { dataset: 'DOCUMENTS', format: 'PDF_ZIP', holds: isArchive },
];

/** @param finance who fetches the files; `due` is what the month comes to by the demo's own arithmetic */
export async function closeMonth({ finance, month, number, due }) {
  chapter(`9. ${month} is closed: finance has its files made`);
  await mkdir(FOLDER, { recursive: true });
  const total = due.charges - due.credits;
  for (const { dataset, format, holds } of WANTED) {
    const { fileName, bytes } = await fetchFile(finance, { dataset, format, month });
    await writeFile(join(FOLDER, fileName), bytes);
    const told = holds({ fileName, bytes, total });
    say(`  ${fileName}, ${bytes.length} bytes${told}`);
  }
  const pdf = Buffer.from(await (await finance.get(`/exports/invoice.pdf?month=${month}`)).arrayBuffer());
  check('the head of the PDF', pdf.subarray(0, 5).toString(), '%PDF-');
  await writeFile(join(FOLDER, `invoice-${month}.pdf`), pdf);
  say(`invoice ${number}, its lines, FOCUS and the result in the ledger's journal: ${usd(total)} each. They are in ${FOLDER}`);
  return { files: WANTED.length + 1, resultMicroUsd: total.toString() };
}

async function fetchFile(finance, input) {
  const { export: asked } = await finance.mutate('requestExport', input, 'export { exportId }');
  const query = 'query($id: ID!) { export(exportId: $id) { status isFinal fileName sha256 download { path } } }';
  const ask = async () => (await finance.ask(query, { id: asked.exportId })).export;
  const made = await until(ask, ({ status }) => status === 'READY', `the export of ${input.dataset}`);
  check(`${made.fileName} is final`, made.isFinal, true);
  const bytes = Buffer.from(await (await finance.get(made.download.path)).arrayBuffer());
  check(`the hash of ${made.fileName}`, createHash('sha256').update(bytes).digest('hex'), made.sha256);
  return { ...made, bytes };
}

/** A column of amounts sums to the month. */
function comesTo(name) {
  return ({ fileName, bytes, total }) => {
    const sum = rowsOf(bytes).reduce((all, row) => all + micro(row[name]), 0n);
    check(`the sum of ${fileName}`, sum, total);
    return `: ${usd(sum)}`;
  };
}

/** Double entry: what goes out of one account comes into another. */
function balances({ fileName, bytes }) {
  const rows = rowsOf(bytes);
  check(`the sum of ${fileName}`, rows.reduce((all, row) => all + micro(row.amount_usd), 0n), 0n);
  return `: ${rows.length} lines that sum to zero`;
}

/** By the ledger itself: what was spent less what was earned is what the invoice says. */
function isTheResult({ fileName, bytes, total }) {
  const rows = rowsOf(bytes);
  const sum = (of) => of.reduce((all, row) => all + micro(row.debit || '0') - micro(row.credit || '0'), 0n);
  check(`debits less credits of ${fileName}`, sum(rows), 0n);
  const result = sum(rows.filter(({ account_code: code }) => RESULT.test(code)));
  check(`the result in ${fileName}`, result, total);
  return `: spent less earned is ${usd(result)}`;
}

function isClosed({ fileName, bytes }) {
  check(`the status in ${fileName}`, rowsOf(bytes).map((row) => row.BillingPeriodStatus), ['Closed']);
  return ': the period is closed';
}

function hasRows({ fileName, bytes }) {
  const ids = rowsOf(bytes).map((row) => row.ContractCommitmentId);
  check(`different commitments of ${fileName}`, ids.length > 0 && new Set(ids).size === ids.length, true);
  return `: ${ids.length} commitments`;
}

function isParquet({ fileName, bytes }) {
  const marks = [bytes.subarray(0, 4), bytes.subarray(-4)].map(String);
  check(`the marks of ${fileName}`, marks, ['PAR1', 'PAR1']);
  return '';
}

function isArchive({ fileName, bytes }) {
  check(`the mark of ${fileName}`, bytes.subarray(0, 2).toString(), 'PK');
  return '';
}

/** Rows by their columns' names. No cell of these files has a line break in it. */
function rowsOf(bytes) {
  const [header, ...rows] = bytes.toString().trim().split('\r\n').map(cellsOf);
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index]])));
}

const cellsOf = (line) => [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell);

function micro(text) {
  const [whole, fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(DOLLAR_PLACES, '0'));
  return text.startsWith('-') ? -value : value;
}

// The last act: a month is closed, and its files are on disk.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from './check.mjs';
import { until } from './client.mjs';
import { say, usd } from './say.mjs';

const DOLLAR_PLACES = 6;
const WANTED = [
  { dataset: 'FOCUS_COST_AND_USAGE', format: 'CSV', amounts: 'BilledCost' },
  { dataset: 'FOCUS_INVOICE_DETAIL', format: 'CSV', amounts: 'BilledCost' },
  { dataset: 'INVOICE_LINES', format: 'CSV', amounts: 'amount_usd' },
  { dataset: 'DOCUMENTS', format: 'PDF_ZIP', amounts: null },
];

/** @param finance who fetches the files; `due` is what the month comes to by the demo's own arithmetic */
export async function closeMonth({ finance, month, due, folder }) {
  say('the month is closed: finance has its files made');
  await mkdir(folder, { recursive: true });
  const files = [];
  for (const { dataset, format, amounts } of WANTED) {
    const { fileName, sha256, bytes } = await fetchFile(finance, { dataset, format, month });
    await writeFile(join(folder, fileName), bytes);
    if (amounts !== null) check(`the sum of ${fileName}`, sumOf(bytes.toString(), amounts), due.charges - due.credits);
    files.push({ fileName, sha256 });
    say(`  ${fileName}, ${bytes.length} bytes`);
  }
  const pdf = Buffer.from(await (await finance.get(`/exports/invoice.pdf?month=${month}`)).arrayBuffer());
  check('the head of the PDF', pdf.subarray(0, 5).toString(), '%PDF-');
  await writeFile(join(folder, `invoice-${month}.pdf`), pdf);
  say(`every file comes to ${usd(due.charges - due.credits)}, as the ledger does; they are in ${folder}`);
  return { files: files.length + 1 };
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

/** Of a column without quotes in it: what stands before it may be quoted. */
function sumOf(csv, name) {
  const [header, ...rows] = csv.trim().split('\r\n').map(cellsOf);
  const column = header.indexOf(name);
  return rows.reduce((sum, row) => sum + micro(row[column]), 0n);
}

const cellsOf = (line) => [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell);

function micro(text) {
  const [whole, fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(DOLLAR_PLACES, '0'));
  return text.startsWith('-') ? -value : value;
}

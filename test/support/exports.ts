import { createHash } from 'node:crypto';
import { parquetReadObjects } from 'hyparquet';
import type { ApiClient, TestApp } from './app.js';
import { until } from './until.js';

/** Of a month, or of one document. */
export interface AskedFile {
  readonly dataset: string;
  readonly format: string;
  readonly month?: string;
  readonly number?: string;
}

export interface ExportedFile {
  readonly facts: Record<string, any>;
  readonly bytes: Buffer;
}

const FIELDS = `exportId dataset format month status isFinal invoiceNumber closedAt rowsDone rowsExpected bytes sha256
  fileName failure download { path expiresAt }`;

export function requestExport(
  client: ApiClient,
  what: AskedFile,
  key = client.nextKey(),
): Promise<Record<string, any>> {
  return client.mutate('requestExport', 'RequestExportInput', { ...what }, {
    key,
    fields: `... on RequestExportSuccess { export { exportId status } } ... on ValidationRejection { issues { field reason accepted } }
      ... on TooManyExportsRejection { openMax }`,
  });
}

export async function lookAt(client: ApiClient, exportId: string): Promise<Record<string, any>> {
  const { data, errors } = await client.ask(`query($id: ID!) { export(exportId: $id) { ${FIELDS} } }`, { id: exportId });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['export'];
}

/** Asks for a file, waits until it is there, and fetches it as somebody without credentials. */
export async function exported(
  app: TestApp,
  client: ApiClient,
  what: AskedFile,
): Promise<ExportedFile> {
  const made = await requestExport(client, what);
  const { exportId } = made['export'] ?? {};
  if (exportId === undefined) throw new Error(JSON.stringify(made));
  const facts = await until(() => lookAt(client, exportId), ({ status }) => ['READY', 'FAILED'].includes(status));
  if (facts['status'] === 'FAILED') throw new Error(String(facts['failure']));
  const response = await fetch(`${app.url}${facts['download'].path}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(bytes.toString());
  if (createHash('sha256').update(bytes).digest('hex') !== facts['sha256']) throw new Error('another file');
  return { facts, bytes };
}

/** What the lines of an invoice or its draft are. */
export async function kindsOn(client: ApiClient, month: string): Promise<readonly string[]> {
  const { data } = await client.ask('query($month: String!) { invoice(month: $month) { lines { kind } } }', { month });
  return data?.['invoice'].lines.map(({ kind }: { readonly kind: string }) => kind);
}

export const parquetOf = async ({ bytes }: ExportedFile): Promise<Record<string, any>[]> =>
  parquetReadObjects({ file: new Uint8Array(bytes).buffer as ArrayBuffer });

/** Rows of a CSV by the names in its header. */
export function tableOf({ bytes }: ExportedFile): Record<string, string>[] {
  const [header = [], ...rows] = parseCsv(bytes.toString());
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

function parseCsv(text: string): string[][] {
  const cell = /("(?:[^"]|"")*"|[^,\r]*)(,|\r\n)/y;
  const rows: string[][] = [[]];
  for (let match = cell.exec(text); match !== null && match[0] !== ''; match = cell.exec(text)) {
    const [, raw = '', end] = match;
    rows.at(-1)?.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

/** Decimal dollars as micro-USD. */
export function microOf(text: string): bigint {
  const [, sign, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const value = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  return sign === '-' ? -value : value;
}

/** Of a column of dollars. */
export const sumOf = (rows: readonly Record<string, string>[], column: string): bigint =>
  rows.reduce((all, row) => all + microOf(row[column] ?? ''), 0n);

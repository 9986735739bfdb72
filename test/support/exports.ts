import { createHash } from 'node:crypto';
import type { ApiClient, TestApp } from './app.js';
import { until } from './trading.js';

export interface ExportedFile {
  readonly facts: Record<string, any>;
  readonly bytes: Buffer;
}

const FIELDS = `exportId dataset format month status isFinal invoiceNumber rowsDone rowsExpected bytes sha256
  fileName failure download { path expiresAt }`;

export function requestExport(
  client: ApiClient,
  what: { readonly dataset: string; readonly format: string; readonly month: string },
  key = client.nextKey(),
): Promise<Record<string, any>> {
  return client.mutate('requestExport', 'RequestExportInput', what, {
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
  what: { readonly dataset: string; readonly format: string; readonly month: string },
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

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SETTINGS } from '../../src/platform/platform.module.js';
import { ISSUES, type ApiClient, type TestApp } from './app.js';
import { until } from './until.js';

export const ENDPOINT = 'endpoint { endpointId url kinds description failingSince disabledAt disabledBecause previousSecretUntil }';
const DELIVERY = 'deliveryId eventId kind body status nextAttemptAt attempts { number responseStatus failure durationMs }';
export const REFUSED = `... on NotFoundRejection { field } ... on StateRejection { state }`;

export interface Registered {
  readonly endpointId: string;
  readonly secret: string;
}

/** An endpoint of an organization's. */
export async function registerEndpoint(owner: ApiClient, url: string, kinds: readonly string[]): Promise<Registered> {
  const input = { url, kinds, description: 'Books' };
  const fields = `... on CreateWebhookEndpointSuccess { ${ENDPOINT} secret }`;
  const made = await owner.mustMutate('createWebhookEndpoint', 'CreateWebhookEndpointInput', input, { fields });
  return { endpointId: made['endpoint'].endpointId, secret: made['secret'] };
}

export async function update(owner: ApiClient, input: Record<string, unknown>): Promise<Record<string, any>> {
  const fields = `... on UpdateWebhookEndpointSuccess { ${ENDPOINT} } ${ISSUES} ... on NotFoundRejection { field }`;
  return owner.mutate('updateWebhookEndpoint', 'UpdateWebhookEndpointInput', input, { fields });
}

export async function sendTest(owner: ApiClient, endpointId: string): Promise<Record<string, any>> {
  const fields = `... on SendTestEventSuccess { delivery { ${DELIVERY} } } ${REFUSED}`;
  return owner.mutate('sendTestEvent', 'WebhookEndpointInput', { endpointId }, { fields });
}

export async function resend(owner: ApiClient, deliveryId: string): Promise<Record<string, any>> {
  const fields = `... on ResendDeliverySuccess { delivery { ${DELIVERY} } } ${REFUSED}`;
  return owner.mutate('resendDelivery', 'ResendDeliveryInput', { deliveryId }, { fields });
}

export async function deliveries(client: ApiClient, endpointId: string): Promise<readonly any[]> {
  const query = `query($endpointId: ID) { webhookDeliveries(endpointId: $endpointId) { edges { node { ${DELIVERY} } } } }`;
  const { data } = await client.ask(query, { endpointId });
  return data?.['webhookDeliveries'].edges.map(({ node }: any) => node);
}

/** The newest delivery to an endpoint, once it is as awaited. */
export async function delivery(client: ApiClient, endpointId: string, isThere: (one: any) => boolean): Promise<any> {
  const all = await until(() => deliveries(client, endpointId), ([one]) => one !== undefined && isThere(one));
  return all[0];
}

export const endpointOf = async (client: ApiClient, endpointId: string): Promise<any> => {
  const query = '{ webhookEndpoints { edges { node { endpointId failingSince disabledAt disabledBecause } } } }';
  const { data } = await client.ask(query);
  return data?.['webhookEndpoints'].edges.map(({ node }: any) => node).find((one: any) => one.endpointId === endpointId);
};

/** Messages of the stand-in, once there are so many that hold a text. */
export async function letters(app: TestApp, text: string, count: number): Promise<readonly string[]> {
  const folder = join(app.application.get<{ DATA_DIR: string }>(SETTINGS).DATA_DIR, 'mail');
  const read = async (): Promise<readonly string[]> => {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'));
    const all = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return all.filter((letter) => letter.includes(text));
  };
  return until(read, ({ length }) => length >= count);
}

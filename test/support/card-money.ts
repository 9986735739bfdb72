import type { StripeCallKind } from '../../src/billing/model/stripe-call.js';
import type { ApiClient } from './app.js';
import { until } from './until.js';

export const usd = (dollars: number): string => `${BigInt(Math.round(dollars * 100)) * 10_000n}`;

export async function wallet(client: ApiClient): Promise<Record<string, string>> {
  return (await client.ask('{ wallet { balance owed refunding } }')).data?.['wallet'];
}
export const becomes = (client: ApiClient, expected: Record<string, string>): Promise<unknown> =>
  until(() => wallet(client), (now) => Object.entries(expected).every(([name, value]) => now[name] === value));

const SETUP = `... on SetUpPaymentMethodSuccess { clientSecret setup { setupId status paymentMethodId failureCode } }
  ... on PaymentMethodDeclinedRejection { setupId reason } ... on ValidationRejection { issues { field } }`;
export const setUp = (client: ApiClient, paymentMethodId: string | null, key = client.nextKey()): Promise<Record<string, any>> =>
  client.mutate('setUpPaymentMethod', 'SetUpPaymentMethodInput', { paymentMethodId }, { key, fields: SETUP });

export async function methods(client: ApiClient): Promise<readonly Record<string, any>[]> {
  const { data } = await client.ask(
    '{ paymentMethods(first: 10) { edges { node { paymentMethodId brand last4 expiryYear status isDefault } } } }',
  );
  return data?.['paymentMethods'].edges.map(({ node }: any) => node);
}

/** A saved card's id. */
export async function save(client: ApiClient, card = 'pm_card_visa'): Promise<string> {
  const known = (await methods(client)).map(({ paymentMethodId }) => paymentMethodId);
  const key = client.nextKey();
  const { setup } = await until(() => setUp(client, card, key), (answer) => answer['setup']?.status !== 'PENDING');
  if (setup?.status !== 'SUCCEEDED') throw new Error(`the setup is ${setup?.status}`);
  return (await methods(client)).find(({ paymentMethodId }) => !known.includes(paymentMethodId))?.['paymentMethodId'];
}

export async function calls(client: ApiClient, kind: StripeCallKind): Promise<readonly Record<string, any>[]> {
  const { data } = await client.ask('{ stripeCalls(first: 50) { edges { node { callId kind subject status failureCode } } } }');
  return data?.['stripeCalls'].edges.map(({ node }: any) => node).filter((one: any) => one.kind === kind.toUpperCase());
}

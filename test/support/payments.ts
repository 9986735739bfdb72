import { randomBytes } from 'node:crypto';
import { Stripe } from 'stripe';
import { openDispute } from '../../src/billing/adapter/stripe/stand-in/dispute.operations.js';
import type { StripeStandIn } from '../../src/billing/adapter/stripe/stand-in/stand-in.server.js';
import { signWebhook } from '../../src/billing/adapter/stripe/stand-in/webhook-delivery.js';
import { StripeGateway } from '../../src/billing/adapter/stripe/stripe.gateway.js';
import { PaymentProvider } from '../../src/billing/application/payment-provider.js';
import { present } from '../../src/kernel/assert.js';
import type { Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import type { ApiClient, TestApp } from './app.js';
import { clockOf } from './trading.js';
import { until } from './until.js';

const TOP_UP_FIELDS = `
  ... on TopUpWalletSuccess { topUp { topUpId amount status failureCode } }
  ... on PaymentDeclinedRejection { topUpId reason }
  ... on ValidationRejection { issues { field reason accepted } }`;
const IMPATIENT_MS = 2_000;

/** A payment as it would stand in an event of Stripe's. */
export interface Intent {
  readonly id: string;
  readonly amount: number;
  readonly status: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What tests of payments do over and over: as a customer, and as Stripe. */
export class Payments {
  readonly provider: PaymentProvider;
  readonly stripe: Stripe;

  constructor(private readonly app: TestApp) {
    this.provider = app.application.get(PaymentProvider);
    const { secretKey, host, port, protocol } = this.simulator.connection;
    this.stripe = new Stripe(secretKey, { host, port, protocol, telemetry: false });
  }

  get simulator(): StripeStandIn {
    return present(this.provider.simulator, 'the stand-in for Stripe');
  }

  get secret(): string {
    return present(this.provider.webhookSecrets[0], 'webhook secret');
  }

  /** A gateway that asks once and does not wait long, so that a test sees what a customer would. */
  impatient(): void {
    const clock = clockOf(this.app);
    const gateway = new StripeGateway({
      ...this.simulator.connection,
      clock: () => clock.now(),
      timeoutMs: IMPATIENT_MS,
      maxNetworkRetries: 0,
    });
    Object.defineProperty(this.provider, 'gateway', { value: gateway });
  }

  topUp(
    client: ApiClient,
    usd: number,
    { paymentMethod = 'pm_card_visa', key = client.nextKey() } = {},
  ): Promise<Record<string, any>> {
    const input = { amount: `${BigInt(usd * 100) * 10_000n}`, paymentMethod };
    return client.mutate('topUpWallet', 'TopUpWalletInput', input, { key, fields: TOP_UP_FIELDS });
  }

  /** The bank takes back a payment of a client's, because the holder of its card says so. */
  async dispute(client: ApiClient): Promise<void> {
    const [topUpId = ''] = Object.keys(await this.history(client));
    const [payment] = await this.intentsOf(topUpId);
    await this.simulator.happen(openDispute(present(payment, 'the payment').id));
  }

  /** What a client's payments have become, by name. */
  async history(client: ApiClient): Promise<Readonly<Record<string, string>>> {
    const { data } = await client.ask(
      '{ topUpHistory(first: 50) { edges { node { topUpId status } } } }',
    );
    const nodes = data?.['topUpHistory'].edges.map(({ node }: any) => [node.topUpId, node.status]);
    return Object.fromEntries(nodes) as Readonly<Record<string, string>>;
  }

  /** Payments at Stripe for a top-up. */
  async intentsOf(topUpId: string): Promise<readonly Stripe.PaymentIntent[]> {
    const all = await this.stripe.paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
    return all.filter(({ metadata }) => metadata['headroom_top_up_id'] === topUpId);
  }

  async intentCount(): Promise<number> {
    const all = await this.stripe.paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
    return all.length;
  }

  event(type: string, object: object, changes: object = {}): Record<string, unknown> {
    const id = `evt_${randomBytes(12).toString('hex')}`;
    const created = Math.floor(clockOf(this.app).now() / 1_000);
    return { id, object: 'event', type, created, livemode: false, data: { object }, ...changes };
  }

  signed(body: string, at: number = clockOf(this.app).now(), secret = this.secret): string {
    return signWebhook(body, secret, at as Instant);
  }

  /** Posts a body as it is. */
  post(body: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    const all = { 'content-type': 'application/json; charset=utf-8', ...headers };
    return fetch(`${this.app.url}/webhooks/stripe`, { method: 'POST', body, headers: all });
  }

  /** Posts an event as Stripe would; answers with the status. */
  async tell(event: object): Promise<number> {
    const body = JSON.stringify(event, null, 2);
    const { status } = await this.post(body, { 'stripe-signature': this.signed(body) });
    if (status === 200) await this.processed((event as { readonly id: string }).id);
    return status;
  }

  /** Webhooks are answered before they are processed. */
  async processed(eventId: string): Promise<void> {
    const { stripeEvent } = this.app.application.get(Database);
    const find = () => stripeEvent.findUnique({ where: { eventId }, select: { processedAt: true } });
    await until(find, (row) => (row?.processedAt ?? null) !== null);
  }

  /** Everything that Stripe's stand-in has sent so far was delivered and processed. */
  async settled(): Promise<void> {
    await this.simulator.deliveriesSettled();
    const { stripeEvent } = this.app.application.get(Database);
    await until(() => stripeEvent.count({ where: { processedAt: null } }), (open) => open === 0);
  }

  /** What the webhook door wrote down about an event. */
  async noted(eventId: unknown): Promise<{ readonly type: string; readonly matched: boolean } | null> {
    const database = this.app.application.get(Database);
    return database.stripeEvent.findUnique({
      where: { eventId: String(eventId) },
      select: { type: true, matched: true },
    });
  }

  /** How often the product has planned to make a call again. */
  async looksPlanned(id: string, job = 'make-stripe-call'): Promise<number> {
    const [row] = await this.app.application.get(Database).$queryRaw<{ looks: number }[]>`
      SELECT count(*)::int AS looks FROM eventstore.outbox
      WHERE job = ${job} AND dedupe_key LIKE ${`${job} ${id} %`}`;
    return row?.looks ?? 0;
  }

  /** How many events were written down. */
  notedCount(): Promise<number> {
    return this.app.application.get(Database).stripeEvent.count();
  }
}

export const intent = (
  status: string,
  { topUpId, organizationId }: { readonly topUpId: string; readonly organizationId: string },
  changes: Partial<Intent> = {},
): Intent => ({
  ...{ object: 'payment_intent', id: 'pi_1', amount: 1_000, currency: 'usd', status },
  metadata: { headroom_organization_id: organizationId, headroom_top_up_id: topUpId },
  last_payment_error: null,
  ...changes,
});

/** Puts something else in the place of a method; returns how to put it back. */
export function replace<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  make: (original: Owner[Name]) => Owner[Name],
): () => void {
  const original = owner[name];
  const bound = typeof original === 'function' ? (original.bind(owner) as Owner[Name]) : original;
  owner[name] = make(bound);
  return () => {
    owner[name] = original;
  };
}

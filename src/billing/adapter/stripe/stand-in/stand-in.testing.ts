import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Stripe } from 'stripe';
import type { Instant } from '../../../../kernel/time.js';
import {
  startStripeStandIn,
  type StripeStandIn,
  type StripeStandInOptions,
} from './stand-in.server.js';
import { MemoryStandInStore, type StandInStore } from './store.js';

export const TEST_SECRET = 'whsec_test';
/** 2026-11-21T14:00:00Z */
export const TEST_NOW = 1_795_269_600_000 as Instant;

export const TEST_MONEY = { amount: 2_500, currency: 'usd' };

export interface StandInHarness {
  readonly standIn: StripeStandIn;
  readonly store: StandInStore;
  /** The real SDK, talking to the stand-in, without retries of its own. */
  readonly stripe: Stripe;
  now: Instant;
}

/** For specs: a stand-in with a clock that the spec moves. */
export async function startHarness(
  options: Partial<StripeStandInOptions> = {},
): Promise<StandInHarness> {
  const store = options.store ?? new MemoryStandInStore();
  const harness = { now: TEST_NOW, store };
  const standIn = await startStripeStandIn({
    webhookSecret: TEST_SECRET,
    clock: () => harness.now,
    retryDelaysMs: [],
    ...options,
    store,
  });
  const { secretKey, ...where } = standIn.connection;
  const stripe = new Stripe(secretKey, { ...where, telemetry: false, maxNetworkRetries: 0 });
  return Object.assign(harness, { standIn, stripe });
}

/** A payment that the spec makes through the SDK, confirmed at once. */
export async function pay(
  { stripe }: StandInHarness,
  payment_method: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.Response<Stripe.PaymentIntent>> {
  return stripe.paymentIntents.create({ ...TEST_MONEY, payment_method, confirm: true, ...more });
}

/** What the SDK throws. */
export async function errorOf(request: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await request;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

export interface Received {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Answers with these statuses first, one a request, then with 200. */
  answerWith(...statuses: readonly number[]): void;
  close(): Promise<void>;
}

/** For specs: an endpoint that keeps what is delivered to it. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const statuses: number[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ body: Buffer.concat(chunks), headers: request.headers });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks/stripe`,
    received,
    answerWith: (...next) => void statuses.push(...next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { randomBytes } from 'node:crypto';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Instant } from '../../../../kernel/time.js';
import type { StandInDesk } from '../../../application/stand-in/stand-in-desk.js';
import type { StripeConnection } from '../stripe.client.js';
import { ORGANIZATION_KEY } from '../stripe.payment.js';
import { apiError, type ApiErrorBody } from './api-error.js';
import { stripeDescription, type StripeRoute } from './description.js';
import { FaultQueue, type Fault } from './fault-queue.js';
import { StandInApi, type ApiResponse } from './stand-in.api.js';
import { standInDesk } from './stand-in.desk.js';
import type { Happening } from './operation.js';
import type { StandInStore } from './store.js';
import { WebhookDelivery } from './webhook-delivery.js';

export interface StripeStandInOptions {
  /** Signs the webhooks, `whsec_...`. */
  readonly webhookSecret: string;
  /** Where events go; may be told later by {@link StripeStandIn.connectWebhook}. */
  readonly webhookUrl?: string;
  readonly clock: () => Instant;
  readonly store: StandInStore;
  /** A free one unless given. */
  readonly port?: number;
  /** How long to wait after each failed delivery of an event but the last. */
  readonly retryDelaysMs?: readonly number[];
  /** Makes `prefix_...` ids, unique across restarts; random unless given. */
  readonly makeId?: (prefix: string) => string;
  /** Hears of each request as it comes, also of those that a fault leaves unanswered. */
  readonly onAsked?: (asked: Asked) => void;
  /** Hears of a failure of the stand-in itself, such as a full disk; else a process warning. */
  readonly onError?: (error: Error) => void;
}

export interface Asked {
  /** Such as `payment_intents.create`. */
  readonly operation: string;
  readonly idempotencyKey: string | null;
}

/** A local server in the place of Stripe's test mode. No money moves, whatever it answers. */
export interface StripeStandIn {
  readonly url: string;
  /** For the SDK. The key is no secret: it opens nothing but stand-ins. */
  readonly connection: Required<StripeConnection>;
  /** For those who try what goes wrong with the product that runs. */
  readonly desk: StandInDesk;
  /** Events from now on, and those still pending, go to this URL. */
  connectWebhook(url: string): void;
  /** Makes the next requests fail. */
  failNext(fault: Fault): void;
  /** Ends a payment that is `processing` or `requires_action`, as the bank or the payer would. */
  finishPayment(paymentIntentId: string, outcome: 'succeeded' | 'failed'): Promise<ApiResponse>;
  /** Lets something happen at Stripe by itself, such as a dispute. */
  happen(happening: Happening): Promise<ApiResponse>;
  /** What a link to the page of onboarding leads to; null when there is none. */
  onboarding(token: string): Onboarding | null;
  /** What a page of Checkout is about; null when there is none. */
  checkout(token: string): CheckoutPage | null;
  /** Resolves when every event made so far was delivered or given up. */
  deliveriesSettled(): Promise<void>;
  /** Delivers an event once more. */
  redeliver(eventId: string): Promise<void>;
  close(): Promise<void>;
}

/** What the page of onboarding is about. */
export interface Onboarding {
  readonly accountId: string;
  /** The organization that the account was made for. */
  readonly ownerId: string | null;
  readonly returnUrl: string;
}

/** What the page that asks for a card is about. */
export interface CheckoutPage {
  /** The organization that the card is for. */
  readonly ownerId: string | null;
  readonly successUrl: string;
  readonly cancelUrl: string;
}

export const STAND_IN_SECRET_KEY = 'sk_test_localStandInOfStripe';

const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 1024 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const TEST_KEY = /^Bearer [sr]k_test_\w+$/;

export async function startStripeStandIn(options: StripeStandInOptions): Promise<StripeStandIn> {
  const { clock, store, webhookSecret, retryDelaysMs, webhookUrl } = options;
  const makeId = options.makeId ?? randomId;
  const description = stripeDescription();
  const delivery = new WebhookDelivery({
    store,
    clock,
    secret: webhookSecret,
    ...(retryDelaysMs === undefined ? {} : { retryDelaysMs }),
  });
  const api = new StandInApi({ description, store, delivery, clock, makeId });
  const faults = new FaultQueue();
  const onError = options.onError ?? ((error: Error) => process.emitWarning(error));
  const app = createServer(makeId, onError);
  for (const route of description.routes) addRoute({ app, api, faults, route, onAsked: options.onAsked ?? (() => undefined) });
  const url = await app.listen({ host: HOST, port: options.port ?? 0 });
  if (webhookUrl !== undefined) delivery.connect(webhookUrl);
  const operations = description.routes.map((route) => route.operation).toSorted();
  return {
    url,
    connection: {
      secretKey: STAND_IN_SECRET_KEY,
      host: HOST,
      port: Number(new URL(url).port),
      protocol: 'http',
    },
    desk: standInDesk({ operations, api, store, faults, delivery, onError }),
    connectWebhook: (target) => delivery.connect(target),
    failNext: (fault) => faults.add(fault),
    finishPayment: (id, outcome) => api.finish(id, outcome),
    onboarding: (token) => onboardingOf(token, store),
    checkout: (token) => checkoutOf(token, store),
    happen: (happening) => api.happen(happening),
    deliveriesSettled: () => delivery.settled(),
    redeliver: (eventId) => delivery.redeliver(eventId),
    close: async () => {
      await app.close();
      await delivery.close();
    },
  };
}

function createServer(
  makeId: (prefix: string) => string,
  onError: (error: Error) => void,
): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    // A request that a fault leaves unanswered must not keep the server open.
    forceCloseConnections: true,
    genReqId: () => makeId('req'),
    routerOptions: { maxParamLength: 300 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id);
    const version = request.headers['stripe-version'];
    if (version !== undefined) reply.header('stripe-version', version);
    const refusal = refusedKey(request.headers.authorization);
    if (refusal !== null) return reply.code(401).send({ error: refusal });
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const message = `Unrecognized request URL (${request.method}: ${path}).`;
    return reply.code(404).send({ error: { type: 'invalid_request_error', message } });
  });
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) onError(error);
    return reply.code(status < 500 ? 400 : 500).send({ error: transportError(status) });
  });
  return app;
}

function onboardingOf(token: string, store: StandInStore): Onboarding | null {
  const link = store.get('account_links', token);
  const account = link === undefined ? undefined : store.get('accounts', link.account);
  if (link === undefined || account === undefined) return null;
  const ownerId = account.metadata?.[ORGANIZATION_KEY] ?? null;
  return { accountId: account.id, ownerId, returnUrl: link.returnUrl };
}

function checkoutOf(token: string, store: StandInStore): CheckoutPage | null {
  const session = store.get('checkout_sessions', token);
  const intent = session === undefined ? undefined : store.get('setup_intents', String(session.setup_intent));
  if (session === undefined || intent === undefined) return null;
  const successUrl = session.success_url ?? '/';
  const ownerId = intent.metadata?.[ORGANIZATION_KEY] ?? null;
  return { ownerId, successUrl, cancelUrl: session.cancel_url ?? successUrl };
}

interface RouteParts {
  readonly app: FastifyInstance;
  readonly api: StandInApi;
  readonly faults: FaultQueue;
  readonly route: StripeRoute;
  readonly onAsked: (asked: Asked) => void;
}

function addRoute({ app, api, faults, route, onAsked }: RouteParts): void {
  const { operation, method } = route;
  app.route({
    method,
    url: route.path,
    handler: async (request, reply) => {
      onAsked({ operation, idempotencyKey: textHeader(request, 'idempotency-key') });
      const fault = faults.take(operation);
      if (fault !== null && fault.when !== 'after') return fail(fault, request, reply);
      const { pathname, search } = new URL(request.url, 'http://stand-in.invalid');
      const { id = '' } = request.params as { readonly id?: string };
      const response = await api.answer({
        operation,
        method,
        path: pathname,
        id,
        form: method === 'GET' ? search.slice(1) : ((request.body ?? '') as string),
        requestId: request.id,
        idempotencyKey: textHeader(request, 'idempotency-key'),
        apiVersion: textHeader(request, 'stripe-version'),
      });
      return fault === null ? send(response, request, reply) : fail(fault, request, reply);
    },
  });
}

function send(response: ApiResponse, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const key = textHeader(request, 'idempotency-key');
  if (key !== null) reply.header('idempotency-key', key);
  if (response.replayOf !== null) {
    reply.header('idempotent-replayed', 'true').header('original-request', response.replayOf);
  }
  return reply.code(response.status).send(response.body);
}

function fail(fault: Fault, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if ('status' in fault) {
    return reply.code(fault.status).send({ error: faultError(fault.status) });
  }
  reply.hijack();
  if ('reset' in fault) request.raw.socket.resetAndDestroy();
  return reply;
}

function faultError(status: number): ApiErrorBody {
  const message = `A fault that was asked for: ${status}`;
  if (status === 429) {
    return apiError(status, { type: 'invalid_request_error', code: 'rate_limit', message }).error
      .error;
  }
  return { type: status >= 500 ? 'api_error' : 'invalid_request_error', message };
}

function transportError(status: number): ApiErrorBody {
  if (status >= 500) return { type: 'api_error', message: 'The stand-in failed; see its process.' };
  const message = `Invalid request (check that your POST content type is ${FORM}).`;
  return { type: 'invalid_request_error', message };
}

function refusedKey(authorization: string | undefined): ApiErrorBody | null {
  if (authorization !== undefined && TEST_KEY.test(authorization)) return null;
  const message =
    authorization === undefined
      ? "You did not provide an API key: use Bearer auth, 'Authorization: Bearer YOUR_SECRET_KEY'."
      : 'Invalid API Key provided: the local stand-in takes keys of test mode, sk_test_...';
  return { type: 'invalid_request_error', message };
}

function textHeader(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

/** Letters and digits, as Stripe's are. */
function randomId(prefix: string): string {
  const text = randomBytes(24).toString('base64url').replace(/[-_]/g, '').slice(0, 24);
  return `${prefix}_${text}`;
}

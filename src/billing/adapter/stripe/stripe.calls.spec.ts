import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Result } from '../../../kernel/result.js';
import type { PaymentFailure } from './payment-gateway.js';
import { stripeDescription } from './stand-in/description.js';
import { openDispute } from './stand-in/dispute.operations.js';
import { startHarness, type StandInHarness } from './stand-in/stand-in.testing.js';
import { StripeGateway } from './stripe.gateway.js';

type Outcome = Result<unknown, PaymentFailure>;

let harness: StandInHarness;
let wire: Server;
let gateway: StripeGateway;
/** The operation of each request that went over the wire, with the names of its parameters. */
let seen: { readonly operation: string; readonly names: readonly string[] }[] = [];
/** What is misspelt on its way; null: nothing. */
let misspelt: string | null = null;

beforeAll(async () => {
  harness = await startHarness();
  wire = createServer((request, response) => {
    void passOn(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
  const { port } = wire.address() as AddressInfo;
  const connection = { ...harness.standIn.connection, port };
  gateway = new StripeGateway({ ...connection, clock: () => harness.now, maxNetworkRetries: 0 });
});
afterAll(async () => {
  await new Promise((resolve) => {
    wire.close(resolve);
    wire.closeAllConnections();
  });
  await harness.standIn.close();
});
beforeEach(() => {
  seen = [];
  misspelt = null;
});

/** Between the SDK and the stand-in: looks at what is sent, and misspells one parameter of it. */
async function passOn(request: IncomingMessage): Promise<{ readonly status: number; readonly body: string }> {
  const { pathname } = new URL(request.url ?? '', harness.standIn.url);
  const form = new URLSearchParams(await text(request));
  seen.push({ operation: operationOf(request.method ?? '', pathname), names: [...new Set([...form.keys()].map(rootOf))] });
  const sent = new URLSearchParams([...form].map(([name, value]): [string, string] => [spelt(name), value]));
  if (misspelt !== null && form.size === 0) sent.append(`${misspelt}x`, '1');
  const headers = Object.entries(request.headers).filter(([name]) => !['host', 'content-length', 'connection'].includes(name));
  const { method = 'GET' } = request;
  const query = method === 'GET' ? `?${sent}` : '';
  const response = await fetch(`${harness.standIn.url}${pathname}${query}`, {
    method,
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(method === 'GET' ? {} : { body: sent.toString() }),
  });
  return { status: response.status, body: await response.text() };
}

const rootOf = (name: string): string => name.split('[')[0] ?? name;
const spelt = (name: string): string =>
  rootOf(name) === misspelt ? `${misspelt}x${name.slice(misspelt.length)}` : name;

function operationOf(method: string, path: string): string {
  const route = stripeDescription().routes.find((one) => {
    const pattern = new RegExp(`^${one.path.replace(':id', '[^/]+')}$`);
    return one.method === method && pattern.test(path);
  });
  return route?.operation ?? `${method} ${path}`;
}

let keys = 0;
const keyed = () => ({ organizationId: 'org_1', idempotencyKey: `key-${(keys += 1)}` });

async function aPayment(): Promise<string> {
  const paid = await harness.stripe.paymentIntents.create({
    ...{ amount: 2_500, currency: 'usd', payment_method: 'pm_card_visa', confirm: true },
  });
  return paid.id;
}

async function aMethod(): Promise<{ readonly customer: string; readonly method: string }> {
  const { id: customer } = await harness.stripe.customers.create();
  const setup = await harness.stripe.setupIntents.create({ customer, payment_method: 'pm_card_visa', confirm: true });
  return { customer, method: String(setup.payment_method) };
}

/** Every call that Headroom makes, with every parameter that it can have. */
const CALLS: Readonly<Record<string, () => Promise<Outcome>>> = {
  'customers.create': () => gateway.buyers.createCustomer({ ...keyed(), name: 'A' }),
  'disputes.retrieve': async () => {
    const { body } = await harness.standIn.happen(openDispute(await aPayment()));
    return gateway.buyers.retrieveDispute((body as { readonly id: string }).id);
  },
  'payment_intents.create': async () => {
    const { customer, method } = await aMethod();
    return gateway.createTopUp({
      ...{ ...keyed(), topUpId: 'top_1', amountCents: 2_500n, currency: 'usd', paymentMethod: method },
      ...{ customerId: customer, isOffSession: true },
    });
  },
  'payment_intents.retrieve': async () => gateway.retrieveTopUp(await aPayment()),
  'payment_methods.detach': async () => gateway.buyers.detachMethod((await aMethod()).method, keyed().idempotencyKey),
  'payment_methods.retrieve': async () => gateway.buyers.retrieveMethod((await aMethod()).method),
  'refunds.create': async () =>
    gateway.buyers.createRefund({ ...keyed(), refundId: 'r_1', paymentIntentId: await aPayment(), amountCents: 100n }),
  'refunds.retrieve': async () => {
    const { id } = await harness.stripe.refunds.create({ payment_intent: await aPayment() });
    return gateway.buyers.retrieveRefund(id);
  },
  'setup_intents.create': async () => {
    const { customer: customerId } = await aMethod();
    return gateway.buyers.startSetup({ ...keyed(), setupId: 's_1', customerId, paymentMethod: 'pm_card_visa' });
  },
  'setup_intents.retrieve': async () => gateway.buyers.retrieveSetup((await harness.stripe.setupIntents.create()).id),
};

/** Routes of the stand-in that only tests call. */
const FOR_TESTS = ['customers.retrieve', 'events.retrieve', 'payment_intents.cancel', 'payment_intents.confirm', 'payment_intents.list'];

it('the table has every call that the stand-in answers', () => {
  const routes = stripeDescription().routes.map(({ operation }) => operation);
  expect([...Object.keys(CALLS), ...FOR_TESTS].sort()).toEqual(routes.sort());
});

describe.each(Object.entries(CALLS))('%s', (operation, call) => {
  it('is taken as it is made, and refused with any of its parameters misspelt', async () => {
    expect((await call()).ok).toBe(true);
    const [made, ...more] = seen;
    expect(more).toEqual([]);
    expect(made?.operation).toBe(operation);
    // A call without parameters gets one that it could have, misspelt.
    const names = made?.names.length === 0 ? ['expand'] : (made?.names ?? []);
    for (const name of names) {
      misspelt = name;
      expect(await call()).toMatchObject({
        ok: false,
        error: { kind: 'invalid', code: 'parameter_unknown', parameter: expect.stringMatching(`^${name}x`) },
      });
    }
  });
});

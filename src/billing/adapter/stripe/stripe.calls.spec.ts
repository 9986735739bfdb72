import { present } from '../../../kernel/assert.js';
import type { Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import { STRIPE_CALL_KINDS, type StripeCallKind } from '../../model/stripe-call.js';
import type { PaymentFailure } from './payment-gateway.js';
import { stripeDescription } from './stand-in/description.js';
import { openDispute } from './stand-in/dispute.operations.js';
import { draftInvoice, openInvoice } from './stand-in/invoices.samples.testing.js';
import { aMeter, aReport, METER } from './stand-in/meters.samples.testing.js';
import { payableAccount, URLS } from './stand-in/payouts.samples.testing.js';
import { startHarness, type StandInHarness } from './stand-in/stand-in.testing.js';
import { aReference, aTransaction, calculate } from './stand-in/taxes.samples.testing.js';
import { StripeGateway } from './stripe.gateway.js';
import { misspell, misspelt, misspeltPaths, mistypings, namedPlacesOf, placesOf, put, type Parameter } from './tampering.testing.js';
import { Wire } from './wire.testing.js';

type Outcome = Result<unknown, PaymentFailure>;

let harness: StandInHarness;
let wire: Wire;
let gateway: StripeGateway;

beforeAll(async () => {
  harness = await startHarness();
  wire = await Wire.before(harness.standIn);
  const connection = { ...harness.standIn.connection, port: wire.port };
  gateway = new StripeGateway({ ...connection, clock: () => harness.now, maxNetworkRetries: 0 });
});
afterAll(async () => {
  await wire.close();
  await harness.standIn.close();
});
beforeEach(() => {
  wire.seen = [];
  wire.tampering = null;
});

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

const anAccount = (): Promise<string> => payableAccount(harness.stripe, harness.store);

async function aTransfer(): Promise<string> {
  const { id } = await harness.stripe.transfers.create({ amount: 500, currency: 'usd', destination: await anAccount() });
  return id;
}

/** Every call that Headroom makes, with every parameter that it can have. */
const CALLS: Readonly<Record<string, () => Promise<Outcome>>> = {
  'account_links.create': async () =>
    gateway.payouts.createLink(await anAccount(), { back: URLS.return_url, again: URLS.refresh_url }),
  'accounts.create': () => gateway.payouts.createAccount(keyed()),
  'accounts.retrieve': async () => gateway.payouts.retrieveAccount(await anAccount()),
  'balance_transactions.list': async () => {
    await aPayment();
    const { data } = await harness.stripe.balanceTransactions.list({ limit: 1 });
    const end = (harness.now + 1_000) as Instant;
    return gateway.payouts.balancePage({ start: 0 as Instant, end }, data[0]?.id ?? null);
  },
  'billing.meter_events.create': async () => {
    await aMeter(harness.stripe);
    const { customer: customerId } = await aMethod();
    const settings = { eventName: METER.event_name, customerKey: 'stripe_customer_id', valueKey: 'value' };
    const { idempotencyKey } = keyed();
    return gateway.meters.send({ ...settings, customerId, quantity: 5n, at: harness.now, identifier: idempotencyKey, idempotencyKey });
  },
  'billing.meters.create': () => {
    const { idempotencyKey } = keyed();
    const settings = { eventName: idempotencyKey, displayName: 'A', customerKey: 'stripe_customer_id', valueKey: 'value' };
    return gateway.meters.create(settings, idempotencyKey);
  },
  'billing.meters.list': () => gateway.meters.find(METER.event_name),
  'billing.meters.listEventSummaries': async () => {
    const meterId = await aMeter(harness.stripe);
    const { customer: customerId } = await aMethod();
    return gateway.meters.total({ meterId, customerId, window: { start: 0 as Instant, end: 86_400_000 as Instant }, by: 'day' });
  },
  'checkout.sessions.create': async () => {
    const { customer: customerId } = await aMethod();
    const back = { done: URLS.return_url, canceled: URLS.refresh_url };
    return gateway.checkout.startCardSetup({ ...keyed(), setupId: 's_1', customerId, back });
  },
  'credit_notes.create': async () => {
    const invoiceId = await openInvoice(harness.stripe);
    await harness.stripe.invoices.pay(invoiceId, { paid_out_of_band: true });
    return gateway.invoices.createCreditNote({ ...keyed(), invoiceId, number: 'CN-1', cents: 100n, isPaid: true });
  },
  'credit_notes.list': async () => gateway.invoices.findCreditNote(await openInvoice(harness.stripe), 'CN-1'),
  'customers.create': () => gateway.buyers.createCustomer({ ...keyed(), name: 'A' }),
  'disputes.retrieve': async () => {
    const { body } = await harness.standIn.happen(openDispute(await aPayment()));
    return gateway.buyers.retrieveDispute((body as { readonly id: string }).id);
  },
  'invoice_items.create': async () => {
    const { id: invoiceId, customer } = await draftInvoice(harness.stripe);
    const item = { name: 'fee charged', description: 'Fee', cents: 5n };
    return gateway.invoices.addItem({ ...keyed(), ...item, invoiceId, customerId: String(customer) });
  },
  'invoice_items.list': async () => gateway.invoices.itemsOf((await draftInvoice(harness.stripe)).id),
  'invoices.create': async () => {
    const { customer: customerId } = await aMethod();
    return gateway.invoices.create({ ...keyed(), customerId, number: 'HR-1', issuedAt: harness.now });
  },
  'invoices.finalizeInvoice': async () =>
    gateway.invoices.finalize((await draftInvoice(harness.stripe)).id, keyed().idempotencyKey),
  'invoices.list': async () => gateway.invoices.find((await aMethod()).customer, 'HR-1'),
  'invoices.pay': async () => gateway.invoices.markPaid(await openInvoice(harness.stripe), keyed().idempotencyKey),
  'invoices.retrieve': async () => gateway.invoices.retrieve(await openInvoice(harness.stripe)),
  'invoices.voidInvoice': async () => gateway.invoices.makeVoid(await openInvoice(harness.stripe), keyed().idempotencyKey),
  'payment_intents.create': async () => {
    const { customer, method } = await aMethod();
    return gateway.createTopUp({
      ...{ ...keyed(), topUpId: 'top_1', amountCents: 2_500n, currency: 'usd', paymentMethod: method },
      ...{ customerId: customer, isOffSession: true },
    });
  },
  'payment_intents.list': async () =>
    gateway.findTopUp({ topUpId: 'top_1', customerId: (await aMethod()).customer }, { start: 0 as Instant, end: harness.now }),
  'payment_intents.retrieve': async () => gateway.retrieveTopUp(await aPayment()),
  'payment_methods.detach': async () => gateway.buyers.detachMethod((await aMethod()).method, keyed().idempotencyKey),
  'payment_methods.retrieve': async () => gateway.buyers.retrieveMethod((await aMethod()).method),
  'refunds.create': async () =>
    gateway.buyers.createRefund({ ...keyed(), refundId: 'r_1', paymentIntentId: await aPayment(), amountCents: 100n }),
  'refunds.list': async () => gateway.buyers.findRefund(await aPayment(), 'r_1'),
  'refunds.retrieve': async () => {
    const { id } = await harness.stripe.refunds.create({ payment_intent: await aPayment() });
    return gateway.buyers.retrieveRefund(id);
  },
  'setup_intents.create': async () => {
    const { customer: customerId } = await aMethod();
    return gateway.buyers.startSetup({ ...keyed(), setupId: 's_1', customerId, paymentMethod: 'pm_card_visa' });
  },
  'tax.calculations.create': () => {
    const customer = { street: 'Unter den Linden 1', postalCode: '10117', city: 'Berlin', country: 'DE', taxId: { type: 'eu_vat', value: 'DE123456789' } };
    return gateway.tax.calculate({ ...keyed(), customer, items: [{ kind: 'delivery', cents: 500n }], taxCode: 'txcd_10105002' });
  },
  'tax.transactions.createFromCalculation': async () => {
    const calculationId = (await calculate(harness.stripe)).id ?? '';
    return gateway.tax.record({ ...keyed(), calculationId, reference: aReference() });
  },
  'tax.transactions.createReversal': async () =>
    gateway.tax.reverse({ ...keyed(), transactionId: await aTransaction(harness.stripe), reference: aReference(), cents: 100n }),
  'transfers.create': async () =>
    gateway.payouts.createTransfer({ ...keyed(), payoutId: 'p_1', accountId: await anAccount(), amountCents: 500n }),
  'transfers.createReversal': async () =>
    gateway.payouts.reverseTransfer({ transferId: await aTransfer(), askedAs: 'v_1', amountCents: 100n, ...keyed() }),
  'transfers.list': () => gateway.payouts.findTransfer('p_1'),
  'transfers.listReversals': async () => {
    const transferId = await aTransfer();
    await harness.stripe.transfers.createReversal(transferId, { amount: 100 });
    return gateway.payouts.retrieveTransfer(transferId);
  },
  'transfers.retrieve': async () => gateway.payouts.retrieveTransfer(await aTransfer()),
  'v2.core.events.retrieve': async () => gateway.meters.errorsOf(await aReport(harness.stripe, harness.store)),
  'setup_intents.retrieve': async () => gateway.buyers.retrieveSetup((await harness.stripe.setupIntents.create()).id),
};

/** What is asked for first. */
const BEFORE: Readonly<Record<string, readonly string[]>> = { 'transfers.listReversals': ['transfers.retrieve'] };

/** Routes of the stand-in that only tests call. */
const FOR_TESTS = ['customers.retrieve', 'events.retrieve', 'payment_intents.cancel', 'payment_intents.confirm'];

/** The row that each call which does something is made from; null: there is none, for the reasons in docs/FINANCE.md. */
const ROWS: Readonly<Record<string, StripeCallKind | null>> = {
  'account_links.create': null,
  'accounts.create': 'create_payout_account',
  'billing.meter_events.create': 'send_meter_event',
  'billing.meters.create': 'create_meter',
  'checkout.sessions.create': null,
  'credit_notes.create': 'create_credit_note',
  'customers.create': 'create_customer',
  'invoice_items.create': 'create_invoice',
  'invoices.create': 'create_invoice',
  'invoices.finalizeInvoice': 'create_invoice',
  'invoices.pay': 'pay_invoice',
  'invoices.voidInvoice': 'void_invoice',
  'payment_intents.create': 'charge_top_up',
  'payment_methods.detach': 'detach_payment_method',
  'refunds.create': 'refund_top_up',
  'setup_intents.create': 'set_up_payment_method',
  'tax.calculations.create': 'calculate_tax',
  'tax.transactions.createFromCalculation': 'record_tax',
  'tax.transactions.createReversal': 'reverse_tax',
  'transfers.create': 'create_transfer',
  'transfers.createReversal': 'reverse_transfer',
};

it('every call that does something is a row of its kind before, but for links to pages of Stripe’s', () => {
  const { routes } = stripeDescription();
  const writes = routes.filter(({ method, operation }) => method !== 'GET' && !FOR_TESTS.includes(operation));
  expect(Object.keys(ROWS).sort()).toEqual(writes.map(({ operation }) => operation).sort());
  const kinds = Object.values(ROWS).filter((kind) => kind !== null);
  expect([...new Set(kinds)].sort()).toEqual([...STRIPE_CALL_KINDS].sort());
  const links = Object.keys(ROWS).filter((operation) => ROWS[operation] === null);
  expect(links).toEqual(['account_links.create', 'checkout.sessions.create']);
});

it('the table has every call that the stand-in answers', () => {
  const routes = stripeDescription().routes.map(({ operation }) => operation);
  expect([...Object.keys(CALLS), ...FOR_TESTS].sort()).toEqual(routes.sort());
});

/** A call without parameters gets one that it could have. */
const NONE: readonly Parameter[] = [['expand', '']];

describe.each(Object.entries(CALLS))('%s', (operation, call) => {
  const schema = present(stripeDescription().schemas[operation], operation);

  async function parametersOf(): Promise<readonly Parameter[]> {
    expect(await call()).toMatchObject({ ok: true });
    expect(wire.seen.map((one) => one.operation)).toEqual([...(BEFORE[operation] ?? []), operation]);
    return wire.seen.at(-1)?.parameters ?? [];
  }

  it('is taken as it is made, and refused with any of its parameters misspelt, or a part of them', async () => {
    const made = await parametersOf();
    const parameters = made.length === 0 ? NONE : made;
    for (const place of namedPlacesOf(parameters)) {
      wire.tampering = { operation, how: (given) => misspell(place)(given.length === 0 ? NONE : given) };
      expect({ place, ...(await call()) }).toMatchObject({
        ...{ place, ok: false },
        error: { kind: 'invalid', code: 'parameter_unknown', parameter: misspelt(place) },
      });
    }
  });

  it('is refused with any of its parameters of another type, or a part of them', async () => {
    const parameters = await parametersOf();
    for (const place of placesOf(parameters)) {
      for (const { what, how } of mistypings(place, parameters, schema)) {
        wire.tampering = { operation, how };
        const answer = await call();
        const parameter = answer.ok || answer.error.kind !== 'invalid' ? null : answer.error.parameter;
        expect({ what, isNamed: parameter?.startsWith(place) }).toEqual({ what, isNamed: true });
      }
    }
  });

  it('is refused when it wants to be told more than there is', async () => {
    const parameters = await parametersOf();
    for (const [place, path] of parameters.filter(([name]) => name.startsWith('expand['))) {
      for (const wrong of misspeltPaths(path)) {
        wire.tampering = { operation, how: put(place, [place, wrong]) };
        expect({ wrong, ...(await call()) }).toMatchObject({ wrong, ok: false, error: { kind: 'invalid', parameter: 'expand' } });
      }
    }
  });
});

import type { Stripe } from 'stripe';
import { BUYER_SAMPLES } from './buyers.samples.testing.js';
import { stripeDescription } from './description.js';
import { INVOICE_SAMPLES } from './invoices.samples.testing.js';
import { METER_SAMPLES } from './meters.samples.testing.js';
import { PAYOUT_SAMPLES } from './payouts.samples.testing.js';
import { PAYMENT_SAMPLES, type Sample, type Samples } from './payments.samples.testing.js';
import { startHarness, type StandInHarness } from './stand-in.testing.js';
import { TAX_SAMPLES } from './taxes.samples.testing.js';

const { fixtures, routes } = stripeDescription();
const MONEY = { amount: 2_500, currency: 'usd' };
/** Fields that are younger than the published fixtures; the SDK's types have them. */
const YOUNGER = ['allowed_payment_method_types', 'payment_record'];

let harness: StandInHarness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.standIn.close());

/** One table for each group of resources, in a file of its own. */
const SAMPLES: Samples = { ...PAYMENT_SAMPLES, ...BUYER_SAMPLES, ...INVOICE_SAMPLES, ...METER_SAMPLES, ...PAYOUT_SAMPLES, ...TAX_SAMPLES };

async function refusalOf(request: Promise<unknown>): Promise<object> {
  try {
    await request;
  } catch (error) {
    const { statusCode, code, param, rawType } = error as Stripe.errors.StripeError;
    return { statusCode, code, param, rawType };
  }
  throw new Error('expected a refusal');
}

function sampleOf(operation: string): Sample {
  const sample = SAMPLES[operation];
  if (sample === undefined) throw new Error(`no sample of ${operation}`);
  return sample;
}

describe.each(routes.map((route) => route.operation))('%s', (operation) => {
  const sample = sampleOf(operation);
  const call = async (more: object): Promise<object> =>
    sample.call(harness.stripe, await sample.prepare(harness.stripe, harness.store, harness.standIn), more);

  it('answers the SDK in the shape of the fixture', async () => {
    const answer = (await call({})) as Stripe.Response<{ object: string; livemode?: boolean }>;
    expect(answer.lastResponse.requestId).toMatch(/^req_\w+$/);
    expect(answer.object).toBe(sample.resource);
    // These are not among the fixtures here: the compiler holds them to the SDK's types, which have every field.
    if (['list', 'v2.core.event'].includes(sample.resource)) return;
    const expected = Object.keys(fixtures[sample.resource] ?? {});
    const given = Object.keys(answer).filter((name) => !YOUNGER.includes(name));
    expect(given.sort()).toEqual(expected.sort());
    if ('livemode' in answer) expect(answer.livemode).toBe(false);
  });

  it('refuses a misspelt parameter', async () => {
    expect(await refusalOf(call({ metadatum: 'x' }))).toEqual({
      statusCode: 400,
      code: 'parameter_unknown',
      param: 'metadatum',
      rawType: 'invalid_request_error',
    });
  });

  it('refuses a mistyped parameter', async () => {
    expect(await refusalOf(call(sample.mistyped))).toMatchObject({
      statusCode: 400,
      param: Object.keys(sample.mistyped)[0],
      rawType: 'invalid_request_error',
    });
  });

  if (sample.required !== null) {
    const { required } = sample;
    it(`refuses a request without ${required}`, async () => {
      expect(await refusalOf(call({ [required]: undefined }))).toMatchObject({
        statusCode: 400,
        code: 'parameter_missing',
        param: required,
      });
    });
  }
});

describe('what is not there', () => {
  it.each<[string, (stripe: Stripe) => Promise<unknown>, number, string]>([
    ['customers.retrieve', (stripe) => stripe.customers.retrieve('cus_no'), 404, 'id'],
    ['intents.retrieve', (stripe) => stripe.paymentIntents.retrieve('pi_no'), 404, 'intent'],
    ['intents.confirm', (stripe) => stripe.paymentIntents.confirm('pi_no'), 404, 'intent'],
    ['intents.cancel', (stripe) => stripe.paymentIntents.cancel('pi_no'), 404, 'intent'],
    ['events.retrieve', (stripe) => stripe.events.retrieve('evt_no'), 404, 'id'],
    [
      'a customer of a payment',
      (stripe) => stripe.paymentIntents.create({ ...MONEY, customer: 'cus_no' }),
      400,
      'customer',
    ],
    [
      'a payment method',
      (stripe) => stripe.paymentIntents.create({ ...MONEY, payment_method: 'pm_no' }),
      400,
      'payment_method',
    ],
    [
      'a payment to refund',
      (stripe) => stripe.refunds.create({ payment_intent: 'pi_no' }),
      400,
      'payment_intent',
    ],
    ['transfers.retrieve', (stripe) => stripe.transfers.retrieve('tr_no'), 404, 'transfer'],
    ['transfers.createReversal', (stripe) => stripe.transfers.createReversal('tr_no'), 404, 'id'],
    ['transfers.listReversals', (stripe) => stripe.transfers.listReversals('tr_no'), 404, 'id'],
    ['accounts.retrieve', (stripe) => stripe.accounts.retrieve('acct_no'), 404, 'account'],
    [
      'an account of a link',
      (stripe) => stripe.accountLinks.create({ account: 'acct_no', type: 'account_onboarding' }),
      400,
      'account',
    ],
    [
      'a destination of a transfer',
      (stripe) => stripe.transfers.create({ ...MONEY, destination: 'acct_no' }),
      400,
      'destination',
    ],
    [
      'a page',
      (stripe) => stripe.paymentIntents.list({ starting_after: 'pi_no' }),
      400,
      'starting_after',
    ],
  ])('%s', async (_what, request, statusCode, param) => {
    expect(await refusalOf(request(harness.stripe))).toEqual({
      statusCode,
      code: 'resource_missing',
      param,
      rawType: 'invalid_request_error',
    });
  });
});

describe('over the wire', () => {
  const KEY = { authorization: 'Bearer sk_test_x' };
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

  it.each<[string, string, RequestInit, number]>([
    ['no key', '/v1/customers', { method: 'POST' }, 401],
    [
      'a key of live mode',
      '/v1/customers',
      { method: 'POST', headers: { authorization: 'Bearer sk_live_x' } },
      401,
    ],
    ['an unknown route', '/v1/nothing', { headers: KEY }, 404],
    ['an unknown method', '/v1/account_links', { headers: KEY }, 404],
    [
      'JSON',
      '/v1/customers',
      { method: 'POST', body: '{}', headers: { ...KEY, 'content-type': 'application/json' } },
      400,
    ],
    [
      'broken form data',
      '/v1/customers',
      { method: 'POST', body: 'name=%zz', headers: { ...KEY, ...FORM } },
      400,
    ],
    [
      'a body past the limit',
      '/v1/customers',
      { method: 'POST', body: `name=${'x'.repeat(2 ** 20)}`, headers: { ...KEY, ...FORM } },
      400,
    ],
    ['a parameter twice as two kinds', '/v1/payment_intents?a=1&a[b]=2', { headers: KEY }, 400],
  ])('refuses %s', async (_what, path, init, status) => {
    const response = await fetch(harness.standIn.url + path, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    const { error } = (await response.json()) as { error: { type: string; message: string } };
    expect(error.type).toBe('invalid_request_error');
    expect(error.message).not.toContain('sk_live_x');
  });

  it('names a parameter that Stripe takes and the stand-in does not model', async () => {
    const request = harness.stripe.paymentIntents.create({ ...MONEY, transfer_group: 'g' });
    expect(await refusalOf(request)).toMatchObject({
      statusCode: 400,
      code: 'not_modelled_by_stand_in',
      param: 'transfer_group',
    });
  });
});

import type { Instant } from '../../../kernel/time.js';
import { StripeGateway } from './stripe.gateway.js';
import { TEST_NOW } from './stand-in/stand-in.testing.js';
import { signWebhook } from './stand-in/webhook-delivery.js';

const SECRET = 'whsec_one';
const OTHER = 'whsec_two';
const FIVE_MINUTES_MS = 300_000;

const gateway = new StripeGateway({ secretKey: 'sk_test_1', clock: () => TEST_NOW });
const live = new StripeGateway({ secretKey: 'sk_live_1', clock: () => TEST_NOW });

const intent = {
  object: 'payment_intent',
  id: 'pi_1',
  amount: 2_500,
  currency: 'usd',
  status: 'succeeded',
  metadata: { headroom_organization_id: 'org_1', headroom_top_up_id: 'top_1' },
  last_payment_error: null,
};
const event = (object: object, more: object = {}): string =>
  JSON.stringify(
    {
      object: 'event',
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      created: 1_795_269_590,
      livemode: false,
      data: { object },
      ...more,
    },
    null,
    2,
  );

const sign = (body: string, at: number = TEST_NOW, secret = SECRET): string =>
  signWebhook(body, secret, at as Instant);

const compact = (text: string): string => JSON.stringify(JSON.parse(text));
const BODY = event(intent);
const NAMELESS = event(intent, { id: 'evt\0' });

function verify(body: string, signature: string, secrets: readonly string[] = [SECRET]) {
  return gateway.verifyWebhook(Buffer.from(body), signature, secrets);
}

describe('a webhook', () => {
  it('is read once its signature is verified', () => {
    expect(verify(BODY, sign(BODY))).toEqual({
      ok: true,
      value: {
        id: 'evt_1',
        type: 'payment_intent.succeeded',
        createdAt: 1_795_269_590_000,
        account: null,
        content: intent,
        about: {
          kind: 'top-up',
          payment: {
            paymentIntentId: 'pi_1',
            organizationId: 'org_1',
            topUpId: 'top_1',
            amountCents: 2_500n,
            currency: 'usd',
            status: 'succeeded',
          },
        },
      },
    });
  });

  it('may be signed with any of the secrets, while one replaces another', () => {
    expect(verify(BODY, sign(BODY, TEST_NOW, OTHER), [SECRET, OTHER]).ok).toBe(true);
    const both = `${sign(BODY)},${sign(BODY, TEST_NOW, OTHER).split(',')[1]}`;
    expect(verify(BODY, both, [OTHER]).ok).toBe(true);
  });

});

describe('what is kept of a webhook', () => {
  it.each<[string, object, object]>([
    [
      'of a setup is its name, and never its secret',
      { object: 'setup_intent', id: 'seti_1', client_secret: 'seti_1_secret', status: 'succeeded' },
      { kind: 'setup-intent', objectId: 'seti_1' },
    ],
    [
      'of a payment method is its name, and never its holder',
      { object: 'payment_method', id: 'pm_1', billing_details: { name: 'A Person' } },
      { kind: 'payment-method', objectId: 'pm_1' },
    ],
    ['of a dispute is its name', { object: 'dispute', id: 'dp_1', evidence: {} }, { kind: 'dispute', objectId: 'dp_1' }],
  ])('%s', (_what, object, about) => {
    const text = event(object);
    const { objectId } = about as { readonly objectId: string };
    const content = { object: (object as { readonly object: string }).object, id: objectId };
    expect(verify(text, sign(text))).toMatchObject({ value: { content, about } });
    expect(Object.keys((verify(text, sign(text)) as any).value.content)).toEqual(['object', 'id']);
    expect(gateway.readContent(content)).toEqual(about);
  });

  it('of a payment says the same when it is read again', () => {
    const read = verify(event({ ...intent, client_secret: 'pi_1_secret' }), sign(event({ ...intent, client_secret: 'pi_1_secret' })));
    if (!read.ok) throw new Error(read.error);
    expect(JSON.stringify(read.value.content)).not.toContain('secret');
    expect(gateway.readContent(JSON.parse(JSON.stringify(read.value.content)))).toEqual(read.value.about);
  });
});

describe('a webhook that is not to be trusted', () => {
  const stale = TEST_NOW - FIVE_MINUTES_MS - 1_000;
  it.each<[string, readonly [string, string, readonly string[]], string]>([
    ['of another secret', [BODY, sign(BODY, TEST_NOW, OTHER), [SECRET]], 'bad-signature'],
    ['without secrets', [BODY, sign(BODY), []], 'bad-signature'],
    ['with a blank secret', [BODY, sign(BODY, TEST_NOW, ' '), [' ']], 'bad-signature'],
    ['without a signature', [BODY, '', [SECRET]], 'bad-signature'],
    ['with nonsense for one', [BODY, 't=x,v1=', [SECRET]], 'bad-signature'],
    ['of another scheme', [BODY, sign(BODY).replace('v1=', 'v0='), [SECRET]], 'bad-signature'],
    ['that was serialised again', [compact(BODY), sign(BODY), [SECRET]], 'bad-signature'],
    ['with another time', [BODY, sign(BODY).replace(/t=\d+/, 't=1'), [SECRET]], 'bad-signature'],
    ['that is old', [BODY, sign(BODY, stale), [SECRET]], 'too-old'],
    ['old and of another secret', [BODY, sign(BODY, stale, OTHER), [SECRET]], 'bad-signature'],
    ['that is no JSON', ['hello', sign('hello'), [SECRET]], 'malformed'],
    ['with a name of no form', [NAMELESS, sign(NAMELESS), [SECRET]], 'malformed'],
    ['that is no event', ['{"object":"list"}', sign('{"object":"list"}'), [SECRET]], 'malformed'],
  ])('%s is refused', (_what, [text, signature, secrets], error) => {
    expect(verify(text, signature, secrets)).toEqual({ ok: false, error });
  });

  it('is still taken at five minutes', () => {
    expect(verify(BODY, sign(BODY, TEST_NOW - FIVE_MINUTES_MS)).ok).toBe(true);
  });

  it('of test mode is refused by a live account, and the other way round', () => {
    const liveBody = event(intent, { livemode: true });
    const refused = { ok: false, error: 'wrong-mode' };
    expect(live.verifyWebhook(Buffer.from(BODY), sign(BODY), [SECRET])).toEqual(refused);
    expect(verify(liveBody, sign(liveBody))).toEqual(refused);
    expect(live.verifyWebhook(Buffer.from(liveBody), sign(liveBody), [SECRET]).ok).toBe(true);
  });

});

describe('a webhook about', () => {
  it.each<[string, object, object]>([
    [
      'a declined payment',
      {
        ...intent,
        status: 'requires_payment_method',
        last_payment_error: { code: 'card_declined', decline_code: 'lost_card', message: 'No.' },
      },
      {
        kind: 'top-up',
        payment: {
          status: 'failed',
          failure: { code: 'card_declined', declineCode: 'lost_card', message: 'No.' },
        },
      },
    ],
    [
      'a payment that we did not start',
      { ...intent, metadata: {} },
      { kind: 'top-up', payment: { organizationId: null, topUpId: null } },
    ],
    [
      'a payment that was not tried yet',
      { ...intent, status: 'requires_payment_method' },
      { kind: 'other', objectType: 'payment_intent', objectId: 'pi_1' },
    ],
    [
      'a payment in a state that ours never have',
      { ...intent, status: 'requires_capture' },
      { kind: 'other', objectType: 'payment_intent', objectId: 'pi_1' },
    ],
    [
      'a refund',
      {
        object: 'refund',
        id: 're_1',
        amount: 500,
        currency: 'usd',
        payment_intent: 'pi_1',
        status: 'succeeded',
      },
      {
        kind: 'refund',
        refund: { stripeRefundId: 're_1', refundId: null, paymentIntentId: 'pi_1', amountCents: 500n },
      },
    ],
    [
      'anything else',
      { object: 'balance', available: [] },
      { kind: 'other', objectType: 'balance', objectId: null },
    ],
  ])('%s', (_what, object, about) => {
    const text = event(object, { account: 'acct_1' });
    expect(verify(text, sign(text))).toMatchObject({ value: { account: 'acct_1', about } });
  });
});

describe('a thin event', () => {
  const thin = (more: object = {}): string =>
    JSON.stringify({
      ...{ id: 'evt_test_1', object: 'v2.core.event', type: 'v1.billing.meter.error_report_triggered' },
      ...{ created: '2026-11-21T13:59:50.051Z', livemode: false, context: null, reason: null },
      related_object: { id: 'mtr_test_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_test_1' },
      ...more,
    });
  const read = (body: string): unknown => verify(body, sign(body));

  it.each(['v1.billing.meter.error_report_triggered', 'v1.billing.meter.no_meter_found'])('%s is a report on meter events', (type) => {
    const content = { object: 'v2.core.event', id: 'evt_test_1', type };
    const value = { id: 'evt_test_1', type, createdAt: 1_795_269_590_051, account: null, content, about: { kind: 'meter-errors', eventId: 'evt_test_1' } };
    expect(read(thin({ type }))).toEqual({ ok: true, value });
    expect(gateway.readContent(content)).toEqual(value.about);
  });

  it('of another kind is noted by its name', () => {
    const about = { kind: 'other', objectType: 'v2.core.event', objectId: 'evt_test_1' };
    expect(read(thin({ type: 'v2.core.account.updated' }))).toMatchObject({ ok: true, value: { about } });
  });

  it.each([
    ['wrong-mode', { livemode: true }],
    ['malformed', { created: 'lately' }],
    ['malformed', { id: 'evt\0' }],
    ['malformed', { type: null }],
  ])('is refused as %s', (error, more) => {
    expect(read(thin(more))).toEqual({ ok: false, error });
  });
});

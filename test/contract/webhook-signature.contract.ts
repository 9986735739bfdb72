import { Stripe } from 'stripe';
import type { Instant } from '../../src/kernel/time.js';
import { makeSecret, signatureOf } from '../../src/notices/application/webhook-signature.js';

const BODY = '{"id":"e","object":"event","type":"invoice.paid","created":1,"organizationId":"o","data":{"text":"ü"}}';
// eslint-disable-next-line no-restricted-properties -- what checks it looks at the clock
const NOW = Date.now() as Instant;
const stripe = new Stripe('sk_test_of_nobody');

it('is what the SDK of Stripe checks', () => {
  const secret = makeSecret();
  const event = stripe.webhooks.constructEvent(BODY, signatureOf(BODY, [secret], NOW), secret);
  expect(event).toEqual(JSON.parse(BODY));
});

it('holds for each of two secrets, and for no other', () => {
  const [now, before, other] = [makeSecret(), makeSecret(), makeSecret()];
  const header = signatureOf(BODY, [now, before], NOW);
  for (const secret of [now, before]) expect(stripe.webhooks.constructEvent(BODY, header, secret).id).toBe('e');
  expect(() => stripe.webhooks.constructEvent(BODY, header, other)).toThrow('signature');
});

it.each([
  ['another body', `${BODY} `, NOW],
  ['an old signature', BODY, NOW - 3_600_000],
])('does not hold for %s', (_name, body, at) => {
  const secret = makeSecret();
  const header = signatureOf(BODY, [secret], at as Instant);
  expect(() => stripe.webhooks.constructEvent(body, header, secret)).toThrow();
});

it('is of this form', () => {
  expect(signatureOf('{}', ['a', 'b'], 1_700_000_000_999 as Instant)).toMatch(/^t=1700000000,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
  expect(makeSecret()).toMatch(/^whsec_[\w-]{43}$/);
});

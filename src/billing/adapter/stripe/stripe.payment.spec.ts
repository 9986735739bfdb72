import { refundSchema, toRefundFacts } from './stripe.payment.js';

describe('a refund at Stripe', () => {
  const refund = { object: 'refund', id: 're_1', amount: 500, currency: 'usd', payment_intent: 'pi_1', metadata: {} };

  it.each([
    [null, 'pending'],
    ['pending', 'pending'],
    ['requires_action', 'requires_action'],
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
  ])('with the status %j is %s', (status, expected) => {
    expect(toRefundFacts(refundSchema.parse({ ...refund, status })).status).toBe(expected);
  });
});

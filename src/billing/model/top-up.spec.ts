import { usd } from '../../../test/support/ledger.js';
import { TOP_UP_CENTS_MAX, TOP_UP_CENTS_MIN } from '../adapter/stripe/payment-gateway.js';
import { checkTopUp, MICRO_USD_PER_CENT, TOP_UP_MAX, TOP_UP_MIN } from './top-up.js';

describe('a top-up', () => {
  it.each([
    // amount               payment method           fields that are wrong
    [TOP_UP_MIN, 'pm_card_visa', []],
    [TOP_UP_MAX, 'pm_1NxyzABC', []],
    [usd(510_000), 'pm_card_visa', []],
    [usd(0), 'pm_card_visa', ['amount']],
    [usd(-1_000_000), 'pm_card_visa', ['amount']],
    [usd(490_000), 'pm_card_visa', ['amount']],
    [usd(1_005_000), 'pm_card_visa', ['amount']],
    [usd(1_000_001), 'pm_card_visa', ['amount']],
    [usd(TOP_UP_MAX + 10_000n), 'pm_card_visa', ['amount']],
    [TOP_UP_MIN, '', ['paymentMethod']],
    [TOP_UP_MIN, 'pm_', ['paymentMethod']],
    [TOP_UP_MIN, 'card_1', ['paymentMethod']],
    [TOP_UP_MIN, ' pm_card_visa', ['paymentMethod']],
    [TOP_UP_MIN, 'pm_card_visa\n', ['paymentMethod']],
    [TOP_UP_MIN, 'pm_a/../b', ['paymentMethod']],
    [TOP_UP_MIN, 'pm_\0', ['paymentMethod']],
    [TOP_UP_MIN, `pm_${'a'.repeat(251)}`, ['paymentMethod']],
    [usd(1), 'visa', ['amount', 'paymentMethod']],
  ])('of %s by %j', (amount, paymentMethod, fields) => {
    expect(checkTopUp(amount, paymentMethod).map(({ field }) => field)).toEqual(fields);
  });

  it('has Stripe’s bounds', () => {
    expect([TOP_UP_MIN, TOP_UP_MAX]).toEqual(
      [TOP_UP_CENTS_MIN, TOP_UP_CENTS_MAX].map((cents) => cents * MICRO_USD_PER_CENT),
    );
  });
});

import fc from 'fast-check';
import { divide, divideHalfEven, type UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { HOUR_MS, MINUTE_MS, type Instant } from '../../kernel/time.js';
import { amountOf, costUpTo } from './titles.js';

describe('what a rectangle costs', () => {
  it('is price x quantity x time, rounded half to even, and up for what is set aside', () => {
    const quarters = fc.integer({ min: 1, max: 4_000 });
    const whole = fc.bigInt({ min: 0n, max: 10n ** 15n });
    fc.assert(
      fc.property(whole, whole, quarters, (price, quantity, length) => {
        const window = { start: 0 as Instant, end: (length * 15 * MINUTE_MS) as Instant };
        const asked = [price as UnitPrice, quantity as Quantity, window] as const;
        const [product, hour] = [price * quantity * BigInt(window.end), BigInt(HOUR_MS)];
        const { quotient, remainder } = divide(product, hour);
        expect(amountOf(...asked)).toBe(divideHalfEven(product, hour));
        expect(costUpTo(...asked)).toBe(remainder === 0n ? quotient : quotient + 1n);
      }),
    );
  });
});

import fc from 'fast-check';
import type { ListingId, OrderId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import { compareAsks, compareBids } from './order-book.js';
import type { Priority } from './order.state.js';

const EXACT_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** Prices that are told apart as numbers, and such as are rounded to the same one. */
const price = fc.oneof(
  fc.bigInt({ min: 0n, max: 3n }),
  fc.bigInt({ min: EXACT_MAX - 3n, max: EXACT_MAX + 6n }),
  fc.bigInt({ min: 10n ** 400n, max: 10n ** 400n + 3n }),
);
const entry = fc.record({ price, sequence: fc.integer({ min: 1, max: 3 }) });

const placed = <Id extends ListingId | OrderId>(one: { price: bigint; sequence: number }): Priority<Id> => ({
  id: `${one.sequence}` as Id,
  price: one.price as UnitPrice,
  rank: Number(one.price),
  sequence: one.sequence,
});

const sign = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

describe('the order of a book', () => {
  it('is that of its prices, then of arrival, however large a price is', () => {
    fc.assert(
      fc.property(entry, entry, (a, b) => {
        const byArrival = Math.sign(a.sequence - b.sequence);
        const [asks, bids] = [sign(a.price, b.price), sign(b.price, a.price)];
        expect(Math.sign(compareAsks(placed(a), placed(b)))).toBe(asks || byArrival);
        expect(Math.sign(compareBids(placed(a), placed(b)))).toBe(bids || byArrival);
      }),
      { numRuns: 1_000 },
    );
  });
});

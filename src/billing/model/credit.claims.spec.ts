import fc from 'fast-check';
import { EXCHANGE, PROVIDER, SELLER, basisPoints, splitOf, usd } from '../../../test/support/ledger.js';
import { hours } from '../../../test/support/market.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { priceShareOf, type SharedArea } from '../../kernel/proration.js';
import { HOUR_MS } from '../../kernel/time.js';
import { claimsOf } from './credit.claims.js';

const HOLDER = 'org-holder' as OrganizationId;
/** 100 tokens/s for four hours at 0.04 USD. */
const SALE = { holderId: HOLDER, window: hours(24, 28), quantity: 100n, amount: usd(40_000) };
const NOTHING: SharedArea = { share: basisPoints(0), area: 0n };
const of = (share: number, tokens = 100): SharedArea => ({
  share: basisPoints(share),
  area: BigInt(tokens * HOUR_MS),
});

describe('a credit', () => {
  it.each([
    // share   held   micro-USD of an hour that cost 10,000
    [1_000, 100, 1_000n],
    [10_000, 100, 10_000n],
    [10_000, 60, 6_000n],
    [2_500, 1, 25n],
    [1, 1, 0n],
    [0, 100, 0n],
  ])('of %d basis points on %d tokens/s', (share, held, amount) => {
    expect(priceShareOf(SALE, of(share, held))).toBe(amount);
  });

  // 2.5 % of the price had gone to the exchange and 5 % to the provider.
  it.each([
    ['first', NOTHING, of(1_000), ['seller 925 to holder', 'royalty 50 to holder', 'fee 25 to holder']],
    ['more', of(1_000), of(2_500), ['seller 1388 to holder', 'royalty 75 to holder', 'fee 37 to holder']],
    ['the same', of(1_000), of(1_000), []],
    ['undone', of(1_000), NOTHING, ['seller 925 from holder', 'royalty 50 from holder', 'fee 25 from holder']],
    ['on less', of(1_000), of(1_000, 60), ['seller 370 from holder', 'royalty 20 from holder', 'fee 10 from holder']],
  ])('is given back by everybody who had a part: %s', (_what, before, now, told) => {
    const claims = claimsOf(SALE, splitOf(), { before, now });
    const payers = { seller: SELLER, royalty: PROVIDER, fee: EXCHANGE };
    expect(
      claims.map(({ part, fromId, toId, amount }) => {
        const isGiven = toId === HOLDER;
        expect(isGiven ? fromId : toId).toBe(payers[part]);
        return `${part} ${amount} ${isGiven ? 'to' : 'from'} holder`;
      }),
    ).toEqual(told);
  });

  it('is not given back to oneself', () => {
    const own = splitOf({ providerId: HOLDER });
    const parts = claimsOf(SALE, own, { before: NOTHING, now: of(10_000) }).map(({ part }) => part);
    expect(parts).toEqual(['seller', 'fee']);
  });
});

const area = fc.record({ share: fc.nat(10_000).map(basisPoints), area: fc.bigInt({ min: 0n, max: BigInt(100 * HOUR_MS) }) });

describe('credits', () => {
  const split = fc.record({ royalty: fc.nat(5_000), fee: fc.nat(5_000) }).map(({ royalty, fee }) =>
    splitOf({ royalty: basisPoints(royalty), fee: basisPoints(fee) }),
  );

  it('of any revisions come to the last one, and all books to zero', () => {
    fc.assert(
      fc.property(fc.array(area, { minLength: 1 }), split, fc.bigInt({ min: 0n, max: 10n ** 12n }), (revisions, by, amount) => {
        const sale = { ...SALE, amount: usd(amount) };
        const books = new Map<OrganizationId, bigint>();
        let before: SharedArea = NOTHING;
        for (const now of revisions) {
          for (const { fromId, toId, amount: money } of claimsOf(sale, by, { before, now })) {
            expect(money).toBeGreaterThan(0n);
            books.set(fromId, (books.get(fromId) ?? 0n) - money);
            books.set(toId, (books.get(toId) ?? 0n) + money);
          }
          before = now;
        }
        expect([...books.values()].reduce((sum, one) => sum + one, 0n)).toBe(0n);
        expect(books.get(HOLDER) ?? 0n).toBe(priceShareOf(sale, before));
      }),
    );
  });

  it('of all parts of an hour are never more than its price', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100 * HOUR_MS), { maxLength: 5 }), fc.bigInt({ min: 0n, max: 10n ** 9n }), (cuts, amount) => {
        const sale = { ...SALE, amount: usd(amount) };
        const lines = [0, ...cuts, 100 * HOUR_MS].sort((a, b) => a - b);
        const parts = lines.slice(1).map((line, index) => line - (lines[index] ?? 0));
        const sum = parts.reduce(
          (all, part) => all + priceShareOf(sale, { share: basisPoints(10_000), area: BigInt(part) }),
          0n,
        );
        expect(sum * 4n).toBeLessThanOrEqual(amount);
      }),
    );
  });
});

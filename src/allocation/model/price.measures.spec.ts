import fc from 'fast-check';
import {
  averagePerMillionTokens,
  averagePrice,
  formatTokenHours,
  NOTHING_TRADED,
  perMillionTokens,
  unitPriceWithin,
  type TradedVolume,
} from './price.measures.js';

/** Trades of (price, token-milliseconds). */
const traded = (...trades: readonly (readonly [price: bigint, tokenMs: bigint])[]): TradedVolume => ({
  trades: trades.length,
  tokenMs: trades.reduce((sum, [, tokenMs]) => sum + tokenMs, 0n),
  value: trades.reduce((sum, [price, tokenMs]) => sum + price * tokenMs, 0n),
});
const HOUR = 3_600_000n;

describe('a volume-weighted average', () => {
  it.each([
    ['one trade', traded([100n, HOUR]), 100n],
    ['weights', traded([100n, 3n * HOUR], [200n, HOUR]), 125n],
    ['a half above an even number', traded([100n, HOUR], [101n, HOUR]), 100n],
    ['a half above an odd number', traded([101n, HOUR], [102n, HOUR]), 102n],
    ['less than a half', traded([101n, 2n * HOUR], [102n, HOUR]), 101n],
    ['more than a half', traded([101n, HOUR], [102n, 2n * HOUR]), 102n],
    ['a quarter of an hour', traded([100n, HOUR / 4n], [104n, HOUR / 2n]), 103n],
    ['for nothing', traded([0n, HOUR]), 0n],
    ['beyond 2^63', traded([10n ** 15n, 10n ** 22n], [10n ** 15n - 2n, 10n ** 22n]), 10n ** 15n - 1n],
  ])('%s', (_what, volume, average) => {
    expect(averagePrice(volume)).toBe(average);
  });

  it('is none where nothing was traded', () => {
    expect(averagePrice(NOTHING_TRADED)).toBeNull();
    expect(averagePerMillionTokens(NOTHING_TRADED)).toBeNull();
  });

  it('lies between the lowest and the highest price', () => {
    const trade = fc.tuple(fc.bigInt(0n, 10n ** 15n), fc.bigInt(1n, 10n ** 22n));
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 20 }), (trades) => {
        const average = averagePrice(traded(...trades)) ?? -1n;
        const prices = trades.map(([price]) => price);
        expect(prices.some((price) => price <= average) && prices.some((price) => price >= average)).toBe(true);
      }),
    );
  });
});

describe('a price for a million tokens', () => {
  it.each([
    [0n, 0n],
    [1n, 278n],
    [9n, 2_500n],
    [3_600n, 1_000_000n],
    [10n ** 15n, 277_777_777_777_777_778n],
  ])('of %s per token/s and hour is %s', (unitPrice, expected) => {
    expect(perMillionTokens(unitPrice)).toBe(expected);
    expect(averagePerMillionTokens(traded([unitPrice, HOUR]))).toBe(expected);
  });

  it('is rounded once: half a micro-USD more per hour is not lost', () => {
    // 0.5 x 10^6 / 3600 = 138.9, where the average price alone would have been rounded to 0.
    expect(averagePerMillionTokens(traded([0n, HOUR], [1n, HOUR]))).toBe(139n);
  });
});

describe('a budget for a million tokens', () => {
  it('is kept by the highest unit price within it, and passed by the next one', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), (budget) => {
        const unitPrice = unitPriceWithin(budget);
        expect(perMillionTokens(unitPrice) <= budget && perMillionTokens(unitPrice + 1n) > budget).toBe(true);
      }),
    );
  });

  it('of $0.28 is 1,008 micro-USD per token/s and hour', () => expect(unitPriceWithin(280_000n)).toBe(1_008n));

  it('below nothing is kept by no price', () => expect(unitPriceWithin(-1n)).toBe(-1n));
});

describe('token-hours', () => {
  it.each([
    [0n, '0'],
    [HOUR, '1'],
    [HOUR / 4n, '0.25'],
    [7n * HOUR + HOUR / 2n, '7.5'],
    [10n ** 12n * 24n * HOUR, '24000000000000'],
    [HOUR / 1_000_000n, '0.000001'],
    [1n, '0'],
    [2n, '0.000001'],
  ])('%s token-milliseconds are %s', (tokenMs, expected) => {
    expect(formatTokenHours(tokenMs)).toBe(expected);
  });
});

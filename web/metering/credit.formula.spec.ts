import { workedCredit } from './credit.formula.js';

const sale = { amount: '4000000', quantity: '1000', window: { start: '2026-11-28T10:00:00.000Z', end: '2026-11-28T14:00:00.000Z' } };

describe('a credit, worked out', () => {
  it('is a share of the price of the hour', () => {
    expect(workedCredit(sale, { credit: '1000000', share: 10_000 })).toEqual({ hours: 4, priceOfHour: 1_000_000n, whole: 1_000_000n, heldShare: null });
    expect(workedCredit(sale, { credit: '100000', share: 1_000 })).toMatchObject({ whole: 100_000n, heldShare: null });
  });

  it('is for what was still held: 600 of 1,000 tokens/s', () => {
    expect(workedCredit(sale, { credit: '60000', share: 1_000 })).toMatchObject({ whole: 100_000n, heldShare: 6_000 });
  });

  it('of nothing is nothing', () => {
    expect(workedCredit({ ...sale, amount: '0' }, { credit: '0', share: 1_000 })).toMatchObject({ whole: 0n, heldShare: null });
  });
});

import { rateOf, shareOf, useInAll } from './use-of.js';

const hour = (at: string, weightedTokens: string, entitledTokens: string, overageAmount = '0') => ({
  ...{ hour: `2026-12-01T${at}:00:00Z`, weightedTokens, entitledTokens, overageTokens: '0', overageAmount },
});

describe('use against what is held', () => {
  it('is a rate over its hour, and never more than what was held', () => {
    const window = { start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00.000Z' };
    expect(rateOf(hour('09', '1800000.5', '3600000'))).toEqual({ quantity: '500', window });
    expect(rateOf(hour('09', '7200000', '3600000'))).toEqual({ quantity: '1000', window });
  });

  it('is a share in basis points, above the whole where there was overage, and none of nothing', () => {
    expect(shareOf(hour('09', '900000', '3600000'))).toBe(2_500);
    expect(shareOf(hour('09', '5400000', '3600000'))).toBe(15_000);
    expect(shareOf(hour('09', '5', '0'))).toBeNull();
  });

  it('is summed without one hour paying for another', () => {
    const hours = [hour('09', '7200000', '3600000', '1250000'), hour('10', '0', '3600000'), hour('11', '100', '0', '250000')];
    expect(useInAll(hours)).toEqual({ hours: 3, share: 5_000, overageAmount: 1_500_000n });
    expect(useInAll([])).toEqual({ hours: 0, share: null, overageAmount: 0n });
  });
});

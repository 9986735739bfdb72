import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { hours, price, tokens } from '../../../test/support/market.js';
import { curve } from '../../../test/support/planning.js';
import { HOUR_MS, type Duration } from '../../kernel/time.js';
import { repeatedPlan, roundTheClock, TCO_MONTHS, totalCost, type OnDemandPrice, type TcoQuestion } from './tco.js';

const usd = (value: number): MicroUsd => BigInt(value) as MicroUsd;
const onDemand = (per: number, yearlyChange = 0): OnDemandPrice => ({
  name: 'list price',
  pricePerMillionTokens: usd(per),
  yearlyChange,
});

/** 1,000 tokens/s at 720 micro-USD an hour: 0.20 USD a million tokens at full use. */
const question = (changes: Partial<TcoQuestion> = {}): TcoQuestion => ({
  purchase: roundTheClock(tokens(1_000), price(720)),
  utilization: 5_000 as BasisPoints,
  oneOffCost: usd(0),
  onDemand: [],
  ...changes,
});

describe('total cost', () => {
  it('is price x quantity x hours, and per million of the tokens that are used', () => {
    // 1,000 x 3,600 x 8,760 / 2 tokens a year; 720 x 1,000 x 8,760 micro-USD.
    expect(totalCost(question(), 12)).toEqual({
      months: 12,
      usefulTokens: 15_768_000_000n,
      amount: 6_307_200_000n,
      perMillionTokens: 400_000n,
      onDemand: [],
    });
  });

  it.each([
    // months, amount, per million tokens
    [12, 7_884_000_000n, 500_000n],
    [24, 14_191_200_000n, 450_000n],
    [36, 20_498_400_000n, 433_333n],
  ] as const)('spreads over %s months what is paid once', (months, amount, perMillionTokens) => {
    const found = totalCost(question({ oneOffCost: usd(1_576_800_000) }), months);
    expect(found).toMatchObject({ amount, perMillionTokens });
  });

  it.each([
    // on demand per million, yearly change, months, on demand, per million, saving, break-even
    [800_000, 0, 12, 12_614_400_000n, 800_000n, 6_307_200_000n, 2_500],
    [400_000, 0, 12, 6_307_200_000n, 400_000n, 0n, 5_000],
    [300_000, 0, 12, 4_730_400_000n, 300_000n, -1_576_800_000n, 6_667],
    [100_000, 0, 12, 1_576_800_000n, 100_000n, -4_730_400_000n, null],
    [0, 0, 12, 0n, 0n, -6_307_200_000n, null],
    [800_000, -5_000, 24, 18_921_600_000n, 600_000n, 6_307_200_000n, 3_334],
    [800_000, -5_000, 36, 22_075_200_000n, 466_667n, 3_153_600_000n, 4_286],
    [800_000, 1_000, 36, 41_753_664_000n, 882_667n, 22_832_064_000n, 2_266],
  ] as const)(
    'against %s micro-USD a million, %s basis points a year, over %s months',
    (...[per, change, months, amount, perMillionTokens, saving, breakEvenUtilization]) => {
      const found = totalCost(question({ onDemand: [onDemand(per, change)] }), months);
      const figures = { amount, perMillionTokens, saving, breakEvenUtilization };
      expect(found.onDemand).toEqual([{ name: 'list price', ...figures }]);
    },
  );

  it('of what a plan buys for all of the day, as the example has it', () => {
    const base = question({ purchase: roundTheClock(tokens(500), price(600)), onDemand: [onDemand(800_000)] });
    expect(totalCost(base, 12)).toMatchObject({
      ...{ amount: 2_628_000_000n, perMillionTokens: 333_333n },
      onDemand: [{ amount: 6_307_200_000n, saving: 3_679_200_000n, breakEvenUtilization: 2_084 }],
    });
  });

  describe('of a plan', () => {
    const demand = curve([0, 8, 500], [8, 12, 1_400], [12, 24, 500]);
    const fill = (from: number, to: number, quantity: number) => ({ window: hours(from, to), quantity: tokens(quantity) });
    const plan = { fills: [fill(0, 24, 500), fill(8, 12, 500), fill(8, 12, 400)], amount: usd(9_840_000) } as never;
    const day = 24 * HOUR_MS;

    it('is what it buys, every day for years, as the example has it', () => {
      const purchase = repeatedPlan(demand, plan, null);
      expect(purchase).toEqual({ volume: 15_600n * BigInt(HOUR_MS), amount: 9_840_000n, every: day });
      const base = question({ purchase, utilization: 6_000 as BasisPoints, onDemand: [onDemand(800_000), onDemand(800_000, -5_000)] });
      // 15,600 x 3,600 x 365 x 0.6 tokens a year; $9.84 x 365.
      expect(totalCost(base, 12)).toMatchObject({
        ...{ usefulTokens: 12_299_040_000n, amount: 3_591_600_000n, perMillionTokens: 292_023n },
        onDemand: [{ amount: 9_839_232_000n, saving: 6_247_632_000n, breakEvenUtilization: 2_191 }, {}],
      });
      expect(totalCost(base, 36)).toMatchObject({
        ...{ amount: 10_774_800_000n, perMillionTokens: 292_023n },
        onDemand: [{ amount: 29_517_696_000n }, { amount: 17_218_656_000n, saving: 6_443_856_000n, breakEvenUtilization: 3_755 }],
      });
    });

    it('is bought as often as is said, and no more often than what it buys lasts', () => {
      expect(repeatedPlan(demand, plan, (7 * day) as Duration).every).toBe(7 * day);
      expect(repeatedPlan(demand, plan, HOUR_MS as Duration).every).toBe(day);
      // Of a pool that sells whole days.
      expect(repeatedPlan(curve([6, 8, 500]), plan, null).every).toBe(day);
      const weekly = question({ purchase: repeatedPlan(demand, plan, (7 * day) as Duration) });
      // 365 / 7 times a year.
      expect(totalCost(weekly, 12)).toMatchObject({ amount: 513_085_714n, usefulTokens: 1_464_171_429n, perMillionTokens: 350_427n });
    });

    it('costs the same for a million tokens as its capacity does round the clock', () => {
      const flat = { fills: [fill(0, 24, 500)], amount: usd(7_200_000) } as never;
      const [one, other] = [repeatedPlan(curve([0, 24, 500]), flat, null), roundTheClock(tokens(500), price(600))];
      const asked = { onDemand: [onDemand(733_331, -1_234)], oneOffCost: usd(1_000_000_007) };
      for (const months of TCO_MONTHS) {
        expect(totalCost(question({ purchase: one, ...asked }), months)).toEqual(totalCost(question({ purchase: other, ...asked }), months));
      }
    });
  });

  it('rounds each figure once, half to even', () => {
    // 5 x 10^6 x 10^4 / (3,600 x 10,000) = 1,388.888...; 1 token/s at 1 basis point of a year.
    const full = totalCost(question({ purchase: roundTheClock(tokens(1_000), price(5)), utilization: 10_000 as BasisPoints }), 12);
    expect(full.perMillionTokens).toBe(1_389n);
    const least = totalCost(question({ purchase: roundTheClock(tokens(1), price(720)), utilization: 1 as BasisPoints }), 12);
    // 3,153.6 tokens.
    expect(least.usefulTokens).toBe(3_154n);
  });

  it('breaks even where it says: no sooner, no later', () => {
    const prices = [onDemand(733_331, -1_234)];
    for (const months of TCO_MONTHS) {
      const at = totalCost(question({ onDemand: prices }), months).onDemand[0]?.breakEvenUtilization ?? 0;
      const savingAt = (utilization: number): bigint =>
        totalCost(question({ onDemand: prices, utilization: utilization as BasisPoints }), months)
          .onDemand[0]!.saving;
      expect(savingAt(at)).toBeGreaterThanOrEqual(0n);
      expect(savingAt(at - 1)).toBeLessThan(0n);
    }
  });
});

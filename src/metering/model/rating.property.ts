import fc from 'fast-check';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { fromSegments, type Segment } from '../../kernel/step-function.js';
import { HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import type { UsageTerms } from '../../providers/contract.js';
import { entitledIn, formatWeighted, parseWeighted, rate, type WeightedTokens } from './rating.js';
import type { TokenCounts } from './token-counts.js';

/** A fraction of two whole numbers, as one learns it in school: never reduced, never rounded. */
class Fraction {
  constructor(
    readonly over: bigint,
    readonly under = 1n,
  ) {}
  plus(other: Fraction): Fraction {
    const over = this.over * other.under + other.over * this.under;
    return new Fraction(over, this.under * other.under);
  }
  times(other: Fraction): Fraction {
    return new Fraction(this.over * other.over, this.under * other.under);
  }
  minus(other: Fraction): Fraction {
    return this.plus(other.times(new Fraction(-1n)));
  }
  get isNegative(): boolean {
    return this.over < 0n;
  }
  isSame(other: Fraction): boolean {
    return this.minus(other).over === 0n;
  }
  /** For what is not negative; found by trying, not by a rule of rounding. */
  nearest(): bigint {
    const below = this.over / this.under;
    const toBelow = this.minus(new Fraction(below));
    const toAbove = new Fraction(below + 1n).minus(this);
    const lean = toBelow.minus(toAbove);
    if (lean.over === 0n) return below % 2n === 0n ? below : below + 1n;
    return lean.isNegative ? below : below + 1n;
  }
}

const fraction = (over: bigint | number, under: bigint | number = 1): Fraction =>
  new Fraction(BigInt(over), BigInt(under));

const HOUR = Date.parse('2026-12-01T14:00:00Z') as Instant;
const count = fc.bigInt({ min: 0n, max: 1_000_000_000_000n });
const counts = fc
  .record({ input: count, output: count, cached: fc.nat(100), reasoning: fc.nat(100) })
  .map(({ input, output, cached, reasoning }): TokenCounts => ({
    ...{ input, output },
    cachedInput: (input * BigInt(cached)) / 100n,
    reasoning: (output * BigInt(reasoning)) / 100n,
  }));
const weight = fc.nat(100_000).map((value) => value as BasisPoints);
const terms: fc.Arbitrary<UsageTerms> = fc.record({
  profileVersion: fc.constant(1),
  weights: fc.record({ input: weight, cachedInput: weight, reasoning: weight }),
  overagePrice: fc.option(fc.bigInt({ min: 0n, max: 10_000_000_000n }).map((n) => n as MicroUsd)),
});
/** Around the hour, some of it before and after. */
const segments: fc.Arbitrary<readonly Segment[]> = fc.array(
  fc
    .record({
      start: fc.integer({ min: -HOUR_MS, max: 2 * HOUR_MS }),
      length: fc.integer({ min: 1, max: HOUR_MS }),
      value: fc.bigInt({ min: 0n, max: 1_000_000_000n }),
    })
    .map(({ start, length, value }) => ({
      window: { start: plus(HOUR, start), end: plus(HOUR, start + length) },
      value,
    })),
  { maxLength: 6 },
);

function naiveWeighted(given: TokenCounts, { weights }: UsageTerms): Fraction {
  const at = (tokens: bigint, share: number): Fraction =>
    fraction(tokens).times(fraction(share, 10_000));
  return at(given.output - given.reasoning, 10_000)
    .plus(at(given.reasoning, weights.reasoning))
    .plus(at(given.input - given.cachedInput, weights.input))
    .plus(at(given.cachedInput, weights.cachedInput));
}

function naiveEntitled(held: readonly Segment[]): Fraction {
  return held.reduce((sum, { window, value }) => {
    const from = Math.max(window.start, HOUR);
    const until = Math.min(window.end, HOUR + HOUR_MS);
    const seconds = fraction(Math.max(until - from, 0), 1_000);
    return sum.plus(fraction(value).times(seconds));
  }, fraction(0));
}

describe('rating', () => {
  it('is what fractions say', () => {
    fc.assert(
      fc.property(counts, terms, segments, (given, by, held) => {
        const rated = rate(given, entitledIn(fromSegments(held), HOUR), by);
        const exact = (parts: bigint): Fraction => fraction(parts, 10_000);
        const [used, entitled] = [naiveWeighted(given, by), naiveEntitled(held)];
        const above = used.minus(entitled);
        const overage = above.isNegative ? fraction(0) : above;
        const price = fraction(by.overagePrice ?? 0n, 1_000_000);
        expect(exact(rated.weighted).isSame(used)).toBe(true);
        expect(exact(rated.entitled).isSame(entitled)).toBe(true);
        expect(exact(rated.overage).isSame(overage)).toBe(true);
        expect(rated.overageAmount).toBe(overage.times(price).nearest());
      }),
    );
  });

  it('is written without losing anything', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (amount) => {
        const text = formatWeighted(amount as WeightedTokens);
        expect(text).toMatch(/^\d+(\.\d{0,3}[1-9])?$/);
        expect(parseWeighted(text)).toBe(amount);
      }),
    );
  });

  it.each(['', '-1', '1.', '.5', '1.00001', '01', '1e3', '0x1', '1,5', ' 1', 'NaN'])(
    'does not read %p',
    (text) => expect(parseWeighted(text)).toBeNull(),
  );
});

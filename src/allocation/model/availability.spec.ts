import fc from 'fast-check';
import { hour, hours, POOL, price } from '../../../test/support/market.js';
import type { PoolId } from '../../kernel/ids.js';
import { fromSegments, minimumOver } from '../../kernel/step-function.js';
import { DAY_MS, HOUR_MS, plus, type Duration, type Instant } from '../../kernel/time.js';
import { availabilityOf, type AvailableStep, type Calendar } from './availability.js';
import type { OpenAsk } from './book.sides.js';

type Stretch = readonly [from: number, to: number, quantity: number];
const ask = (unitPrice: number, ...stretches: readonly Stretch[]): OpenAsk => ({
  poolId: POOL,
  window: hours(0, 240),
  unitPrice: price(unitPrice),
  remaining: fromSegments(stretches.map(([a, b, value]) => ({ window: hours(a, b), value: BigInt(value) }))),
});
const calendar = (from: number, count: number, step: Duration = HOUR_MS): Calendar => ({ from: hour(from), step, count });
const shown = (steps: readonly AvailableStep[]) =>
  steps.map(({ quantity, bestPrice }) => `${quantity}@${bestPrice ?? '-'}`).join(' ');
const always = (): Instant => hour(0);

describe('an availability calendar', () => {
  it('adds up what is on offer throughout each step, at the best price', () => {
    const asks = [ask(9, [1, 4, 10]), ask(5, [2, 3, 7])];
    expect(shown(availabilityOf(asks, calendar(0, 5), always))).toBe('0@- 10@9 17@5 10@9 0@-');
  });

  it('counts a step with the least there is anywhere in it', () => {
    const asks = [ask(9, [0, 20, 10], [20, 30, 4], [30, 47, 8])];
    expect(shown(availabilityOf(asks, calendar(0, 3, DAY_MS), always))).toBe('4@9 0@- 0@-');
    expect(shown(availabilityOf(asks, calendar(0, 1, DAY_MS), always))).toBe('4@9');
  });

  it('leaves out what has begun, pool by pool', () => {
    const late = { ...ask(1, [0, 9, 5]), poolId: 'pool-2' as PoolId };
    const earliest = (poolId: PoolId): Instant => (poolId === POOL ? hour(2) : hour(2.5));
    const steps = availabilityOf([ask(9, [0, 9, 10]), late], calendar(0, 5), earliest);
    expect(shown(steps)).toBe('0@- 0@- 10@9 15@1 15@1');
  });

  it('names its steps', () => {
    const [first, second] = availabilityOf([], calendar(24, 2, DAY_MS), always);
    expect([first?.window, second?.window]).toEqual([hours(24, 48), hours(48, 72)]);
    expect(availabilityOf([ask(1, [0, 9, 5])], calendar(0, 0), always)).toEqual([]);
  });

  it('is what looking at every offer in every step finds', () => {
    const quarter = fc.integer({ min: 0, max: 200 }).map((quarters) => quarters / 4);
    const stretch = fc.tuple(quarter, quarter, fc.integer({ min: 1, max: 9 }))
      .map(([a, b, value]): Stretch => [Math.min(a, b), Math.max(a, b) + 0.25, value]);
    const asks = fc.array(
      fc.record({ unitPrice: fc.integer({ min: 0, max: 4 }), stretches: fc.array(stretch, { maxLength: 5 }) })
        .map(({ unitPrice, stretches }) => ask(unitPrice, ...stretches)),
      { maxLength: 6 },
    );
    const frames = fc.oneof(
      fc.record({ step: fc.constant(HOUR_MS), from: fc.integer({ min: 0, max: 30 }), count: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ step: fc.constant(DAY_MS), from: fc.constantFrom(0, 24), count: fc.integer({ min: 0, max: 4 }) }),
    );
    fc.assert(
      fc.property(asks, frames, quarter, (given, { from, count, step }, earliest) => {
        const frame = calendar(from, count, step);
        const steps = availabilityOf(given, frame, () => hour(earliest));
        expect(steps).toEqual(naive(given, frame, hour(earliest)));
      }),
      { numRuns: 300 },
    );
  });
});

function naive(asks: readonly OpenAsk[], { from, step, count }: Calendar, earliest: Instant): AvailableStep[] {
  return Array.from({ length: count }, (_, index) => {
    const start = plus(from, index * step);
    const window = { start, end: plus(start, step) };
    const found = asks
      .map(({ remaining, unitPrice }) => ({ unitPrice, quantity: minimumOver(remaining, window) }))
      .filter(({ quantity }) => quantity > 0n && start >= earliest);
    const prices = found.map(({ unitPrice }) => unitPrice).sort((a, b) => (a < b ? -1 : 1));
    const quantity = found.reduce((sum, one) => sum + one.quantity, 0n);
    return { window, quantity, bestPrice: prices[0] ?? null };
  });
}

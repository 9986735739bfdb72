import { TIERS } from '../model/tier.js';
import { BodyBudget } from './body-budget.js';
import { GATEWAY_BOUNDS } from './gateway-limits.js';

const { bodiesBytes, requestBytes } = GATEWAY_BOUNDS;

describe('what bodies of requests may take', () => {
  it.each([
    [50, ['fast', 'priority', 'standard']],
    [75, ['fast', 'priority']],
    [90, ['fast']],
    [100, []],
  ])('above %i %% of the budget there is room for %j', (percent, expected) => {
    const budget = new BodyBudget();
    while (budget.heldBytes + requestBytes <= (bodiesBytes * percent) / 100) budget.hold(requestBytes, 'fast');
    budget.hold((bodiesBytes * percent) / 100 - budget.heldBytes, 'fast');
    expect(TIERS.filter((tier) => budget.hold(1, tier) !== null)).toEqual(expected);
  });

  it('what is not announced may be the most, until it is known', () => {
    const budget = new BodyBudget();
    const held = budget.hold(null, 'standard');
    expect(budget.heldBytes).toBe(requestBytes);
    held?.shrink(10);
    expect(budget.heldBytes).toBe(10);
    held?.shrink(20);
    expect(budget.heldBytes).toBe(10);
  });

  it('what is too large is refused while it is read: no more is held for it', () => {
    const budget = new BodyBudget();
    budget.hold(requestBytes * 100, 'standard');
    expect(budget.heldBytes).toBe(requestBytes);
  });

  it('an answer that is kept takes its part, at its request’s tier, and goes with it', () => {
    const budget = new BodyBudget();
    const held = budget.hold(10, 'batch');
    expect(held?.grow(bodiesBytes / 2 - 10)).toBe(true);
    expect(held?.grow(1)).toBe(false);
    expect(budget.heldBytes).toBe(bodiesBytes / 2);
    expect(budget.hold(1, 'standard')?.grow(bodiesBytes / 4 - 1)).toBe(true);
    held?.release();
    expect(budget.heldBytes).toBe(bodiesBytes / 4);
  });

  it('what comes for a client that has left is not kept, and takes nothing', () => {
    const budget = new BodyBudget();
    const held = budget.hold(10, 'fast');
    held?.release();
    expect([held?.grow(5), budget.heldBytes]).toEqual([false, 0]);
  });

  it('comes back once', () => {
    const budget = new BodyBudget();
    const held = budget.hold(1_000, 'batch');
    budget.hold(7, 'batch');
    held?.release();
    held?.release();
    expect(budget.heldBytes).toBe(7);
  });
});

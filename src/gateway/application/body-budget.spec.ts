import { TIERS } from '../model/tier.js';
import { BodyBudget } from './body-budget.js';
import { readBytes } from './attempt.js';
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

describe('an answer that is read until it is whole', () => {
  async function* parts(end: 'ends' | 'breaks'): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(30);
    yield new Uint8Array(20);
    if (end === 'breaks') throw new Error('reset');
  }
  const read = async (end: 'ends' | 'breaks', bytesMax: number): Promise<readonly [string, number]> => {
    const budget = new BodyBudget();
    const held = budget.hold(10, 'standard');
    if (held === null) throw new Error('no room');
    const room = { keep: (bytes: number) => held.grow(bytes), letGo: (bytes: number) => held.giveBack(bytes) };
    const told = await readBytes(parts(end), bytesMax, room).then((bytes) => String(bytes?.length ?? null), ({ message }: Error) => message);
    return [told, budget.heldBytes];
  };

  it.each<['ends' | 'breaks', number, string, number]>([
    ['ends', 50, '50', 60],
    ['ends', 49, 'null', 10],
    ['breaks', 1_000, 'reset', 10],
  ])('%s, of at most %s bytes, leaves room for the next lane’s where it is not', async (end, bytesMax, told, held) => {
    expect(await read(end, bytesMax)).toEqual([told, held]);
  });
});

import type { PoolId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { BUYER, hours, list, MarketStory, openPool, OTHER, price, tokens } from '../../../test/support/market.js';
import { ANYTHING, bid } from '../../../test/support/order-traffic.js';
import type { OrderFilled } from './market.events.js';

const SECOND_POOL = { poolId: 'pool-2' as PoolId, providerId: OTHER };
const HALF = { ...ANYTHING, providerShareMax: 5_000 as BasisPoints };

const second = (id: string, quantity: number) =>
  list(id, hours(24, 48), quantity, { ...SECOND_POOL, sellerId: OTHER });

/** One provider offers 100; another one so much, or nothing. */
function offered(other: number): MarketStory {
  const story = new MarketStory().given(openPool(), openPool(SECOND_POOL), list('L1', hours(24, 48), 100));
  return other === 0 ? story : story.given(second('L2', other));
}

const fillsOf = ({ events }: MarketStory): unknown[] =>
  events
    .filter((event): event is OrderFilled => event.type === 'OrderFilled')
    .map(({ poolId, quantity }) => [poolId, Number(quantity)]);

const asking = (changes: Record<string, unknown>, quantity = 100) =>
  bid('O1', { quantity: tokens(quantity), constraints: HALF, ...changes });
const [IOC, FOK] = [{ timeInForce: { kind: 'IOC' } }, { timeInForce: { kind: 'FOK' } }];

describe('a bid for 100 with at most half from one provider', () => {
  const lanes = (one: number, other: number): unknown[] => [['pool-1', one], ['pool-2', other]];

  it.each<[what: string, changes: Record<string, unknown>, alone: unknown[], beside30: unknown[]]>([
    ['is filled from one, where only one has any', IOC, [['pool-1', 50]], lanes(50, 30)],
    ['is filled from two or not at all with a least above the share', { ...IOC, minimumFill: tokens(51) }, [], lanes(50, 30)],
    ['waits for all of it where it is all or none', { minimumFill: tokens(100) }, [], []],
  ])('%s', (_what, changes, alone, beside30) => {
    expect(fillsOf(offered(0).given(asking(changes)))).toEqual(alone);
    expect(fillsOf(offered(30).given(asking(changes)))).toEqual(beside30);
  });

  it('is filled from two as all or none, once there is a second', () => {
    const story = offered(0).given(asking({ minimumFill: tokens(100) }), second('L2', 49));
    expect(fillsOf(story)).toEqual([]);
    expect(fillsOf(story.given(second('L3', 1)))).toEqual([['pool-1', 50], ['pool-2', 49], ['pool-2', 1]]);
  });

  it.each([[0, 0n], [30, 60n]])('is refused where all is wanted at once, beside %i of another, and told of %i', (other, available) => {
    const decision = offered(other).send(asking(FOK));
    expect(decision).toMatchObject({ accepted: false, rejection: { code: 'NOT_FILLABLE', available } });
  });

  it('has more from one than the share of what it is made smaller to later', () => {
    const story = offered(0).given(asking({}));
    story.given({ type: 'AmendOrder', orderId: 'O1', buyerId: BUYER, quantity: tokens(60), limitPrice: price(100), raised: 0n } as never);
    expect(fillsOf(story.given(second('L2', 100)))).toEqual(lanes(50, 10));
  });
});

it('is of whole tokens/s, rounded down: half of 101 is 50, and two providers are not enough', () => {
  const story = offered(100).given(asking({ minimumFill: tokens(101) }, 101));
  expect(fillsOf(story)).toEqual([]);
});

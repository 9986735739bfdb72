import { ATTRIBUTES, BUYER, hold, hour, hours, list, MarketStory, openPool, OTHER, pay, POOL, price, PROVIDER, tokens } from '../../../test/support/market.js';
import { ANYTHING, bid } from '../../../test/support/order-traffic.js';
import { present } from '../../kernel/assert.js';
import type { OrderId, PoolId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { DAY_MS, HOUR_MS, plus, type Duration } from '../../kernel/time.js';
import { supplyReachOf, type SupplyReach } from './waitlist.supply.js';

type Changes = Readonly<Record<string, unknown>>;
const EAST_ID = 'pool-2' as PoolId;
const EAST = { poolId: EAST_ID, attributes: { ...ATTRIBUTES, region: 'eu-north' } };
const WEST_ONLY: readonly PoolId[] = [POOL];
const BOTH: readonly PoolId[] = [POOL, EAST_ID];

function reachOf(story: MarketStory, id = 'O1'): SupplyReach {
  const order = present(story.state.orders.get(id as OrderId), 'the bid');
  return supplyReachOf(story.state, order, story.now);
}
const poolsFor = (east: Changes, wanted: Changes): readonly PoolId[] =>
  reachOf(new MarketStory().given(openPool(), openPool({ ...EAST, ...east }), bid('O1', wanted))).poolIds;
const insisting = (constraints: Changes): Changes => ({ constraints: { ...ANYTHING, ...constraints } });

describe('what a bid could have taken', () => {
  it('is sold by somebody else, for its window, at its limit or below', () => {
    const story = new MarketStory().given(openPool(), bid('O1', { limitPrice: price(90) }));
    expect(reachOf(story)).toEqual({ poolIds: [POOL], buyerId: BUYER, window: hours(24, 28), limitPrice: price(90) });
  });

  it.each<[what: string, east: Changes, wanted: Changes, pools: readonly PoolId[]]>([
    ['any pool, where it insists on nothing', {}, {}, BOTH],
    ['none in another region', {}, insisting({ regions: ['us-west'] }), WEST_ONLY],
    ['none that is slower', { attributes: { ...ATTRIBUTES, serviceLevel: { ...ATTRIBUTES.serviceLevel, ttftP95: 401 as Duration } } }, insisting({ ttftP95Max: 400 }), WEST_ONLY],
    ['none that is not shown so well', {}, insisting({ evidenceMin: 'L2' }), []],
    ['none at all where no pool promises it', {}, insisting({ regions: ['ap-south'] }), []],
    ['none that sells other windows', { grid: DAY_MS }, {}, WEST_ONLY],
    ['none whose lots are larger than what it wants', { lotSize: tokens(200) }, {}, WEST_ONLY],
    ['those whose lots are as large', { lotSize: tokens(100) }, {}, BOTH],
    ['none of which a provider’s share leaves no lot', { lotSize: tokens(100) }, insisting({ providerShareMax: 5_000 }), WEST_ONLY],
  ])('%s', (_what, east, wanted, pools) => {
    expect(poolsFor(east, wanted)).toEqual(pools);
  });

  it('is of a pool that is shown as well as it insists on, once it is', () => {
    const story = new MarketStory().given(openPool(), bid('O1', insisting({ evidenceMin: 'L2' })));
    story.given({ type: 'RateEvidence', poolId: POOL, level: 'L2', change: 1 });
    expect(reachOf(story).poolIds).toEqual([POOL]);
  });
});

describe('what has begun', () => {
  /** The bid rests until the first day of its window is over, because one pool sells days. */
  it('is of a pool as long as the first grid cell of the window is not over', () => {
    const story = new MarketStory().given(openPool(), openPool({ ...EAST, grid: DAY_MS }), bid('O1', { window: hours(24, 48) }));
    expect(reachOf(story.at(hour(24))).poolIds).toEqual(BOTH);
    expect(reachOf(story.at(plus(hour(25), -1))).poolIds).toEqual(BOTH);
    expect(reachOf(story.at(hour(25))).poolIds).toEqual([EAST_ID]);
  });
});

describe('what its buyer may not have', () => {
  /** Another provider fills 60 of 100. */
  it('is more from a provider that has filled its share', () => {
    const story = new MarketStory().given(openPool(), openPool({ ...EAST, providerId: OTHER }));
    story.given(list('L1'), bid('O1', insisting({ providerShareMax: 6_000 })));
    expect(story.state.orders.get('O1' as OrderId)?.remaining).toBe(40n);
    expect(reachOf(story).poolIds).toEqual([EAST_ID]);
  });

  it('is more of a pool than its cap on one buyer', () => {
    const story = new MarketStory().given(openPool({ buyerShareMax: 4_000 as BasisPoints }), list('L1'), hold('R1', 'L1', hours(24, 28), 400));
    story.given(pay(story.bought(1), 160_000), bid('O1'), bid('O2', { window: hours(28, 30), limitPrice: price(90) }));
    expect(reachOf(story).poolIds).toEqual([]);
    expect(reachOf(story, 'O2').poolIds).toEqual([POOL]);
  });

  it('is what is set aside, unless it is released while the bid waits', () => {
    const setAside = { share: 6_000 as BasisPoints, smallBuyerMax: tokens(60), releasedBefore: (6 * HOUR_MS) as Duration };
    const story = new MarketStory().given(openPool({ setAside }), list('L1'), hold('R1', 'L1', hours(24, 28), 400));
    story.given(bid('O1'), bid('O2', { timeInForce: { kind: 'GTD', until: hour(21) } }), bid('O3', { buyerId: PROVIDER }));
    // The last hour of it is released at 21:00.
    expect(reachOf(story).poolIds).toEqual([POOL]);
    expect(reachOf(story, 'O2').poolIds).toEqual([]);
  });
});

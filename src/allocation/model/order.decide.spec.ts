import type { ListingId, OrderId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { segmentsOf } from '../../kernel/step-function.js';
import { DAY_MS, MINUTE_MS, type Duration } from '../../kernel/time.js';
import {
  ATTRIBUTES,
  BUYER,
  hold,
  hour,
  hours,
  list,
  MarketStory,
  openPool,
  OTHER,
  pay,
  price,
  resell,
  saleTerms,
  tokens,
} from '../../../test/support/market.js';
import { ANYTHING, bid } from '../../../test/support/order-traffic.js';
import type { OrderFilled } from './market.events.js';

const SECOND_POOL = { poolId: 'pool-2' as PoolId, providerId: OTHER };
const opened = (...listings: readonly ReturnType<typeof list>[]): MarketStory =>
  new MarketStory().given(openPool(), ...listings);
const asks = (...prices: readonly number[]): ReturnType<typeof list>[] =>
  prices.map((each, index) =>
    list(`L${index + 1}`, hours(24, 48), 100, { unitPrice: price(each) }),
  );

/** Which ask gave how much at which price. */
function fillsOf(story: MarketStory): unknown[] {
  return story.events
    .filter((event): event is OrderFilled => event.type === 'OrderFilled')
    .map((fill) => [fill.orderId, fill.listingId, Number(fill.quantity), Number(fill.unitPrice)]);
}

const endsOf = (story: MarketStory): unknown[] =>
  story.events.flatMap((event) =>
    event.type === 'OrderClosed' ? [[event.orderId, event.reason, Number(event.released)]] : [],
  );

function refusalOf(story: MarketStory, ...command: Parameters<MarketStory['send']>): unknown {
  const decision = story.send(...command);
  return decision.accepted ? null : decision.rejection;
}

describe('a bid is refused, the first reason that holds', () => {
  const GTD = { timeInForce: { kind: 'GTD', until: hour(0) } };
  const HALF = { start: hour(24), end: (hour(24) + 30 * MINUTE_MS) as never };
  const PAST = { window: hours(-2, 2) };
  const HUGE = { limitPrice: price(10 ** 15) };
  const rows: readonly [code: string, changes: Record<string, unknown>][] = [
    ['OFF_GRID', { window: HALF, ...GTD, ...HUGE, reserved: 1n }],
    ['WINDOW_IN_PAST', { ...PAST, ...GTD, ...HUGE, reserved: 1n }],
    ['EXPIRY_IN_PAST', { ...GTD, ...HUGE, reserved: 1n }],
    ['AMOUNT_TOO_LARGE', { ...HUGE, reserved: 1n }],
    ['PAYMENT_MISMATCH', { reserved: 39_999n, timeInForce: { kind: 'FOK' } }],
    ['NOT_FILLABLE', { timeInForce: { kind: 'FOK' } }],
  ];
  it.each(rows)('%s', (code, changes) => {
    expect(refusalOf(opened(), bid('O1', changes))).toMatchObject({ code });
  });

  it('MARKET_NOT_FOUND where nobody has a pool', () => {
    const refusal = refusalOf(new MarketStory(), bid('O1', { window: HALF }));
    expect(refusal).toEqual({ code: 'MARKET_NOT_FOUND' });
  });

  it('by the grids of the pools that it can reach', () => {
    const daily = openPool({ ...SECOND_POOL, grid: DAY_MS, attributes: { ...ATTRIBUTES, region: 'eu-north' } });
    const noon = (): MarketStory => opened().given(daily).at(hour(12));
    const today = { window: hours(0, 24) };
    const only = (region: string) => ({ constraints: { ...ANYTHING, regions: [region] } });
    // Who sells by the day still sells today; who sells by the hour does not sell its morning.
    expect(refusalOf(noon(), bid('O', today))).toBeNull();
    expect(refusalOf(noon(), bid('O', { ...today, ...only('eu-north') }))).toBeNull();
    expect(refusalOf(noon(), bid('O', { ...today, ...only('us-west') }))).toEqual({ code: 'WINDOW_IN_PAST', earliestStart: hour(12) });
    // And no hour of a day is to be had from who sells whole ones.
    const hourly = { window: hours(24, 28), ...only('eu-north') };
    expect(refusalOf(noon(), bid('O', hourly))).toEqual({ code: 'OFF_GRID', nearest: hours(24, 48) });
    expect(refusalOf(noon(), bid('O', { ...hourly, ...only('us-west') }))).toBeNull();
    // How well a pool is shown may change: who insists on it waits for those that are not shown so well yet.
    const shown = noon().given({ type: 'RateEvidence', poolId: SECOND_POOL.poolId, level: 'L3', change: 1 });
    const measured = { window: hours(24, 28), constraints: { ...ANYTHING, evidenceMin: 'L3' as const } };
    expect(refusalOf(shown, bid('O', measured))).toBeNull();
  });

  it('with what would be accepted', () => {
    const story = opened(...asks(90));
    expect(refusalOf(story, bid('O1', { reserved: 1n }))).toEqual({ code: 'PAYMENT_MISMATCH', due: 40_000n });
    const all = bid('O1', { quantity: tokens(101), timeInForce: { kind: 'FOK' } });
    expect(refusalOf(story, all)).toEqual({ code: 'NOT_FILLABLE', available: 100n });
  });
});

describe('an arriving bid', () => {
  it('takes the cheapest first, then the earliest, at their prices', () => {
    const story = opened(...asks(90, 80, 80, 101)).given(bid('O1', { quantity: tokens(250) }));
    expect(fillsOf(story)).toEqual([
      ['O1', 'L2', 100, 80],
      ['O1', 'L3', 100, 80],
      ['O1', 'L1', 50, 90],
    ]);
    // 250 x 4 h x 100 set aside, 4 x (100 x 80 + 100 x 80 + 50 x 90) spent.
    expect(endsOf(story)).toEqual([['O1', 'filled', 100_000 - 82_000]]);
  });

  it('gives its buyer title at once, and takes it from the seller', () => {
    const story = opened(...asks(80)).given(bid('O1', { quantity: tokens(40) }));
    const owned = story.state.reservations.get(story.bought(1));
    expect(owned).toMatchObject({ status: 'scheduled', holderId: BUYER, orderId: 'O1', amount: 12_800n });
    const left = story.state.listings.get('L1' as ListingId);
    expect(segmentsOf(left?.remaining ?? { starts: [], values: [] })[0]?.value).toBe(60n);
  });

  it.each([
    ['rests', 'GTC', []],
    ['ends', 'IOC', [['O1', 'unfilled', 40_000 - 16_000]]],
  ])('that is filled in part %s as %s', (_what, kind, ends) => {
    const story = opened(...asks(80).map((ask) => ({ ...ask, quantity: tokens(50) })));
    story.given(bid('O1', { timeInForce: { kind } }));
    expect(endsOf(story)).toEqual(ends);
    expect(story.state.orders.get('O1' as OrderId)?.remaining).toBe(kind === 'GTC' ? 50n : undefined);
  });

  it.each<[what: string, constraints: Partial<typeof ANYTHING>, filled: boolean]>([
    ['a platform it wants', { platforms: ['cerebras-wse-3'] }, true],
    ['another platform', { platforms: ['groq-lpu'] }, false],
    ['a region it wants', { regions: ['eu-north', 'us-west'] }, true],
    ['another region', { regions: ['eu-north'] }, false],
    ['countries among those it wants', { residency: ['US', 'CA'] }, true],
    ['other countries', { residency: ['CA'] }, false],
    ['the latency it needs', { ttftP95Max: 400 as Duration }, true],
    ['too much latency', { ttftP95Max: 399 as Duration }, false],
    ['the stream speed it needs', { streamTokensPerSecondMin: 1_000 }, true],
    ['too slow a stream', { streamTokensPerSecondMin: 1_001 }, false],
    ['evidence that nobody has shown', { evidenceMin: 'L2' }, false],
  ])('and %s', (_what, constraints, filled) => {
    const story = opened(...asks(80));
    story.given(bid('O1', { constraints: { ...ANYTHING, ...constraints } }));
    expect(fillsOf(story)).toHaveLength(filled ? 1 : 0);
  });

  it('leaves a pool that promises no country to those who do not care', () => {
    const attributes = { ...ATTRIBUTES, residency: [] };
    const story = new MarketStory().given(openPool({ attributes }), ...asks(80));
    story.given(bid('O1', { constraints: { ...ANYTHING, residency: ['US'] } }), bid('O2'));
    expect(fillsOf(story)).toEqual([['O2', 'L1', 100, 80]]);
  });

  it('passes over its own asks', () => {
    const own = openPool({ ...SECOND_POOL, providerId: BUYER });
    const story = opened(own, list('L0', hours(24, 48), 100, { poolId: 'pool-2', sellerId: BUYER, unitPrice: price(1) }), ...asks(80));
    story.given(bid('O1'));
    expect(fillsOf(story)).toEqual([['O1', 'L1', 100, 80]]);
  });

  it('takes no more than its share from one provider', () => {
    const other = list('L9', hours(24, 48), 100, { ...SECOND_POOL, sellerId: OTHER, unitPrice: price(95) });
    const story = opened(openPool(SECOND_POOL), ...asks(80, 85), other);
    story.given(bid('O1', { constraints: { ...ANYTHING, providerShareMax: 6_000 as BasisPoints } }));
    expect(fillsOf(story)).toEqual([
      ['O1', 'L1', 60, 80],
      ['O1', 'L9', 40, 95],
    ]);
  });

  it('stays within its share of a pool, over several orders', () => {
    const story = new MarketStory().given(openPool({ buyerShareMax: 1_000 as BasisPoints }));
    story.given(...asks(80, 90), bid('O1', { quantity: tokens(70) }), bid('O2', { quantity: tokens(70) }));
    expect(fillsOf(story)).toEqual([
      ['O1', 'L1', 70, 80],
      ['O2', 'L1', 30, 80],
    ]);
  });

  it('makes no room under a cap for its seller until what it bought begins', () => {
    const story = new MarketStory().given(openPool({ buyerShareMax: 1_000 as BasisPoints }));
    story.given(list('L', hours(24, 28), 160), hold('R', 'L'), pay('R', 40_000));
    story.given(bid('O1', { limitPrice: price(120) }), {
      ...resell('N', 'R', hours(24, 28), 30),
      unitPrice: price(90),
    } as ReturnType<typeof resell>);
    story.given(bid('O2', { buyerId: OTHER, quantity: tokens(80) }));
    const sold = [['O2', 'N', 30, 90], ['O2', 'L', 50, 100]];
    expect(fillsOf(story)).toEqual(sold);
    story.at(hour(24)).given({ type: 'AdvanceMarket' });
    expect(fillsOf(story)).toEqual([...sold, ['O1', 'L', 10, 100]]);
  });

  it('that must be filled whole is, whatever least it names beside', () => {
    const least = { quantity: tokens(150), minimumFill: tokens(20), limitPrice: price(90) };
    const whole = bid('O1', { ...least, timeInForce: { kind: 'FOK' } });
    expect(refusalOf(opened(...asks(80)), whole)).toEqual({ code: 'NOT_FILLABLE', available: 100n });
    expect(fillsOf(opened(...asks(80, 90)).given(whole))).toEqual([
      ['O1', 'L1', 100, 80],
      ['O1', 'L2', 50, 90],
    ]);
  });

  it('that takes at least so much at once, or ends', () => {
    const now = (quantity: number, minimum: number): MarketStory =>
      opened(...asks(80)).given(
        bid('O1', { quantity: tokens(quantity), minimumFill: tokens(minimum), timeInForce: { kind: 'IOC' } }),
      );
    expect(fillsOf(now(150, 100))).toEqual([['O1', 'L1', 100, 80]]);
    expect(endsOf(now(150, 100))).toEqual([['O1', 'unfilled', 28_000]]);
    expect(fillsOf(now(150, 101))).toEqual([]);
    expect(endsOf(now(150, 101))).toEqual([['O1', 'unfilled', 60_000]]);
  });

  it('is told a quantity that is filled: what one provider may give is a part of what is asked for', () => {
    const story = opened(...asks(80)).given(
      openPool({ ...SECOND_POOL }),
      list('S', hours(24, 48), 10, { ...SECOND_POOL, sellerId: OTHER }),
    );
    const constraints = { ...ANYTHING, providerShareMax: 6_000 as BasisPoints };
    const whole = (quantity: bigint) =>
      bid('O1', { quantity: tokens(Number(quantity)), constraints, timeInForce: { kind: 'FOK' }, buyerId: BUYER });
    expect(refusalOf(story, whole(100n))).toEqual({ code: 'NOT_FILLABLE', available: 25n });
    expect(refusalOf(story, whole(26n))).toEqual({ code: 'NOT_FILLABLE', available: 25n });
    story.given(whole(25n));
    expect(fillsOf(story).map((fill) => (fill as unknown[]).slice(1, 3))).toEqual([
      ['L1', 15],
      ['S', 10],
    ]);
  });

  it('that needs more at once than there is takes nothing', () => {
    const story = opened(...asks(80)).given(bid('O1', { quantity: tokens(150), minimumFill: tokens(120) }));
    expect(fillsOf(story)).toEqual([]);
    story.given(list('L2', hours(24, 28), 30));
    expect(fillsOf(story)).toEqual([
      ['O1', 'L1', 100, 80],
      ['O1', 'L2', 30, 100],
    ]);
  });
});

describe('the waitlist', () => {
  const waiting = (): MarketStory =>
    opened().given(
      bid('O1', { limitPrice: price(90) }),
      bid('O2', { limitPrice: price(95), buyerId: OTHER }),
      bid('O3', { limitPrice: price(95) }),
    );

  it('gets new supply by price, then by time, at the price of who waited', () => {
    const story = waiting().given(list('L1', hours(24, 28), 250, { unitPrice: price(85) }));
    expect(fillsOf(story)).toEqual([
      ['O2', 'L1', 100, 95],
      ['O3', 'L1', 100, 95],
      ['O1', 'L1', 50, 90],
    ]);
    expect(story.events.at(-1)).toEqual({ type: 'ListingClosed', listingId: 'L1', reason: 'sold' });
  });

  it('never pays more for a resale than its terms allow', () => {
    const story = new MarketStory().given(openPool({ terms: saleTerms({ priceCap: 11_000 as BasisPoints }) }));
    story.given(...asks(80), bid('B', { quantity: tokens(100), buyerId: OTHER }), bid('O1', { limitPrice: price(120) }));
    const source = { kind: 'reservation', reservationId: story.bought(1) };
    story.given(list('R', hours(24, 28), 100, { source, sellerId: OTHER, unitPrice: price(81) }));
    expect(fillsOf(story).at(-1)).toEqual(['O1', 'R', 100, 88]);
  });

  it('gets what a hold gives back, before anybody else', () => {
    const story = opened(...asks(80)).given(hold('H', 'L1', hours(24, 48), 100, OTHER), bid('O1'));
    expect(fillsOf(story)).toEqual([]);
    story.given({ type: 'ReleaseHold', reservationId: 'H' as ReservationId, holderId: OTHER });
    expect(fillsOf(story)).toEqual([['O1', 'L1', 100, 80]]);
  });

  it('refuses an ask that must not trade, and says what it met', () => {
    const post = list('L1', hours(24, 48), 10, { unitPrice: price(95), isPostOnly: true });
    expect(refusalOf(waiting(), post)).toEqual({ code: 'WOULD_TRADE', bestBid: 95n });
    expect(refusalOf(waiting(), { ...post, unitPrice: price(96) } as never)).toBeNull();
  });

  it('lets go of who waits for a window that can no longer be bought', () => {
    const story = waiting().at(hour(25)).given({ type: 'AdvanceMarket' });
    expect(endsOf(story)).toEqual([
      ['O1', 'expired', 36_000],
      ['O2', 'expired', 38_000],
      ['O3', 'expired', 38_000],
    ]);
  });
});

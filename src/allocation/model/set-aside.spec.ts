import { auction, sealed } from '../../../test/support/auctions.js';
import {
  BUYER,
  hold,
  hour,
  hours,
  list,
  MarketStory,
  openPool,
  OTHER,
  pay,
  POOL,
  price,
  PROVIDER,
  rejection,
  resell,
  sent,
  tokens,
} from '../../../test/support/market.js';
import { bid } from '../../../test/support/order-traffic.js';
import type { OrganizationId, PoolId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { rectangle, segmentsOf } from '../../kernel/step-function.js';
import { HOUR_MS, plus, type Duration } from '../../kernel/time.js';
import type { PoolFacts } from './market.terms.js';
import { auditMarket } from './market.audit.js';
import { offersIn } from './plan.offers.js';

const THIRD = 'org-third' as OrganizationId;

// The numbers are those of docs/MARKET.md: of 1,000 tokens/s, 40 % are for who holds at most 100, until
// six hours before.
const KEPT = {
  share: 4_000 as BasisPoints,
  smallBuyerMax: tokens(100),
  releasedBefore: (6 * HOUR_MS) as Duration,
};
const keeping = (changes: Partial<PoolFacts> = {}): MarketStory =>
  new MarketStory().given(openPool({ setAside: KEPT, ...changes }), list('L', hours(24, 48), 1_000));
const take = (id: string, quantity: number, buyerId: OrganizationId, window = hours(24, 28)) =>
  hold(id, 'L', window, quantity, buyerId);
/** A large buyer holds all that is not set aside. */
const full = (changes: Partial<PoolFacts> = {}): MarketStory => keeping(changes).given(take('A', 600, BUYER));
/** Of hours 24 to 28 the last is released. */
const RELEASE = hour(21);
const refused = (available: number) => ({
  code: 'SET_ASIDE_FOR_SMALL_BUYERS',
  ...{ available: BigInt(available), smallBuyerMax: 100n, releasedAt: RELEASE },
});
const fillsOf = (story: MarketStory): unknown[] =>
  story.events.flatMap((event) => (event.type === 'OrderFilled' ? [[event.orderId, Number(event.quantity)]] : []));
const awaitedOf = (story: MarketStory): unknown[] =>
  story.events.flatMap((event) => (event.type === 'ReleaseAwaited' ? [event.releaseAt] : []));

describe('what is set aside for small buyers', () => {
  it('is no large buyer’s, and says how much they may have and until when', () => {
    expect(rejection(keeping().ask(take('A', 601, BUYER)))).toEqual(refused(600));
    expect(rejection(full().ask(take('B', 101, OTHER)))).toEqual(refused(100));
    expect(rejection(full().ask(take('B', 1, BUYER)))).toEqual(refused(0));
  });

  it('is theirs who stay small, however many they are', () => {
    const story = full().given(take('B', 100, OTHER), take('C', 100, THIRD));
    auditMarket(story.state);
    expect(rejection(story.ask(take('D', 1, OTHER)))).toEqual(refused(0));
    expect(sent(story.send(take('D', 100, 'org-fourth' as OrganizationId)))).toBe('ReservationHeld');
  });

  it('counts a buyer who grows large with all that they have', () => {
    const story = keeping().given(take('A', 500, BUYER), take('B', 80, OTHER));
    expect(rejection(story.ask(take('C', 21, OTHER)))).toEqual(refused(20));
    expect(sent(story.send(take('C', 20, OTHER)))).toBe('ReservationHeld');
    // 101 would be large, and so would 500: one too much.
    expect(rejection(story.ask(take('D', 1, OTHER)))).toEqual(refused(0));
    const less = keeping().given(take('A', 499, BUYER), take('B', 80, OTHER));
    expect(sent(less.send(take('C', 21, OTHER)))).toBe('ReservationHeld');
  });

  it('is counted hour by hour', () => {
    const story = keeping().given(take('A', 600, BUYER, hours(24, 26)));
    expect(rejection(story.ask(take('B', 200, OTHER)))).toEqual({ ...refused(100), releasedAt: hour(19) });
    expect(sent(story.send(take('B', 200, OTHER, hours(26, 28))))).toBe('ReservationHeld');
  });

  it('is released hour by hour, and the last of a window says when', () => {
    const story = full().at(hour(19));
    expect(rejection(story.ask(take('B', 200, OTHER)))).toEqual(refused(100));
    expect(sent(story.ask(take('B', 200, OTHER, hours(24, 26))))).toBe('ReservationHeld');
    expect(sent(story.ask(take('B', 200, OTHER, hours(25, 27))))).toBe('SET_ASIDE_FOR_SMALL_BUYERS');
    expect(sent(full().at(plus(RELEASE, -1)).ask(take('B', 400, OTHER)))).toBe('SET_ASIDE_FOR_SMALL_BUYERS');
    expect(sent(full().at(RELEASE).ask(take('B', 400, OTHER)))).toBe('ReservationHeld');
  });

  it('does not bind the provider', () => {
    const story = full({ nameplate: rectangle(hours(0, 240), 2_000n) }).given(pay('A', 240_000), resell('M', 'A', hours(24, 28), 600));
    expect(sent(story.send(hold('P', 'M', hours(24, 28), 600, PROVIDER)))).toBe('ReservationHeld');
  });

  it.each<[what: string, changes: Partial<PoolFacts>, quantity: number, code: string]>([
    ['after the cap on one buyer', { buyerShareMax: 5_000 as BasisPoints }, 601, 'BUYER_SHARE_EXCEEDED'],
    ['after what there is', {}, 1_001, 'CAPACITY_EXHAUSTED'],
    ['after the lots', { lotSize: tokens(10) }, 605, 'OFF_LOT'],
  ])('comes %s', (_what, changes, quantity, code) => {
    expect(sent(keeping(changes).ask(take('A', quantity, BUYER)))).toBe(code);
  });

  it('says what is left in whole lots', () => {
    const setAside = { ...KEPT, share: 4_500 as BasisPoints };
    const story = keeping({ lotSize: tokens(100), setAside });
    expect(rejection(story.ask(take('A', 600, BUYER)))).toEqual(refused(500));
  });
});

describe('there is no way round it', () => {
  it('by a package', () => {
    const { type: _type, ...one } = take('B', 60, OTHER) as never as Record<string, never>;
    const holds = [one, { ...one, reservationId: 'C' }];
    const asked = { type: 'HoldPackage', packageId: 'P', buyerId: OTHER, holds, holdFor: HOUR_MS } as never;
    expect(rejection(full().ask(asked))).toEqual({ code: 'PACKAGE_REFUSED', index: 1, reason: refused(40) });
  });

  it('by orders, of which only what may be is filled', () => {
    const story = full().given(bid('O', { buyerId: OTHER, quantity: tokens(150) }));
    expect(fillsOf(story)).toEqual([['O', 100]]);
    story.given(bid('Q', { buyerId: OTHER, quantity: tokens(50) }));
    expect(fillsOf(story)).toEqual([['O', 100]]);
    expect(rejection(story.ask(bid('F', { buyerId: OTHER, timeInForce: { kind: 'FOK' } })))).toEqual({ code: 'NOT_FILLABLE', available: 0n });
    auditMarket(story.state);
  });

  it('by auction, where winners count for those who come after them', () => {
    const story = keeping().given(take('A', 400, BUYER, hours(24, 28)));
    story.given({ type: 'WithdrawListing', listingId: 'L', sellerId: PROVIDER } as never);
    story.given(auction('A', { quantity: tokens(600) })).at(hour(1));
    story.given(sealed('B', 150, 90, { buyerId: OTHER }), sealed('C', 150, 80, { buyerId: THIRD }));
    story.at(hour(10)).given({ type: 'AdvanceMarket' });
    // The hold has run out: 150 and 150 are large, and together below 600.
    expect(fillsOf(story)).toEqual([['B', 150], ['C', 150]]);
    const late = full().given(pay('A', 240_000), auction('A', { quantity: tokens(400), sellerId: PROVIDER, window: hours(48, 52) }));
    late.given(list('M', hours(48, 52), 600), hold('D', 'M', hours(48, 52), 500), pay('D', 200_000)).at(hour(1));
    late.given(sealed('B', 150, 90, { buyerId: OTHER, reserved: 54_000n }), sealed('C', 100, 80, { buyerId: THIRD, reserved: 32_000n }));
    late.at(hour(10)).given({ type: 'AdvanceMarket' });
    // 500 are held, and 150 more would be above 600.
    expect(fillsOf(late)).toEqual([['B', 100], ['C', 100]]);
    auditMarket(late.state);
  });

  it('by buying what a large buyer resells, which is no more than large buyers have already', () => {
    const story = full().given(pay('A', 240_000), resell('M', 'A', hours(24, 28), 300));
    expect(sent(story.ask(hold('B', 'M', hours(24, 28), 300, OTHER)))).toBe('ReservationHeld');
    story.given(hold('B', 'M', hours(24, 28), 101, OTHER));
    expect(rejection(story.ask(take('D', 1, OTHER)))).toEqual(refused(0));
    // Who has something else that is small would add all of that.
    story.given(take('E', 20, THIRD));
    expect(rejection(story.ask(hold('F', 'M', hours(24, 28), 81, THIRD)))).toEqual(refused(80));
    story.given(bid('O', { buyerId: THIRD, quantity: tokens(150) }));
    expect(fillsOf(story)).toEqual([['O', 80]]);
    auditMarket(story.state);
  });

  it('by prolonging what one has', () => {
    const story = keeping().given(take('R', 150, OTHER, hours(24, 26)), take('A', 500, BUYER, hours(26, 28)));
    story.given(pay('R', 30_000));
    const asked = { type: 'ExtendReservation', extensionId: 'X', reservationId: 'R', holderId: OTHER, until: hour(28), unitPriceMax: price(200), holdFor: HOUR_MS } as never;
    expect(rejection(story.ask(asked))).toEqual(refused(100));
  });

  it('by handing to a team, which moves no title', () => {
    const story = full().given(pay('A', 240_000));
    story.given({ type: 'TransferReservation', reservationId: 'T', sourceId: 'A', holderId: BUYER, teamId: 'team', window: hours(24, 28), quantity: tokens(550) } as never);
    expect(rejection(story.ask(take('B', 60, BUYER)))).toEqual(refused(0));
  });

  it('by a plan, which counts on no more than the buyer may have', () => {
    const story = full();
    const seen = (buyerId: OrganizationId): unknown => {
      const { rooms } = offersIn(story.state, { buyerId, window: hours(24, 28), now: story.now });
      const room = rooms.get(POOL);
      return room === undefined ? null : segmentsOf(room).map(({ window, value }) => [(window.start - hour(0)) / HOUR_MS, Number(value)]);
    };
    expect(seen(OTHER)).toEqual([[24, 100], [28, 600]]);
    expect(seen(BUYER)).toEqual([[28, 600]]);
    story.at(hour(19));
    expect(seen(BUYER)).toEqual([[24, 1_000], [28, 600]]);
  });
});

describe('what changes takes nothing from anybody', () => {
  it('when the terms become stricter', () => {
    const story = new MarketStory().given(openPool(), list('L', hours(24, 48), 1_000), take('A', 900, BUYER));
    expect(sent(story.send(openPool({ revision: 2, setAside: KEPT })))).toBe('PoolTermsChanged');
    auditMarket(story.state);
    expect(rejection(story.ask(take('B', 1, BUYER)))).toEqual(refused(0));
    expect(sent(story.send(take('C', 100, OTHER)))).toBe('ReservationHeld');
  });

  it('when the pool is curtailed', () => {
    const story = full().given(pay('A', 240_000), take('B', 100, OTHER));
    story.given({ type: 'CurtailPool', curtailmentId: 'C', poolId: POOL, providerId: PROVIDER, window: hours(24, 28), quantity: tokens(200), cause: 'outage' } as never);
    auditMarket(story.state);
    expect(rejection(story.ask(take('D', 1, BUYER)))).toEqual(refused(0));
  });
});

describe('the waitlist', () => {
  const waiting = (): MarketStory => full().given(bid('O', { buyerId: OTHER, quantity: tokens(300), minimumFill: tokens(300) }));

  it('waits for the release with one job, and gets it in the same commit', () => {
    const story = waiting();
    expect([fillsOf(story), awaitedOf(story)]).toEqual([[], [RELEASE]]);
    story.given(pay('A', 240_000)).at(RELEASE);
    expect(sent(story.send({ type: 'AdvanceMarket' }))).toContain('OrderFilled');
    expect([fillsOf(story), awaitedOf(story)]).toEqual([[['O', 300]], [RELEASE, null]]);
    auditMarket(story.state);
  });

  it('comes before whoever is faster than the job', () => {
    const story = waiting().given(pay('A', 240_000)).at(plus(RELEASE, 1));
    expect(rejection(story.ask(take('X', 200, THIRD)))).toEqual(refused(100));
    story.given({ type: 'AdvanceMarket' });
    expect(rejection(story.ask(take('X', 200, THIRD)))).toEqual({ code: 'CAPACITY_EXHAUSTED', available: 100n });
  });

  it('has no job for what waits for something else', () => {
    const story = keeping().given(bid('O', { buyerId: OTHER, quantity: tokens(10), limitPrice: price(50) }));
    story.given(bid('Q', { buyerId: OTHER, quantity: tokens(10), window: hours(60, 61) }));
    expect(awaitedOf(story)).toEqual([]);
  });

  it('has no job for what ends before', () => {
    const setAside = { ...KEPT, releasedBefore: 0 as Duration };
    expect(awaitedOf(full({ setAside }).given(bid('O', { buyerId: OTHER, quantity: tokens(300) })))).toEqual([]);
  });

  it('moves its job when somebody waits for less', () => {
    const story = full().given(bid('O', { buyerId: OTHER, quantity: tokens(300), minimumFill: tokens(300) }));
    story.given(bid('Q', { buyerId: THIRD, quantity: tokens(300), minimumFill: tokens(300), window: hours(24, 26) }));
    expect(awaitedOf(story)).toEqual([RELEASE, hour(19)]);
    story.given(pay('A', 240_000)).at(hour(19)).given({ type: 'AdvanceMarket' });
    expect([fillsOf(story), awaitedOf(story).at(-1)]).toEqual([[['Q', 300]], RELEASE]);
  });

  it.each<[what: string, changes: Partial<PoolFacts>]>([
    ['is not set aside any more', { setAside: null }],
    ['is set aside for larger buyers too', { setAside: { ...KEPT, smallBuyerMax: tokens(300) } }],
    ['is released sooner', { setAside: { ...KEPT, releasedBefore: (48 * HOUR_MS) as Duration } }],
    ['is less', { setAside: { ...KEPT, share: 1_000 as BasisPoints } }],
    ['is the same part of more', { nameplate: rectangle(hours(0, 240), 1_500n) }],
  ])('gets at once what %s', (_what, changes) => {
    const story = waiting().given(openPool({ setAside: KEPT, revision: 2, ...changes }));
    expect(fillsOf(story)).toEqual([['O', 300]]);
    expect(awaitedOf(story)).toEqual([RELEASE, null]);
    auditMarket(story.state);
  });

  it('gets what another large buyer gives back', () => {
    const story = waiting();
    expect(sent(story.send({ type: 'ReleaseHold', reservationId: 'A', holderId: BUYER } as never))).toContain('OrderFilled');
    const expired = waiting().at(hour(1));
    expect(sent(expired.send({ type: 'AdvanceMarket' }))).toContain('OrderFilled');
  });

  it('gets of what another large buyer resells what does not make its buyer large with more', () => {
    const story = full().given(pay('A', 240_000));
    story.given(bid('O', { buyerId: OTHER, quantity: tokens(300), limitPrice: price(110) }));
    expect(fillsOf(story)).toEqual([['O', 100]]);
    story.given(resell('M', 'A', hours(24, 28), 300), bid('S', { buyerId: THIRD, quantity: tokens(100), limitPrice: price(105) }));
    // S buys from L as a small buyer; O has 100 from there, which would be large ones' too.
    expect(fillsOf(story)).toEqual([['O', 100], ['S', 100]]);
    auditMarket(story.state);
  });

  it('is looked at in the order of prices, also where other asks would have given a large buyer more', () => {
    const story = full().given(pay('A', 240_000), resell('M', 'A', hours(24, 28), 600, BUYER));
    const all = { buyerId: OTHER, quantity: tokens(600), limitPrice: price(110), timeInForce: { kind: 'FOK' } };
    // 600 of M alone add nothing to what large buyers have. L was there first, and 100 of it are what a small one may have.
    expect(rejection(story.ask(bid('O', all)))).toMatchObject({ code: 'NOT_FILLABLE', available: 100n });
    expect(sent(story.send(hold('H', 'M', hours(24, 28), 600, OTHER)))).toBe('ReservationHeld');
  });

  it('is not in the way of pools that keep nothing', () => {
    const story = waiting().given(
      openPool({ poolId: 'pool-2' as PoolId }),
      list('E', hours(24, 28), 300, { poolId: 'pool-2' }),
    );
    expect(fillsOf(story)).toEqual([['O', 100], ['O', 200]]);
  });
});

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
import { auction, sealed } from '../../../test/support/auctions.js';
import { bid } from '../../../test/support/order-traffic.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { valueAt } from '../../kernel/step-function.js';
import { HOUR_MS, plus, type Duration } from '../../kernel/time.js';
import { marketDecider } from './market.decide.js';
import { positionsIn } from './positions.js';
import { auditMarket } from './market.audit.js';
import type { PoolFacts } from './market.terms.js';
import { poolOf } from './titles.js';

const THIRD = 'org-third' as OrganizationId;
const WINDOW = hours(24, 28);

// The numbers are those of docs/MARKET.md: of 1,000 tokens/s nobody may have more than 40 %.
const capped = (changes: Partial<PoolFacts> = {}): MarketStory =>
  new MarketStory().given(
    openPool({ buyerShareMax: 4_000 as BasisPoints, ...changes }),
    list('L', hours(24, 48), 1_000),
  );
/** Somebody buys throughout the window, and pays. */
const buy = (id: string, from: string, quantity: number, buyerId: OrganizationId) => [
  hold(id, from, WINDOW, quantity, buyerId),
  pay(id, quantity * 4 * 100),
];
const cancel = (id: string, holderId: OrganizationId) => ({
  type: 'CancelReservation' as const,
  ...{ reservationId: id as ReservationId, holderId, feeAccepted: 1_000_000n as MicroUsd },
});
const ADVANCE = { type: 'AdvanceMarket' as const };
/** A has bought 400, and C has bought all of it from A. */
const resold = (changes: Partial<PoolFacts> = {}): MarketStory =>
  capped(changes).given(
    ...buy('A', 'L', 400, BUYER),
    resell('M', 'A', WINDOW, 400),
    ...buy('C', 'M', 400, OTHER),
  );
const positions = (story: MarketStory, at = hour(24)): unknown => {
  auditMarket(story.state);
  const { of } = positionsIn(poolOf(story.state, POOL));
  return [BUYER, OTHER, THIRD].map((id) => Number(valueAt(of(id), at)));
};
const refused = (available: number) => ({ code: 'BUYER_SHARE_EXCEEDED', available: BigInt(available) });
const fillsOf = (story: MarketStory): unknown[] =>
  story.events.flatMap((event) => (event.type === 'OrderFilled' ? [[event.orderId, Number(event.quantity)]] : []));

describe('what was resold', () => {
  it('counts for who may get it back: nobody is above the cap when it comes back', () => {
    const story = resold();
    expect(positions(story)).toEqual([400, 400, 0]);
    expect(rejection(story.ask(hold('A2', 'L', WINDOW, 1)))).toEqual(refused(0));
    story.given(cancel('C', OTHER));
    expect(positions(story)).toEqual([400, 0, 0]);
    expect(rejection(story.ask(hold('A2', 'L', WINDOW, 1)))).toEqual(refused(0));
    expect(sent(story.ask(hold('C2', 'L', WINDOW, 400, OTHER)))).toBe('ReservationHeld');
  });

  it('is as the table in docs/MARKET.md says', () => {
    const story = capped().given(...buy('A', 'L', 400, BUYER));
    expect(positions(story)).toEqual([400, 0, 0]);
    story.given(resell('M', 'A', WINDOW, 400), ...buy('C', 'M', 400, OTHER));
    expect(positions(story)).toEqual([400, 400, 0]);
    expect(rejection(story.ask(hold('A2', 'L', WINDOW, 1)))).toEqual(refused(0));
    story.given(resell('N', 'C', WINDOW, 300, OTHER), ...buy('T', 'N', 300, THIRD));
    expect(positions(story)).toEqual([400, 400, 300]);
    const begun = new MarketStory();
    for (const event of story.events) marketDecider.evolve(begun.state, event);
    begun.at(hour(24)).given(ADVANCE);
    expect(positions(begun)).toEqual([0, 100, 300]);
    story.given(cancel('T', THIRD), cancel('C', OTHER));
    expect(positions(story)).toEqual([400, 0, 0]);
  });

  it('counts for them until it begins', () => {
    const story = resold().at(plus(hour(24), -1)).given(ADVANCE);
    expect(positions(story)).toEqual([400, 400, 0]);
    story.at(hour(24));
    // However late that is looked at: others may wait for what begins.
    expect(rejection(story.ask(hold('A2', 'L', WINDOW, 1)))).toEqual(refused(0));
    story.given(ADVANCE);
    expect(positions(story)).toEqual([0, 400, 0]);
    expect(sent(story.ask(hold('A2', 'L', WINDOW, 400)))).toBe('ReservationHeld');
  });

  it('counts once for who holds it again', () => {
    const story = capped({ buyerShareMax: 5_000 as BasisPoints }).given(
      ...buy('A', 'L', 400, BUYER),
      resell('M', 'A', WINDOW, 400),
      ...buy('C', 'M', 400, OTHER),
      resell('N', 'C', WINDOW, 100, OTHER),
    );
    story.given(hold('B', 'N', WINDOW, 100));
    expect(positions(story)).toEqual([400, 400, 0]);
    story.given(pay('B', 40_000));
    expect(positions(story)).toEqual([400, 400, 0]);
    story.at(hour(24)).given(ADVANCE);
    expect(positions(story)).toEqual([100, 300, 0]);
  });

  it('counts by the hour: a later part may still come back', () => {
    const story = capped().given(
      ...buy('A', 'L', 400, BUYER),
      resell('M', 'A', hours(26, 28), 400),
      hold('C', 'M', hours(26, 28), 400, OTHER),
      pay('C', 80_000),
    );
    story.at(hour(24)).given(ADVANCE);
    expect([positions(story, hour(24)), positions(story, hour(26))]).toEqual([[400, 0, 0], [400, 400, 0]]);
    story.at(hour(26)).given(ADVANCE);
    expect([positions(story, hour(24)), positions(story, hour(26))]).toEqual([[400, 0, 0], [0, 400, 0]]);
  });

  it('counts for the last seller only once what that one bought has begun', () => {
    const story = capped().given(
      ...buy('A', 'L', 390, BUYER),
      resell('M', 'A', WINDOW, 390),
      ...buy('C', 'M', 390, OTHER),
      resell('N', 'C', hours(26, 28), 300, OTHER),
      hold('T', 'N', hours(26, 28), 200, THIRD),
      pay('T', 40_000),
      hold('H', 'N', hours(26, 28), 50, THIRD),
    );
    expect(positions(story, hour(26))).toEqual([390, 390, 250]);
    story.at(hour(24)).given(hold('H2', 'N', hours(26, 28), 10, BUYER));
    expect(positions(story, hour(26))).toEqual([390, 390, 250]);
    story.given(ADVANCE);
    expect(positions(story, hour(26))).toEqual([10, 390, 200]);
    story.at(hour(26)).given(ADVANCE);
    expect(positions(story, hour(26))).toEqual([0, 190, 200]);
  });

  it('never counts for the provider', () => {
    const story = capped().given(...buy('A', 'L', 400, BUYER), resell('M', 'A', WINDOW, 400));
    story.given(...buy('P', 'M', 400, PROVIDER), resell('N', 'P', WINDOW, 100, PROVIDER));
    expect(positions(story)).toEqual([400, 0, 0]);
    story.given(...buy('T', 'N', 60, THIRD));
    expect(positions(story)).toEqual([400, 0, 60]);
    expect(positionsIn(poolOf(story.state, POOL)).of(PROVIDER).starts).toEqual([]);
  });

  it('is lost to everybody for whom it counts', () => {
    const story = resold().given({
      ...{ type: 'CurtailPool', curtailmentId: 'X', poolId: POOL, providerId: PROVIDER },
      ...{ window: WINDOW, quantity: tokens(800), cause: 'outage' },
    } as never);
    expect(positions(story)).toEqual([200, 200, 0]);
    story.given({
      ...{ type: 'CurtailPool', curtailmentId: 'Y', poolId: POOL, providerId: PROVIDER },
      ...{ window: WINDOW, quantity: tokens(200), cause: 'outage' },
    } as never);
    expect(positions(story)).toEqual([0, 0, 0]);
  });

  it('counts as before when a team gets it, or gives it back', () => {
    const story = resold().given({
      ...{ type: 'TransferReservation', reservationId: 'X', sourceId: 'C', holderId: OTHER },
      ...{ teamId: 'team', window: WINDOW, quantity: tokens(150) },
    } as never);
    expect(positions(story)).toEqual([400, 400, 0]);
    story.given({ type: 'ReturnTransfer', reservationId: 'X', holderId: OTHER } as never);
    expect(positions(story)).toEqual([400, 400, 0]);
  });
});

describe('room that comes when what was resold begins', () => {
  const waiting = (): MarketStory => resold().given(bid('O', { quantity: tokens(100) }));

  it('reaches bids that wait for it in the same commit', () => {
    const story = waiting().at(hour(24));
    expect(fillsOf(story)).toEqual([]);
    expect(sent(story.send(ADVANCE))).toBe('ReservationActivated ReservationActivated OrderFilled OrderClosed');
    expect(fillsOf(story)).toEqual([['O', 100]]);
    auditMarket(story.state);
  });

  it('comes for nobody by a sale, a payment or a cancellation', () => {
    const story = waiting().given(cancel('C', OTHER), resell('N', 'A', WINDOW, 400));
    story.given(hold('T', 'N', WINDOW, 200, THIRD), pay('T', 80_000), hold('U', 'N', WINDOW, 50, OTHER));
    story.given({ type: 'ReleaseHold', reservationId: 'U', holderId: OTHER } as never);
    expect(fillsOf(story)).toEqual([]);
  });

  it('is there in an auction that is cleared with it', () => {
    const story = resold().given({ type: 'WithdrawListing', listingId: 'L', sellerId: PROVIDER } as never);
    story.given(auction('U', { quantity: tokens(100), window: hours(24, 48), closesAt: hour(24) })).at(hour(1));
    story.given(sealed('B', 100, 90, { auctionId: 'U' as never, reserved: 216_000n })).at(hour(24)).given(ADVANCE);
    expect(fillsOf(story)).toEqual([['B', 100]]);
  });
});

describe('what counts for its buyer already', () => {
  /** A has bought 300, C has all of it and offers 160 of that, cheaper than the provider. */
  const offered = (): MarketStory =>
    capped().given(
      ...buy('A', 'L', 300, BUYER),
      resell('M', 'A', WINDOW, 300),
      ...buy('C', 'M', 300, OTHER),
      { ...resell('N', 'C', WINDOW, 160, OTHER), unitPrice: price(90) } as ReturnType<typeof resell>,
    );

  it('needs no room: one may always buy back what one has resold', () => {
    const story = offered().given(hold('A2', 'L', WINDOW, 100));
    expect(rejection(story.ask(hold('A3', 'L', WINDOW, 1)))).toEqual(refused(0));
    story.given(hold('A3', 'N', WINDOW, 160));
    expect(positions(story)).toEqual([400, 300, 0]);
  });

  it('leaves an order as much room as before', () => {
    const story = offered().given(bid('O', { quantity: tokens(300) }));
    expect(fillsOf(story)).toEqual([['O', 160], ['O', 100]]);
    expect(positions(story)).toEqual([400, 300, 0]);
  });

  it('leaves a package and an auction as much room as before', () => {
    const story = offered();
    const part = (reservationId: string, listingId: string, quantity: number) => ({
      ...{ reservationId, listingId, window: WINDOW, quantity: tokens(quantity) },
    });
    const both = (more: number) => ({
      ...{ type: 'HoldPackage', packageId: 'P', buyerId: BUYER, holdFor: HOUR_MS },
      holds: [part('P-1', 'N', 60), part('P-2', 'L', more)],
    });
    expect(rejection(story.ask(both(101) as never))).toEqual({ code: 'PACKAGE_REFUSED', index: 1, reason: refused(100) });
    story.given(both(100) as never);
    const source = { kind: 'reservation' as const, reservationId: 'C' as ReservationId };
    story.given(auction('U', { quantity: tokens(100), sellerId: OTHER, source, closesAt: hour(3), opensAt: hour(1) })).at(hour(1));
    story.given(sealed('B', 100, 90, { auctionId: 'U' as never })).at(hour(3)).given(ADVANCE);
    expect(fillsOf(story)).toEqual([['B', 100]]);
  });

  it('is no way to have more when one is above the cap', () => {
    const story = offered().given(hold('A2', 'L', WINDOW, 100), pay('A2', 40_000));
    story.given({
      ...{ type: 'CurtailPool', curtailmentId: 'X', poolId: POOL, providerId: PROVIDER },
      ...{ window: WINDOW, quantity: tokens(600), cause: 'outage' },
    } as never);
    // 1,000 less 600 leave 400 and a cap of 160; all that was sold is still there.
    expect(positions(story)).toEqual([400, 300, 0]);
    expect(rejection(story.ask(hold('A3', 'N', WINDOW, 1)))).toEqual(refused(0));
  });
});

describe('capacity that counts for several large buyers', () => {
  const KEPT = {
    share: 4_000 as BasisPoints,
    smallBuyerMax: tokens(100),
    releasedBefore: HOUR_MS as Duration,
  };
  const left = (available: number) => ({
    code: 'SET_ASIDE_FOR_SMALL_BUYERS',
    ...{ available: BigInt(available), smallBuyerMax: 100n, releasedAt: hour(26) },
  });

  it('is a part of what is not set aside once', () => {
    // What was resold to C is large because of A, so C's becoming large adds nothing.
    const story = capped({ buyerShareMax: null, setAside: KEPT }).given(
      ...buy('A', 'L', 500, BUYER),
      resell('M', 'A', WINDOW, 400),
      ...buy('C', 'M', 100, OTHER),
    );
    expect(rejection(story.ask(hold('C2', 'L', WINDOW, 101, OTHER)))).toEqual(left(100));
    story.given(hold('C2', 'L', WINDOW, 100, OTHER));
    expect(positions(story)).toEqual([500, 200, 0]);
    // 500 of A, of which 100 are C's, and 100 more of C.
    expect(rejection(story.ask(hold('T', 'L', WINDOW, 101, THIRD)))).toEqual(left(100));
    expect(rejection(story.ask(hold('A2', 'L', WINDOW, 1)))).toEqual(left(0));
    // What A sells is large ones' already, whoever buys it.
    expect(sent(story.ask(hold('T', 'M', WINDOW, 300, THIRD)))).toBe('ReservationHeld');
  });

  it('is nobody’s way round it when it comes back', () => {
    const story = capped({ buyerShareMax: null, setAside: KEPT }).given(
      ...buy('A', 'L', 600, BUYER),
      resell('M', 'A', WINDOW, 100),
      ...buy('C', 'M', 100, OTHER),
    );
    expect(rejection(story.ask(hold('T', 'L', WINDOW, 200, THIRD)))).toEqual(left(100));
    story.given(cancel('C', OTHER));
    expect(rejection(story.ask(hold('T', 'L', WINDOW, 200, THIRD)))).toEqual(left(100));
  });
});

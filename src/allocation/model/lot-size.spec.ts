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
import type { OrderId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { segmentsOf } from '../../kernel/step-function.js';
import { HOUR_MS, MINUTE_MS, type Duration } from '../../kernel/time.js';
import { auditMarket } from './market.audit.js';
import type { MarketEvent, ReservationCurtailed } from './market.events.js';
import { ownedOf } from './titles.js';
import { UNCONSTRAINED } from './order.state.js';
import { replacementsOf } from './rebooking.js';

// The numbers are those of docs/MARKET.md: 1,000 tokens/s in lots of 100.
const LOT = { lotSize: tokens(100) };
const lots = (): MarketStory => new MarketStory().given(openPool(LOT), list('L'));

const curtail = (quantity: number, window = hours(24, 28)) => ({
  type: 'CurtailPool' as const,
  curtailmentId: 'C',
  ...{ poolId: POOL, providerId: PROVIDER, window },
  ...{ quantity: tokens(quantity), cause: 'outage' as const },
});
const transfer = (quantity: number, from = 'R') =>
  ({
    type: 'TransferReservation',
    ...{ reservationId: 'T', sourceId: from, holderId: BUYER, teamId: 'team' },
    ...{ window: hours(24, 28), quantity: tokens(quantity) },
  }) as never;
const extend = (from: string, holderId = BUYER) =>
  ({
    type: 'ExtendReservation',
    ...{ extensionId: 'X', reservationId: from, holderId, until: hour(30) },
    ...{ unitPriceMax: price(200), holdFor: HOUR_MS },
  }) as never;
const offLot = (below: number | null, above: number, more: object = {}) => ({
  code: 'OFF_LOT',
  ...{ field: 'quantity', lotSize: 100n, above: BigInt(above) },
  below: below === null ? null : BigInt(below),
  ...more,
});

/** R: 200 tokens/s from hour 24 to 28. */
const holding = (): MarketStory => lots().given(hold('R', 'L', hours(24, 28), 200), pay('R', 80_000));
/** A had 600 tokens/s and B 400; 250 fail: A has 450 and B 300. */
const odd = (): MarketStory =>
  new MarketStory().given(
    ...[openPool(LOT), list('L', hours(24, 48), 1_000)],
    ...[hold('A', 'L', hours(24, 28), 600), pay('A', 240_000)],
    ...[hold('B', 'L', hours(24, 28), 400, OTHER), pay('B', 160_000), curtail(250)],
  );
const off = { start: hour(24), end: (hour(25) + MINUTE_MS) as never };

describe('a quantity that is not whole lots', () => {
  it.each<[what: string, story: () => MarketStory, command: never, answer: unknown]>([
    ['of a listing', lots, list('M', hours(1, 2), 250) as never, offLot(200, 300)],
    ['of less than a lot', lots, list('M', hours(1, 2), 1) as never, offLot(null, 100)],
    ['of an auction', lots, auction('A', { quantity: tokens(150) }) as never, offLot(100, 200)],
    ['of a bid there', () => lots().given(auction('A')).at(hour(1)), sealed('B', 70, 90) as never, offLot(null, 100)],
    ['of the least that it takes', () => lots().given(auction('A')).at(hour(1)), sealed('B', 100, 90, { minimumFill: tokens(30) }) as never, offLot(null, 100, { field: 'minimumFill' })],
    ['of a hold', lots, hold('R', 'L', hours(24, 28), 250) as never, offLot(200, 300)],
    ['of a resale', holding, resell('M', 'R', hours(24, 28), 130) as never, offLot(100, 200)],
    ['of a part for a team', holding, transfer(130), offLot(100, 200)],
    ['of an order', lots, bid('O', { quantity: tokens(350) }) as never, offLot(300, 400)],
    ['of the least of it', lots, bid('O', { minimumFill: tokens(50) }) as never, offLot(null, 100, { field: 'minimumFill' })],
  ])('%s is refused with the nearest that are', (_what, story, command, answer) => {
    expect(rejection(story().ask(command))).toEqual(answer);
  });

  it('is told of each hold of a package', () => {
    const { reservationId, listingId, window } = hold('R', 'L') as never as Record<string, never>;
    const one = { reservationId, listingId, window, quantity: tokens(50) };
    const asked = { type: 'HoldPackage', packageId: 'P', buyerId: BUYER, holds: [one], holdFor: HOUR_MS } as never;
    const reason = offLot(null, 100);
    expect(rejection(lots().ask(asked))).toEqual({ code: 'PACKAGE_REFUSED', index: 0, reason });
  });

  it.each<[what: string, command: never, code: string]>([
    ['after the state of an auction', sealed('B', 70, 90) as never, 'WRONG_AUCTION_STATE'],
    ['before the grid', hold('R', 'L', off, 50) as never, 'OFF_LOT'],
    ['before the past', list('M', hours(-3, 2), 50) as never, 'OFF_LOT'],
    ['before what there is', hold('R', 'L', hours(24, 28), 550) as never, 'OFF_LOT'],
    ['before the title', list('M', hours(1, 2), 1_050) as never, 'OFF_LOT'],
    ['before the money', bid('O', { quantity: tokens(50), reserved: 1n }) as never, 'OFF_LOT'],
  ])('%s', (_what, command, code) => {
    expect(sent(lots().given(auction('A')).ask(command))).toBe(code);
  });

  it('is none where a pool says nothing of lots', () => {
    const story = new MarketStory().given(openPool(), list('L', hours(24, 48), 7), hold('R', 'L', hours(24, 25), 3));
    auditMarket(story.state);
  });
});

describe('the lots of a pool', () => {
  it('never change', () => {
    const changed = openPool({ revision: 2, lotSize: tokens(50) });
    expect(rejection(lots().ask(changed))).toEqual({ code: 'POOL_CHANGED', what: 'lotSize' });
  });

  it('are told with what is listed', () => {
    expect(lots().events.at(-1)).toMatchObject({ type: 'ListingCreated', lotSize: 100n });
  });
});

describe('an order in a market of several lots', () => {
  const two = (): MarketStory =>
    lots().given(
      openPool({ poolId: 'pool-2' as PoolId, lotSize: tokens(40), attributes: EAST }),
      list('E', hours(24, 48), 400, { poolId: 'pool-2', unitPrice: price(90) }),
    );
  const EAST = { ...(openPool() as { facts: { attributes: object } }).facts.attributes, region: 'us-east' } as never;
  const fillsOf = (events: readonly MarketEvent[]): unknown[] =>
    events.flatMap((event) => (event.type === 'OrderFilled' ? [[event.listingId, Number(event.quantity)]] : []));

  it('is fit when one pool could fill all of it, else told the nearest of any', () => {
    expect(sent(two().ask(bid('O', { quantity: tokens(80) })))).toContain('OrderPlaced');
    expect(rejection(two().ask(bid('O', { quantity: tokens(90) })))).toEqual(offLot(80, 100, { lotSize: 40n }));
    expect(rejection(two().ask(bid('O', { quantity: tokens(30) })))).toEqual(offLot(null, 40, { lotSize: 40n }));
  });

  it('counts the pools that it does not rule out', () => {
    const west = { ...UNCONSTRAINED, regions: ['us-west'] };
    const nowhere = { ...UNCONSTRAINED, regions: ['mars'] };
    expect(rejection(two().ask(bid('O', { quantity: tokens(80), constraints: west })))).toEqual(offLot(null, 100));
    expect(sent(two().ask(bid('O', { quantity: tokens(80), constraints: nowhere })))).toBe('OrderPlaced');
  });

  it('is filled by each pool in its lots, and waits with the rest', () => {
    const story = two().given(bid('O', { quantity: tokens(500) }));
    expect(fillsOf(story.events)).toEqual([['E', 400], ['L', 100]]);
    const next = two().given(bid('O', { quantity: tokens(300) }));
    expect(fillsOf(next.events)).toEqual([['E', 280]]);
    expect(next.state.orders.get('O' as OrderId)?.remaining).toBe(20n);
    auditMarket(next.state);
  });

  it('of which all or nothing is wanted takes larger lots first where smaller ones would leave a rest', () => {
    const story = (quantity: number, changes: object) =>
      lots().given(
        openPool({ poolId: 'pool-2' as PoolId }),
        list('E', hours(24, 48), 150, { poolId: 'pool-2', unitPrice: price(90) }),
        bid('O', { quantity: tokens(quantity), ...changes }),
      );
    expect(fillsOf(story(220, { minimumFill: tokens(220) }).events)).toEqual([['L', 200], ['E', 20]]);
    expect(fillsOf(story(220, { timeInForce: { kind: 'FOK' } }).events)).toEqual([['L', 200], ['E', 20]]);
    expect(fillsOf(story(220, {}).events)).toEqual([['E', 150]]);
    expect(fillsOf(story(250, { minimumFill: tokens(250) }).events)).toEqual([['E', 150], ['L', 100]]);
  });

  it('is changed to what is in lots beside what was filled', () => {
    const story = two().given(bid('O', { quantity: tokens(300) }));
    const amend = (quantity: number) =>
      ({ type: 'AmendOrder', orderId: 'O', buyerId: BUYER, quantity: tokens(quantity), limitPrice: price(100), raised: 10n ** 9n }) as never;
    expect(rejection(story.ask(amend(300)))).toEqual(offLot(null, 320, { lotSize: 40n }));
    expect(rejection(story.ask(amend(370)))).toEqual(offLot(360, 380, { lotSize: 40n }));
    expect(sent(story.send(amend(320)))).toBe('OrderAmended OrderFilled OrderClosed');
  });

  it('takes what a cap leaves rounded down', () => {
    const story = new MarketStory().given(openPool({ ...LOT, buyerShareMax: 2_500 as BasisPoints }), list('L'));
    expect(rejection(story.ask(hold('R', 'L', hours(24, 28), 300)))).toEqual({ code: 'BUYER_SHARE_EXCEEDED', available: 200n });
    expect(fillsOf(story.given(bid('O', { quantity: tokens(300) })).events)).toEqual([['L', 200]]);
  });
});

describe('what a curtailment leaves', () => {
  const leftOf = (story: MarketStory, id: string): unknown =>
    segmentsOf(ownedOf(story.state, id as ReservationId).lot.title).map(({ value }) => Number(value));

  it('is everybody’s part, whatever the lots', () => {
    const story = odd();
    expect([leftOf(story, 'A'), leftOf(story, 'B')]).toEqual([[450], [300]]);
  });

  it('is resold in lots, or all of it', () => {
    expect(rejection(odd().ask(resell('M', 'A', hours(24, 28), 420)))).toEqual(offLot(400, 450));
    expect(rejection(odd().ask(resell('M', 'A', hours(24, 28), 460)))).toEqual(offLot(450, 500));
    const story = odd().given(resell('M', 'A', hours(24, 28), 450));
    expect(rejection(story.ask(hold('S', 'M', hours(24, 26), 50, OTHER)))).toEqual(offLot(null, 100));
    story.given(hold('S', 'M', hours(24, 26), 400, OTHER));
    expect(sent(story.send(hold('T', 'M', hours(24, 26), 50, OTHER)))).toBe('ReservationHeld');
    expect(sent(story.send(hold('U', 'M', hours(26, 28), 450, OTHER)))).toBe('ReservationHeld');
    auditMarket(story.state);
  });

  it('is handed to a team in lots, or all of it', () => {
    expect(rejection(odd().ask(transfer(420, 'A')))).toEqual(offLot(400, 450));
    expect(sent(odd().send(transfer(450, 'A')))).toBe('ReservationTransferred');
  });

  it('is no part of what orders take', () => {
    const story = odd().given(resell('M', 'A', hours(24, 28), 450), bid('O', { quantity: tokens(500), buyerId: OTHER }));
    expect(story.state.orders.get('O' as OrderId)?.remaining).toBe(100n);
  });

  it('of an auction goes in lots, or whole to who bid for all of it', () => {
    const sold = (...bids: readonly never[]): unknown => {
      const story = odd().given(auction('A', { sellerId: BUYER, source: { kind: 'reservation', reservationId: 'A' }, quantity: tokens(450) }));
      story.at(hour(1)).given(...bids).at(hour(10)).send({ type: 'AdvanceMarket' });
      auditMarket(story.state);
      return story.events.flatMap((event) => (event.type === 'OrderFilled' ? [[event.orderId, Number(event.quantity), Number(event.unitPrice)]] : []));
    };
    const by = { buyerId: OTHER };
    expect(sold(sealed('B', 450, 90, by) as never)).toEqual([['B', 450, 60]]);
    expect(sold(sealed('B', 200, 90, by) as never, sealed('C', 300, 80, by) as never)).toEqual([['B', 200, 80], ['C', 200, 80]]);
    expect(sold(sealed('B', 100, 90, by) as never, sealed('C', 450, 80, by) as never)).toEqual([['B', 100, 80], ['C', 300, 80]]);
  });

  it('is rebooked in the smallest lots that the order can reach, never more than was lost', () => {
    const lost = (story: MarketStory): ReservationCurtailed => {
      const decision = story.ask(curtail(650));
      const events = decision.accepted ? decision.events : [];
      return events.find((event): event is ReservationCurtailed => event.type === 'ReservationCurtailed') as ReservationCurtailed;
    };
    const wanted = { limitPrice: price(150), constraints: UNCONSTRAINED, timeInForce: { kind: 'GTC' }, minimumFill: tokens(1), isAllOrNone: false };
    const rebooked = (from: MarketStory): ReservationCurtailed =>
      lost(from.given({ type: 'SetRebooking', reservationId: 'R', holderId: BUYER, rebooking: wanted } as never));
    const all = (): MarketStory => new MarketStory().given(openPool(LOT), list('L', hours(24, 28), 900), hold('R', 'L', hours(24, 28), 900), pay('R', 360_000));
    const event = rebooked(all());
    expect(event.lostTitle).toEqual([{ window: hours(24, 28), value: 550n }]);
    expect(replacementsOf(event)).toEqual([{ window: hours(24, 28), quantity: 500n, refusal: null }]);
    const finer = rebooked(all().given(openPool({ poolId: 'pool-2' as PoolId, lotSize: tokens(20) })));
    expect(replacementsOf(finer)).toMatchObject([{ quantity: 540n }]);
    const little = { ...event, lostTitle: [{ window: hours(24, 28), value: 90n }] };
    expect(replacementsOf(little)).toEqual([{ window: hours(24, 28), quantity: 90n, refusal: 'OFF_LOT' }]);
  });
});

describe('an extension', () => {
  it('takes of each offer what is whole lots', () => {
    // Of M, the cheaper, 50 fail: 150 are left, of which one lot is as good as whole.
    const story = holding().given(list('M', hours(28, 30), 200, { unitPrice: price(80) }));
    story.given(curtail(350, hours(28, 30)));
    const decision = story.send(extend('R'));
    const held = decision.accepted ? decision.events : [];
    expect(held.map((event) => event.type === 'ReservationHeld' && [event.listingId, Number(event.quantity)])).toEqual([
      ['M', 100],
      ['L', 100],
    ]);
    auditMarket(story.state);
  });

  it('of part of a lot is refused: it can be reserved as all that there is', () => {
    const story = odd().given(resell('M', 'A', hours(24, 28), 450), hold('S', 'M', hours(24, 26), 450, OTHER));
    story.given(pay('S', 90_000));
    expect(rejection(story.ask(extend('S', OTHER)))).toEqual(offLot(400, 500));
  });
});

describe('what is idle', () => {
  const reviewed = (peak: number, story = holding()): unknown => {
    const id = 'R' as ReservationId;
    const rule = { unitPrice: price(120), margin: 0 as BasisPoints, keepMin: tokens(0) };
    story.given({ type: 'SetIdleRule', reservationId: id, holderId: BUYER, rule } as never);
    const owned = ownedOf(story.state, id);
    const dueAt = owned.idle?.nextReviewAt ?? hour(0);
    story.at(dueAt).given({ type: 'AdvanceMarket' });
    story.given({ type: 'ReviewIdle', reservationId: id, listingId: 'I', dueAt, peak: tokens(peak) } as never);
    auditMarket(story.state);
    const found = story.events.findLast((event) => event.type === 'IdleReviewed');
    return found?.type === 'IdleReviewed' ? Number(found.idle) : null;
  };

  it('is offered in lots, in favour of keeping', () => {
    expect([reviewed(40), reviewed(100), reviewed(101)]).toEqual([100, 100, 0]);
  });

  it('is offered whole when nothing is kept', () => {
    expect(reviewed(0, holding().given(curtail(850)))).toBe(150);
  });
});

describe('the time a lot is for', () => {
  it('has nothing to do with its size', () => {
    const quarter = (15 * MINUTE_MS) as Duration;
    const story = new MarketStory().given(openPool({ ...LOT, grid: quarter }), list('L', hours(24, 48), 300));
    const window = { start: hour(24), end: (hour(24) + quarter) as never };
    expect(sent(story.send(hold('R', 'L', window, 200)))).toBe('ReservationHeld');
  });
});

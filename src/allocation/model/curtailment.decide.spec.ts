import type { ListingId, OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { segmentsOf, ZERO } from '../../kernel/step-function.js';
import { MINUTE_MS, plus } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import {
  bought,
  BUYER,
  DUE,
  hold,
  hour,
  hours,
  list,
  listed,
  MarketStory,
  openPool,
  OTHER,
  pay,
  POOL,
  poolFacts,
  price,
  PROVIDER,
  rejection,
  resell,
  saleTerms,
  sent,
  tokens,
} from '../../../test/support/market.js';
import { bid } from '../../../test/support/order-traffic.js';
import { auditMarket } from './market.audit.js';
import type { MarketCommand } from './market.commands.js';
import { marketDecider } from './market.decide.js';
import type { MarketEvent, ReservationCurtailed } from './market.events.js';
import { UNCONSTRAINED } from './order.state.js';

const THIRD = 'org-third' as OrganizationId;

const curtail = (
  quantity: number,
  window: Window = hours(24, 28),
  changes: Readonly<Record<string, unknown>> = {},
): Omit<Extract<MarketCommand, { type: 'CurtailPool' }>, 'now' | 'seed'> => ({
  type: 'CurtailPool',
  curtailmentId: 'C1',
  poolId: POOL,
  providerId: PROVIDER,
  window,
  quantity: tokens(quantity),
  cause: 'outage',
  ...changes,
});
const reclaim = (quantity: number, window?: Window): ReturnType<typeof curtail> =>
  curtail(quantity, window, { cause: 'reclaim' });

/** Decides, and audits the market after every single event. */
function curtailed(story: MarketStory, command = curtail(100)): readonly MarketEvent[] {
  const decision = story.ask(command);
  if (!decision.accepted) throw new Error(JSON.stringify(decision.rejection, (_, v) => `${v}`));
  for (const event of decision.events) {
    marketDecider.evolve(story.state, event);
    auditMarket(story.state);
  }
  return decision.events;
}

const lossesOf = (events: readonly MarketEvent[]): readonly ReservationCurtailed[] =>
  events.filter((event): event is ReservationCurtailed => event.type === 'ReservationCurtailed');
const amounts = (segments: readonly { readonly value: bigint }[]): number[] =>
  segments.map(({ value }) => Number(value));

/** All 1,000 tokens/s of four hours sold: 600 at 100 to the buyer, 400 at 50 to another. */
function soldOut(): MarketStory {
  return new MarketStory().given(
    openPool(),
    list('L1', hours(24, 28), 600),
    list('L2', hours(24, 28), 400, { unitPrice: price(50) }),
    hold('R1', 'L1', hours(24, 28), 600),
    pay('R1', 240_000),
    hold('R2', 'L2', hours(24, 28), 400, OTHER),
    pay('R2', 80_000),
  );
}

describe('a curtailment is refused, the first reason that holds', () => {
  const OFF = { start: hour(24), end: plus(hour(24), 30 * MINUTE_MS) };
  const rows: readonly (readonly [code: string, command: ReturnType<typeof curtail>])[] = [
    ['POOL_NOT_FOUND', curtail(2_000, OFF, { providerId: OTHER, cause: 'reclaim' })],
    ['OFF_GRID', reclaim(2_000, OFF)],
    ['WINDOW_IN_PAST', reclaim(2_000, hours(-1, 28))],
    ['NAMEPLATE_EXCEEDED', reclaim(1_001)],
    ['RECLAIM_TOO_SOON', reclaim(1_000, hours(1, 28))],
  ];
  it.each(rows)('%s', (code, command) => {
    const story = soldOut().given(list('L3', hours(1, 4), 500), hold('R3', 'L3', hours(1, 4), 500), pay('R3', 150_000));
    expect(sent(story.send(command))).toBe(code);
  });

  it('with how much there is, and where the pool ends', () => {
    expect(rejection(soldOut().send(curtail(1_001)))).toEqual({ code: 'NAMEPLATE_EXCEEDED', available: 1_000n });
    expect(rejection(soldOut().send(curtail(1, hours(239, 241))))).toEqual({ code: 'NAMEPLATE_EXCEEDED', available: 0n });
  });

  it('in the cell that is running for a reclaim only', () => {
    const story = soldOut().at(plus(hour(24), 10 * MINUTE_MS)).given({ type: 'AdvanceMarket' });
    const earliestStart = hour(25);
    expect(rejection(story.ask(reclaim(1)))).toEqual({ code: 'WINDOW_IN_PAST', earliestStart });
    expect(sent(story.ask(curtail(1)))).toBe('PoolCurtailed ReservationCurtailed');
    expect(rejection(story.ask(curtail(1, hours(23, 28))))).toEqual({ code: 'WINDOW_IN_PAST', earliestStart: hour(24) });
  });
});

describe('a reclaim', () => {
  it('of what was not sold needs no notice', () => {
    const story = new MarketStory().given(openPool({ terms: { ...saleTerms(), curtailment: never() } }), list('L'));
    expect(sent(story.send(reclaim(1_000, hours(1, 2))))).toBe('PoolCurtailed');
    expect(sent(story.send(reclaim(1_000, hours(24, 25))))).toBe('ListingReduced PoolCurtailed');
  });

  it('says from when on it is accepted, and is', () => {
    const story = soldOut().at(plus(hour(13), 1));
    const refused = rejection(story.ask(reclaim(1_000)));
    expect(refused).toEqual({ code: 'RECLAIM_TOO_SOON', earliestStart: hour(26) });
    expect(sent(story.ask(reclaim(1_000, hours(26, 28))))).toContain('PoolCurtailed');
    expect(rejection(story.at(hour(17)).ask(reclaim(1_000)))).toEqual({ code: 'RECLAIM_TOO_SOON', earliestStart: null });
  });

  it('follows the terms that each title was sold under', () => {
    const story = new MarketStory().given(openPool({ terms: { ...saleTerms(), curtailment: never() } }));
    story.given(list('L1', hours(24, 26), 500), hold('R1', 'L1', hours(24, 26), 500), pay('R1', 100_000));
    story.given(openPool({ revision: 2 }));
    story.given(list('L2', hours(24, 28), 500), hold('R2', 'L2', hours(24, 28), 500), pay('R2', 200_000));
    expect(rejection(story.ask(reclaim(501)))).toEqual({ code: 'RECLAIM_NOT_AGREED', earliestStart: hour(26) });
    expect(sent(story.ask(reclaim(501, hours(26, 28))))).toBe('PoolCurtailed ReservationCurtailed');
  });

  it('does not end a hold that was promised under other terms', () => {
    const story = new MarketStory().given(
      openPool({ terms: { ...saleTerms(), curtailment: never() } }),
      list('L', hours(24, 28), 1_000),
      hold('R', 'L', hours(24, 28), 100),
    );
    expect(sent(story.ask(reclaim(900)))).toBe('ListingReduced PoolCurtailed');
    expect(rejection(story.ask(reclaim(901)))).toEqual({ code: 'RECLAIM_NOT_AGREED', earliestStart: null });
  });
});

function never(): ReturnType<typeof saleTerms>['curtailment'] {
  return { reclaimNotice: null, penaltyShare: { outage: 0 as BasisPoints, reclaim: 0 as BasisPoints } };
}

describe('what is lost', () => {
  it('is first what nobody bought: free, then offered, the newest first', () => {
    const story = bought().given(list('L2', hours(24, 28), 300));
    const events = curtailed(story, curtail(500));
    // 1,000 = 100 sold, 400 offered by L, 300 by L2, 200 free.
    expect(sent({ accepted: true, events })).toBe('ListingReduced ListingClosed PoolCurtailed');
    expect(events[2]).toMatchObject({ offered: [{ value: 300n }], unsold: [{ value: 500n }] });
    expect(story.state.listings.has('L2' as ListingId)).toBe(false);
    expect(sent(story.send(curtail(501)))).toBe('NAMEPLATE_EXCEEDED');
  });

  it('is then what is held and not paid for; what is not needed of it is offered again', () => {
    const story = listed().given(hold('R1', 'L', hours(24, 28), 300), hold('R2', 'L', hours(24, 30), 200, OTHER));
    const events = curtailed(story, curtail(600));
    expect(sent({ accepted: true, events })).toBe('HoldReleased ListingReduced PoolCurtailed');
    expect(events[0]).toMatchObject({ reservationId: 'R2', reason: 'curtailed' });
    const remaining = story.state.listings.get('L' as ListingId)?.remaining;
    expect(segmentsOf(remaining as never)).toEqual([
      { window: hours(24, 28), value: 100n },
      { window: hours(28, 48), value: 500n },
    ]);
  });

  it('of titles is each one’s part, refunded at its own price, with the published penalty', () => {
    const story = soldOut();
    const events = curtailed(story, curtail(250));
    expect(lossesOf(events)).toMatchObject([
      // 150 x 4 h x 100, and a fifth of it.
      { reservationId: 'R1', lost: [{ value: 150n }], entitlement: [{ value: 450n }], refund: 60_000n, penalty: 12_000n, isWhole: false },
      { reservationId: 'R2', lost: [{ value: 100n }], entitlement: [{ value: 300n }], refund: 20_000n, penalty: 4_000n, isWhole: false },
    ]);
  });

  it('is different from hour to hour where titles are', () => {
    const story = soldOut();
    const events = curtailed(story, curtail(100, hours(26, 30)));
    expect(lossesOf(events).map(({ lost }) => lost)).toEqual([
      [{ window: hours(26, 28), value: 60n }],
      [{ window: hours(26, 28), value: 40n }],
    ]);
  });

  it('of a resold part is paid back along the chain, at each link’s price', () => {
    const story = bought().given(resell('L2', 'R', hours(26, 28), 40));
    story.given({ ...list('L3', hours(24, 28), 500), listingId: 'L3' as ListingId } as never);
    story.given(hold('R2', 'L2', hours(26, 28), 40, OTHER), pay('R2', 8_000));
    // 1,000 - 100 are the provider's: 90 more come from the buyer's 60 and the other's 40.
    const events = curtailed(story, curtail(990, hours(26, 28)));
    expect(lossesOf(events)).toMatchObject([
      { reservationId: 'R2', lost: [{ value: 36n }], lostTitle: [{ value: 36n }], refund: 7_200n, penalty: 1_440n },
      { reservationId: 'R', lost: [{ value: 90n }], lostTitle: [{ value: 54n }], refund: 18_000n, penalty: 2_160n },
    ]);
  });

  it('ends a reservation of which nothing is left, with what it was resold as', () => {
    const story = bought().given(resell('L2', 'R', hours(24, 28), 40), resell('L3', 'R', hours(24, 26), 20));
    story.given(hold('R2', 'L2', hours(24, 28), 40, OTHER), pay('R2', 16_000));
    const events = curtailed(story, curtail(1_000));
    expect(lossesOf(events).map(({ isWhole, refund }) => [isWhole, Number(refund)])).toEqual([[true, 16_000], [true, DUE]]);
    expect(story.state.reservations.size).toBe(0);
    expect([...story.state.listings.keys()]).toEqual(['L']);
    expect([...story.state.losses.keys()]).toEqual(['R2', 'R']);
  });

  it('twice is never refunded twice', () => {
    const story = soldOut();
    const refunds = [333, 333, 334].map((quantity, index) => {
      const events = curtailed(story, curtail(quantity, hours(24, 28), { curtailmentId: `C${index}` }));
      return lossesOf(events).filter(({ reservationId }) => reservationId === 'R1');
    });
    expect(refunds.flat().reduce((sum, { refund }) => sum + refund, 0n)).toBe(240_000n);
    expect(refunds.at(-1)).toMatchObject([{ isWhole: true }]);
  });

  it('is not what a provider bought back: that is a title like others, without a penalty', () => {
    const story = bought().given(resell('L2', 'R', hours(24, 28), 40));
    story.given(hold('R2', 'L2', hours(24, 28), 40, PROVIDER), pay('R2', 16_000));
    const [back] = lossesOf(curtailed(story, curtail(1_000)));
    expect(back).toMatchObject({ reservationId: 'R2', refund: 16_000n, penalty: 0n });
  });
});

describe('what follows from a curtailment', () => {
  it('leaves room that a waiting bid is served from, in the same commit', () => {
    const story = new MarketStory().given(
      openPool({ buyerShareMax: 5_000 as BasisPoints }),
      list('L', hours(24, 28), 600),
      hold('H', 'L', hours(24, 28), 500, THIRD),
      bid('O', { quantity: tokens(300), buyerId: OTHER }),
    );
    // 100 are left on offer: the bid has them, and waits for 200.
    expect(sent({ accepted: true, events: curtailed(story, curtail(600)) })).toBe(
      'HoldReleased ListingReduced PoolCurtailed OrderFilled',
    );
  });

  it('keeps a cap from being filled up by what is registered and gone', () => {
    const story = new MarketStory().given(openPool({ buyerShareMax: 5_000 as BasisPoints }));
    curtailed(story, curtail(600));
    story.given(list('L', hours(24, 28), 400));
    expect(rejection(story.send(hold('R', 'L', hours(24, 28), 201)))).toEqual({ code: 'BUYER_SHARE_EXCEEDED', available: 200n });
    // Other terms do not bring back what was taken.
    story.given(openPool({ revision: 2, buyerShareMax: 9_000 as BasisPoints }));
    expect(rejection(story.send(hold('R', 'L', hours(24, 28), 361)))).toEqual({ code: 'BUYER_SHARE_EXCEEDED', available: 360n });
  });

  it('is undone by registering more', () => {
    const story = new MarketStory().given(openPool());
    curtailed(story, curtail(600));
    const { nameplate } = poolFacts();
    const more = { ...nameplate, values: [1_600n, 0n] };
    expect(sent(story.send(openPool({ revision: 2, nameplate: more })))).toBe('PoolExtended');
    auditMarket(story.state);
  });

  it('is a smaller fee and refund when what is left is cancelled', () => {
    const story = soldOut();
    curtailed(story, curtail(500));
    // 240,000 - 120,000 are left; 24 h before the start it is free, 2 h before it costs a quarter.
    story.at(hour(1));
    const cancel = { type: 'CancelReservation', reservationId: 'R1' as ReservationId, holderId: BUYER, feeAccepted: 10n ** 9n } as never;
    const decision = story.send(cancel);
    expect(decision).toMatchObject({ accepted: true, events: [{ fee: 30_000n, refund: 90_000n }] });
    auditMarket(story.state);
    expect(amounts(segmentsOf(story.state.pools.get(POOL)?.root.title ?? ZERO))).toContain(300);
  });
});

describe('rebooking', () => {
  const set = (changes: object = {}): never =>
    ({ type: 'SetRebooking', reservationId: 'R', holderId: BUYER, rebooking: null, ...changes }) as never;
  it('is set by the holder of what is paid, and told with what is lost', () => {
    const rebooking = { limitPrice: price(150), timeInForce: { kind: 'GTC' }, constraints: UNCONSTRAINED, minimumFill: tokens(1), isAllOrNone: false };
    expect(rejection(bought().send(set({ holderId: OTHER })))).toEqual({ code: 'RESERVATION_NOT_FOUND' });
    expect(rejection(listed().given(hold('R', 'L')).send(set()))).toEqual({ code: 'WRONG_STATE', state: 'held' });
    const story = bought().given(set({ rebooking }));
    expect(lossesOf(curtailed(story, curtail(950)))).toMatchObject([{ rebooking, lostTitle: [{ value: 50n }] }]);
  });
});

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
  price,
  PROVIDER,
  rejection,
  resell,
  sent,
  tokens,
} from '../../../test/support/market.js';
import { bid } from '../../../test/support/order-traffic.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { segmentsOf, valueAt } from '../../kernel/step-function.js';
import { MINUTE_MS, type Duration } from '../../kernel/time.js';
import { auditMarket } from './market.audit.js';
import type { OwnedReservation } from './market.state.js';
import { titlesOf } from './titles.js';

describe('reserving', () => {
  it.each([
    ['from no listing', hold('X', 'none'), 'LISTING_NOT_FOUND'],
    ['from oneself', hold('X', 'L', hours(24, 28), 1, PROVIDER), 'SELF_TRADE'],
    ['off the grid', hold('X', 'L', { start: hour(24), end: (hour(25) + 1) as never }), 'OFF_GRID'],
    ['in the past', hold('X', 'L', hours(-3, 25)), 'WINDOW_IN_PAST'],
    ['beyond the window', hold('X', 'L', hours(23, 25)), 'OUTSIDE_OFFER'],
    ['more than is offered', hold('X', 'L', hours(24, 28), 501), 'CAPACITY_EXHAUSTED'],
    ['all of it', hold('X', 'L', hours(24, 48), 500), 'ReservationHeld'],
  ])('%s', (_what, command, answer) => {
    const story = listed();
    expect(sent(story.send(command))).toBe(answer);
    auditMarket(story.state);
  });

  it('sells any part of the window and quantity, and no more than there is', () => {
    const story = listed().given(hold('A', 'L', hours(24, 30), 300), hold('B', 'L', hours(28, 40), 200));
    expect(rejection(story.ask(hold('C', 'L', hours(29, 31), 1)))).toMatchObject({ available: 0n });
    expect(sent(story.send(hold('D', 'L', hours(30, 40), 300)))).toBe('ReservationHeld');
    auditMarket(story.state);
  });

  it('keeps one buyer below the pool’s cap, holds and resales counted', () => {
    const story = new MarketStory().given(
      openPool({ buyerShareMax: 3_000 as BasisPoints }),
      list('L', hours(24, 48), 900),
      hold('A', 'L', hours(24, 28), 200),
    );
    expect(rejection(story.ask(hold('B', 'L', hours(27, 29), 101)))).toEqual({
      code: 'BUYER_SHARE_EXCEEDED',
      available: 100n,
    });
    expect(sent(story.send(hold('B', 'L', hours(27, 29), 100)))).toBe('ReservationHeld');
    expect(sent(story.send(hold('C', 'L', hours(27, 29), 101, OTHER)))).toBe('ReservationHeld');
    story.given(pay('C', 20_200), resell('L2', 'C', hours(27, 28), 101, OTHER));
    expect(sent(story.send(hold('D', 'L2', hours(27, 28), 1)))).toBe('BUYER_SHARE_EXCEEDED');
  });

  it('ends a hold at its hour and gives its capacity back', () => {
    const story = listed().given(hold('R', 'L', hours(24, 28), 500));
    story.at((hour(0) + 10 * MINUTE_MS - 1) as never);
    expect(sent(story.send({ type: 'AdvanceMarket' }))).toBe('');
    story.at((hour(0) + 10 * MINUTE_MS) as never);
    expect(rejection(story.ask(pay('R', 200_000)))).toMatchObject({ code: 'HOLD_EXPIRED' });
    expect(sent(story.send({ type: 'AdvanceMarket' }))).toBe('HoldReleased');
    expect(sent(story.send(hold('S', 'L', hours(24, 28), 500)))).toBe('ReservationHeld');
    auditMarket(story.state);
  });

  it('never lets a hold outlive its window', () => {
    const story = new MarketStory().given(openPool(), list('L', hours(0, 1), 10));
    story.at((hour(1) - MINUTE_MS) as never).given(hold('R', 'L', hours(0, 1), 10));
    expect(story.events.at(-1)).toMatchObject({ expiresAt: hour(1) });
    expect(sent(story.at(hour(1)).send({ type: 'AdvanceMarket' }))).toBe('HoldReleased ListingClosed');
    auditMarket(story.state);
  });

  it.each([
    ['for nothing', pay('none', 1), 'RESERVATION_NOT_FOUND'],
    ['too little', pay('R', DUE - 1), 'PAYMENT_MISMATCH'],
    ['what is due', pay('R', DUE), 'ReservationPaid'],
  ])('paying %s', (_what, command, answer) => {
    expect(sent(listed().given(hold('R', 'L')).send(command))).toBe(answer);
  });

  it('cannot be paid twice', () => {
    expect(rejection(bought().send(pay('R', DUE)))).toEqual({ code: 'WRONG_STATE', state: 'scheduled' });
  });

  it('moves title on payment and closes a listing that is sold out', () => {
    const story = listed().given(hold('R', 'L', hours(24, 48), 500));
    expect(sent(story.send(pay('R', 1_200_000)))).toBe('ReservationPaid ListingClosed');
    const titles = titlesOf(story.state, POOL);
    expect([PROVIDER, BUYER].map((who) => valueAt(titles.get(who)!, hour(30)))).toEqual([500n, 500n]);
    auditMarket(story.state);
  });

  it('releases a hold for its holder only', () => {
    const story = listed().given(hold('R', 'L'));
    const release = (holderId: string): ReturnType<MarketStory['send']> =>
      story.send({ type: 'ReleaseHold', reservationId: 'R', holderId } as never);
    expect(sent(release(OTHER))).toBe('RESERVATION_NOT_FOUND');
    expect(sent(release(BUYER))).toBe('HoldReleased');
    expect(sent(release(BUYER))).toBe('RESERVATION_NOT_FOUND');
    auditMarket(story.state);
  });
});

describe('the life of a reservation', () => {
  it('starts and ends with its window, and what is resold with it', () => {
    const story = bought().given(
      resell('L2', 'R', hours(26, 28), 40),
      hold('R2', 'L2', hours(26, 28), 30, OTHER),
      pay('R2', 6_000),
    );
    const advance = (): string => sent(story.send({ type: 'AdvanceMarket' }));
    expect([advance(), (story.at(hour(24)), advance()), (story.at(hour(26)), advance())]).toEqual([
      '',
      'ReservationActivated',
      'ReservationActivated',
    ]);
    expect((story.at(hour(28)), advance())).toBe(
      'ListingClosed ReservationCompleted ReservationCompleted',
    );
    expect(story.state.reservations.size).toBe(0);
    auditMarket(story.state);
  });

  const cancel = (story: MarketStory, feeAccepted: number, who = BUYER): string | unknown => {
    const command = { type: 'CancelReservation', reservationId: 'R', holderId: who };
    return story.send({ ...command, feeAccepted: BigInt(feeAccepted) } as never);
  };

  it.each([
    // hours before start, fee in basis points, fee
    [24, 0, 0n],
    [23, 2_500, 10_000n],
    [2, 2_500, 10_000n],
    [1, 5_000, 20_000n],
  ])('cancels %s h before the start for %s basis points', (before, feeShare, fee) => {
    const story = bought().at(hour(24 - before));
    const decision = cancel(story, DUE) as ReturnType<MarketStory['send']>;
    expect(decision).toMatchObject({
      accepted: true,
      events: [{ type: 'ReservationCancelled', feeShare, fee, refund: BigInt(DUE) - fee }],
    });
    expect(valueAt(titlesOf(story.state, POOL).get(PROVIDER)!, hour(25))).toBe(1_000n);
    auditMarket(story.state);
  });

  it.each([
    ['another’s', (story: MarketStory) => cancel(story, DUE, OTHER), 'RESERVATION_NOT_FOUND'],
    ['once started', (story: MarketStory) => cancel(story.at(hour(24)), DUE), 'WRONG_STATE'],
    [
      'with part of it listed',
      (story: MarketStory) => cancel(story.given(resell('L2', 'R', hours(24, 25), 1)), DUE),
      'RESERVATION_ENCUMBERED',
    ],
    [
      'for more than was shown',
      (story: MarketStory) => cancel(story.at(hour(20)), 9_999),
      'FEE_CHANGED',
    ],
  ])('does not cancel %s', (_what, act, code) => {
    expect(sent(act(bought()) as never)).toBe(code);
  });

  it('gives a cancelled resale back to the reseller', () => {
    const story = bought().given(
      resell('L2', 'R', hours(24, 26), 60),
      hold('R2', 'L2', hours(24, 26), 60, OTHER),
      pay('R2', 12_000),
    );
    story.given({
      type: 'CancelReservation',
      reservationId: 'R2' as ReservationId,
      holderId: OTHER,
      feeAccepted: 12_000n as MicroUsd,
    });
    const parent = story.state.reservations.get('R' as ReservationId) as OwnedReservation;
    expect(segmentsOf(parent.lot.title)).toEqual([{ window: hours(24, 28), value: 100n }]);
    auditMarket(story.state);
  });
});

describe('a hold that is paid', () => {
  const THIRD = 'org-third' as OrganizationId;
  const WINDOW = hours(24, 28);
  /** Two holders at the pool's cap who bid for more and resell; the first one's ask is held from in part. */
  const chained = (): MarketStory =>
    new MarketStory().given(
      openPool({ buyerShareMax: 3_000 as BasisPoints }),
      list('L', WINDOW, 600),
      hold('R1', 'L', WINDOW, 300),
      pay('R1', 120_000),
      hold('R2', 'L', WINDOW, 300, OTHER),
      pay('R2', 120_000),
      resell('L1', 'R1', WINDOW, 150),
      resell('L2', 'R2', WINDOW, 50, OTHER),
      bid('B1', { window: WINDOW, quantity: tokens(50) }),
      bid('B2', { window: WINDOW, quantity: tokens(50), buyerId: OTHER }),
      hold('H', 'L1', WINDOW, 100, THIRD),
    );

  it('leads to no fill: room comes when it begins, and of what is bought then when that does', () => {
    const story = chained();
    const told = (decision: ReturnType<MarketStory['send']>): readonly string[] =>
      decision.accepted
        ? decision.events.map((event) => ('listingId' in event ? `${event.type} ${event.listingId}` : event.type))
        : [decision.rejection.code];
    expect(told(story.send(pay('H', DUE)))).toEqual(['ReservationPaid']);
    story.at(hour(24));
    expect(told(story.send({ type: 'AdvanceMarket' }))).toEqual([
      ...['ReservationActivated', 'ReservationActivated', 'ReservationActivated'],
      ...['OrderFilled L2', 'ListingClosed L2', 'OrderClosed'],
    ]);
    expect(told(story.send({ type: 'AdvanceMarket' }))).toEqual([
      ...['ReservationActivated', 'OrderFilled L1', 'ListingClosed L1', 'OrderClosed'],
    ]);
    expect(story.state.listings.size).toBe(0);
    auditMarket(story.state);
  });
});

describe('amounts', () => {
  it('are price x quantity x hours', () => {
    const quarter = { start: hour(24), end: (hour(24) + 15 * MINUTE_MS) as never };
    const story = new MarketStory().given(
      openPool({ grid: (15 * MINUTE_MS) as Duration }),
      list('L', hours(24, 25), 500, { unitPrice: price(3) }),
      hold('A', 'L', hours(24, 25), 7),
      hold('B', 'L', quarter, 6),
      hold('C', 'L', quarter, 2),
    );
    // 21; 4.5 rounds to the even 4; 1.5 rounds to the even 2.
    expect(story.events.flatMap((event) => (event.type === 'ReservationHeld' ? event.amount : []))).toEqual(
      [21n, 4n, 2n],
    );
  });
});

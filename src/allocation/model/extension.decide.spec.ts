import type { ListingId, OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { auction } from '../../../test/support/auctions.js';
import { HOUR_MS, type Duration } from '../../kernel/time.js';
import {
  bought,
  BUYER,
  DUE,
  hold,
  hour,
  hours,
  list,
  MarketStory,
  openPool,
  OTHER,
  pay,
  price,
  PROVIDER,
  rejection,
  resell,
  sent,
  tokens,
} from '../../../test/support/market.js';
import { bid } from '../../../test/support/order-traffic.js';
import { auditMarket } from './market.audit.js';

const THIRD = 'org-third' as OrganizationId;

describe('a cancelled reservation', () => {
  const cancel = { type: 'CancelReservation', reservationId: 'R' as ReservationId, holderId: BUYER, feeAccepted: 10n ** 9n } as never;

  it('is for sale again where it was bought from, and reaches the waitlist first', () => {
    const story = bought().given(bid('O', { window: hours(24, 28), quantity: tokens(450), buyerId: OTHER }));
    expect(sent(story.send(cancel))).toBe('ReservationCancelled OrderFilled OrderClosed');
    auditMarket(story.state);
    expect(story.state.orders.size).toBe(0);
  });

  it('is its seller’s again where that listing is closed', () => {
    const story = bought().given({ type: 'WithdrawListing', listingId: 'L' as ListingId, sellerId: PROVIDER });
    expect(story.send(cancel)).toMatchObject({ events: [{ relisted: null }] });
    auditMarket(story.state);
  });

  it('of a resale goes back to the reseller’s listing', () => {
    const story = bought().given(resell('L2', 'R', hours(24, 28), 40));
    story.given({ type: 'WithdrawListing', listingId: 'L' as ListingId, sellerId: PROVIDER });
    story.given(hold('R2', 'L2', hours(24, 28), 30, OTHER), pay('R2', 12_000));
    story.given(bid('O', { quantity: tokens(40), minimumFill: tokens(40), buyerId: THIRD }));
    const theirs = { type: 'CancelReservation', reservationId: 'R2' as ReservationId, holderId: OTHER, feeAccepted: 10n ** 9n } as never;
    const decision = story.send(theirs);
    expect(sent(decision)).toBe('ReservationCancelled OrderFilled ListingClosed OrderClosed');
    auditMarket(story.state);
  });
});

const LONG = (2 * HOUR_MS) as Duration;
describe('an extension', () => {
  const extend = (until: number, max: number, changes: object = {}): never =>
    ({
      ...{ type: 'ExtendReservation', extensionId: 'X', reservationId: 'R', holderId: BUYER },
      ...{ until: hour(until), unitPriceMax: price(max), holdFor: LONG, ...changes },
    }) as never;
  /** 100 tokens/s until hour 28; after it 60 at 90 until 32, 400 at 110, 100 at 130 from 30 on. */
  const story = (): MarketStory =>
    new MarketStory().given(
      openPool(),
      list('L', hours(24, 28), 100),
      hold('R', 'L'),
      pay('R', DUE),
      list('A', hours(28, 32), 60, { unitPrice: price(90) }),
      list('B', hours(26, 30), 400, { unitPrice: price(110) }),
      list('C', hours(30, 48), 100, { unitPrice: price(130) }),
    );

  it('holds the cheapest that covers it, linked to what it prolongs', () => {
    const begun = story();
    const decision = begun.send(extend(31, 130));
    const held = decision.accepted ? decision.events : [];
    expect(held).toMatchObject([
      { reservationId: begun.bought(2), listingId: 'A', window: hours(28, 31), quantity: 60n, amount: 16_200n, extendsReservationId: 'R' },
      { reservationId: begun.bought(3), listingId: 'B', window: hours(28, 30), quantity: 40n, amount: 8_800n, extendsReservationId: 'R' },
      { reservationId: begun.bought(4), listingId: 'C', window: hours(30, 31), quantity: 40n, amount: 5_200n, extendsReservationId: 'R' },
    ]);
  });

  it.each<[what: string, command: never, refusal: object]>([
    ['another’s', extend(31, 130, { holderId: OTHER }), { code: 'RESERVATION_NOT_FOUND' }],
    ['nothing', extend(28, 130), { code: 'OFF_GRID', nearest: hours(28, 29) }],
    ['too dear', extend(31, 129), { code: 'NOT_EXTENDABLE', available: 60n, until: hour(30), unitPrice: 130n }],
    ['much too dear', extend(31, 89), { code: 'NOT_EXTENDABLE', available: 0n, until: hour(28), unitPrice: 130n }],
    ['not offered', extend(49, 200), { code: 'NOT_EXTENDABLE', available: 0n, until: hour(48), unitPrice: null }],
  ])('is refused: %s', (_what, command, refusal) => {
    expect(rejection(story().send(command))).toEqual(refusal);
  });

  it('leaves auctions to those who bid', () => {
    const auctioned = story().given(
      auction('N', { window: hours(28, 32), unitPrice: price(1), reservePrice: price(1) }),
    );
    const decision = auctioned.send(extend(31, 130));
    const held = decision.accepted ? decision.events : [];
    expect(held.map((event) => 'listingId' in event && event.listingId)).toEqual(['A', 'B', 'C']);
  });

  it('stays within the share of one buyer', () => {
    const capped = story().given(openPool({ revision: 2, buyerShareMax: 900 as BasisPoints }));
    expect(rejection(capped.send(extend(31, 130)))).toEqual({ code: 'BUYER_SHARE_EXCEEDED', available: 90n });
  });
});

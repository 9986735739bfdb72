import {
  BUYER,
  hold,
  hour,
  hours,
  list,
  listed,
  MarketStory,
  openPool,
  OTHER,
  PROVIDER,
  rejection,
  sent,
  tokens,
} from '../../../test/support/market.js';
import type { BasisPoints } from '../../kernel/money.js';
import { MINUTE_MS, type Duration } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { auditMarket } from './market.audit.js';
import type { HoldPackage } from './market.commands.js';

type Piece = readonly [id: string, listing: string, window: Window, quantity: number];

const pack = (pieces: readonly Piece[], buyerId = BUYER): Omit<HoldPackage, 'now' | 'seed'> => ({
  type: 'HoldPackage',
  packageId: 'P',
  buyerId,
  holds: pieces.map(([reservationId, listingId, window, quantity]) => ({
    ...{ reservationId, listingId, window },
    quantity: tokens(quantity),
  })) as unknown as HoldPackage['holds'],
  holdFor: (10 * MINUTE_MS) as Duration,
});

const two = (): MarketStory => listed().given(list('M', hours(30, 40), 300, { unitPrice: 7n }));

describe('a package', () => {
  it('is held whole, each piece of it a reservation', () => {
    const story = two();
    const decision = story.send(
      pack([
        ['A', 'L', hours(24, 30), 400],
        ['B', 'M', hours(30, 32), 300],
        ['C', 'L', hours(26, 32), 100],
      ]),
    );
    expect(sent(decision)).toBe('ReservationHeld ReservationHeld ReservationHeld');
    expect([...story.state.reservations.keys()]).toEqual(['A', 'B', 'C']);
    expect(story.events.at(-1)).toMatchObject({ amount: 60_000n, expiresAt: hour(0) + 10 * MINUTE_MS });
    auditMarket(story.state);
  });

  it('leads to the events that its holds alone would', () => {
    const [one, other] = [two(), two()];
    one.send(pack([['A', 'L', hours(24, 30), 400], ['B', 'M', hours(30, 32), 300]]));
    other.given(hold('A', 'L', hours(24, 30), 400), hold('B', 'M', hours(30, 32), 300));
    expect(one.events).toEqual(other.events);
    expect({ ...one.state, book: null }).toEqual({ ...other.state, book: null });
  });

  const good: Piece = ['A', 'L', hours(24, 28), 100];

  it.each<[string, readonly Piece[], typeof BUYER, object]>([
    ['of nothing that is offered', [good, ['B', 'none', hours(24, 25), 1]], BUYER, { index: 1, reason: { code: 'LISTING_NOT_FOUND' } }],
    ['of one’s own', [good], PROVIDER, { index: 0, reason: { code: 'SELF_TRADE' } }],
    ['in the past', [good, ['B', 'L', hours(-2, 25), 1]], BUYER, { index: 1, reason: { code: 'WINDOW_IN_PAST' } }],
    ['beyond the offer', [good, good, ['B', 'M', hours(24, 31), 1]], BUYER, { index: 2, reason: { code: 'OUTSIDE_OFFER' } }],
    ['of more than there is', [['B', 'L', hours(24, 25), 501], good], BUYER, { index: 0, reason: { code: 'CAPACITY_EXHAUSTED', available: 500n } }],
    ['of more than its own pieces leave', [good, ['B', 'L', hours(27, 29), 401]], BUYER, { index: 1, reason: { code: 'CAPACITY_EXHAUSTED', available: 400n } }],
  ])('%s is refused, and nothing is held', (_what, pieces, buyerId, expected) => {
    const story = two();
    const before = structuredClone([...story.state.listings, ...story.state.pools]);
    expect(rejection(story.send(pack(pieces, buyerId)))).toMatchObject({ code: 'PACKAGE_REFUSED', ...expected });
    expect([...story.state.listings, ...story.state.pools]).toEqual(before);
    expect(story.state.reservations.size).toBe(0);
  });

  it('counts its own pieces, and what was held before, against the share of one buyer', () => {
    const story = new MarketStory().given(
      openPool({ buyerShareMax: 3_000 as BasisPoints }),
      list('L', hours(24, 48), 500),
      list('M', hours(24, 48), 500),
      hold('H', 'L', hours(24, 28), 50),
    );
    const pieces = (last: number): readonly Piece[] => [
      ['A', 'L', hours(24, 28), 150],
      ['B', 'M', hours(27, 29), last],
    ];
    expect(rejection(story.send(pack(pieces(101))))).toEqual({
      code: 'PACKAGE_REFUSED',
      index: 1,
      reason: { code: 'BUYER_SHARE_EXCEEDED', available: 100n },
    });
    expect(sent(story.ask(pack(pieces(101), OTHER)))).toBe('ReservationHeld ReservationHeld');
    expect(sent(story.send(pack(pieces(100))))).toBe('ReservationHeld ReservationHeld');
    auditMarket(story.state);
  });
});

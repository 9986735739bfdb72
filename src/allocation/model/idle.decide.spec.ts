import {
  bought,
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
  PROVIDER,
  rejection,
  saleTerms,
  sent,
  tokens,
} from '../../../test/support/market.js';
import type {
  ListingId,
  OrderId,
  OrganizationId,
  ReservationId,
  TeamId,
} from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { segmentsOf } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { IdleRule } from './idle.state.js';
import type { IdleReviewed } from './market.events.js';
import { auditMarket } from './market.audit.js';
import type { OwnedReservation } from './market.state.js';
import { UNCONSTRAINED } from './order.state.js';

/** Listed at 120; a quarter above the peak is kept, and 10 tokens/s whatever was measured. */
const RULE: IdleRule = { unitPrice: price(120), margin: 2_500 as BasisPoints, keepMin: tokens(10) };

const setRule = (rule: IdleRule | null = RULE, holderId: OrganizationId = BUYER, id = 'R') => ({
  type: 'SetIdleRule' as const,
  reservationId: id as ReservationId,
  holderId,
  rule,
});

const review = (dueAt: Instant, peak: number, listingId = 'I') => ({
  type: 'ReviewIdle' as const,
  reservationId: 'R' as ReservationId,
  listingId: listingId as ListingId,
  dueAt,
  peak: tokens(peak),
});

/** R: 100 tokens/s from hour 24 to 72. */
const holding = (terms = saleTerms()): MarketStory =>
  new MarketStory().given(
    openPool({ terms }),
    list('L', hours(24, 96)),
    hold('R', 'L', hours(24, 72)),
    pay('R', 480_000),
  );

const idleOf = (story: MarketStory) =>
  (story.state.reservations.get('R' as ReservationId) as OwnedReservation).idle;
const offered = (story: MarketStory, listingId = 'I') => {
  const listing = story.state.listings.get(listingId as ListingId);
  return listing && { window: listing.window, remaining: segmentsOf(listing.remaining) };
};
const last = (story: MarketStory): IdleReviewed => story.events.at(-1) as IdleReviewed;

describe('a rule for what is idle', () => {
  it.each([
    ['of nothing', setRule(RULE, BUYER, 'X'), {}, 'RESERVATION_NOT_FOUND'],
    ['of another’s', setRule(RULE, OTHER), {}, 'RESERVATION_NOT_FOUND'],
    ['where resale is not allowed', setRule(), { isTransferable: false }, 'NOT_TRANSFERABLE'],
    ['where it has changed hands enough', setRule(), { hopsMax: 0 }, 'HOPS_EXHAUSTED'],
    ['above the cap', setRule(), { priceCap: 11_999 as BasisPoints }, 'PRICE_ABOVE_CAP'],
    ['at the cap', setRule(), { priceCap: 12_000 as BasisPoints }, 'IdleRuleSet'],
  ])('%s', (_what, command, resale, answer) => {
    expect(sent(holding(saleTerms(resale)).send(command))).toBe(answer);
  });

  it('of a hold', () => {
    const story = new MarketStory().given(openPool(), list('L'), hold('R', 'L'));
    expect(rejection(story.ask(setRule()))).toEqual({ code: 'WRONG_STATE', state: 'held' });
  });

  it('looks for the first time when three hours were served', () => {
    expect(idleOf(holding().given(setRule()))?.nextReviewAt).toBe(hour(27));
    expect(idleOf(holding().at(hour(40)).given(setRule()))?.nextReviewAt).toBe(hour(40));
    // Nothing is left then that could be offered.
    expect(idleOf(bought().at(hour(28)).given(setRule()))?.nextReviewAt).toBeNull();
  });
});

describe('looking at what is idle', () => {
  const at27 = () => holding().given(setRule()).at(hour(27));

  it.each([
    ['no use: all but the least', 0, 90],
    ['use: a quarter more is kept', 40, 50],
    ['rounded in favour of keeping', 41, 48],
    ['use of nearly all', 80, null],
    ['use of more than there is', 300, null],
  ])('%s', (_what, peak, idle) => {
    const story = at27();
    story.given(review(hour(27), peak));
    auditMarket(story.state);
    const remaining = idle === null ? undefined : [{ window: hours(27, 51), value: BigInt(idle) }];
    expect(offered(story)?.remaining).toEqual(remaining);
    expect(last(story)).toMatchObject({ idle: BigInt(idle ?? 0), nextReviewAt: hour(28) });
  });

  it('happens once, and not for a rule that was replaced', () => {
    const story = at27().given(review(hour(27), 0));
    expect(sent(story.ask(review(hour(27), 0, 'J')))).toBe('');
    expect(sent(story.ask(review(hour(29), 0, 'J')))).toBe('');
    story.given(setRule(null));
    expect(sent(story.ask(review(hour(28), 0, 'J')))).toBe('');
  });

  it('leaves an offer in its place while it is what it should be', () => {
    const story = at27().given(review(hour(27), 0));
    story.at(hour(28)).given(review(hour(28), 0, 'J'));
    expect(offered(story, 'J')).toBeUndefined();
    expect(last(story)).toMatchObject({ type: 'IdleReviewed', listingId: 'I', idle: 90n });
  });

  it('offers anew when use has changed, the price has, or little time is left', () => {
    const story = at27().given(review(hour(27), 0));
    story.at(hour(28)).given(review(hour(28), 40, 'J'));
    expect([offered(story), offered(story, 'J')?.remaining]).toEqual([
      undefined,
      [{ window: hours(28, 52), value: 50n }],
    ]);
    story.given(setRule({ ...RULE, unitPrice: price(110) })).given(review(hour(28), 40, 'K'));
    expect([offered(story, 'J'), offered(story, 'K')?.window]).toEqual([undefined, hours(28, 52)]);
    story.at(hour(41)).given(review(hour(29), 40, 'M'));
    expect([offered(story, 'K'), offered(story, 'M')?.window]).toEqual([undefined, hours(41, 65)]);
    auditMarket(story.state);
  });

  it('counts what was sold of it', () => {
    const story = at27().given(
      review(hour(27), 40),
      hold('S', 'I', hours(27, 51), 30, OTHER),
      pay('S', 86_400),
    );
    story.at(hour(28)).given(review(hour(28), 40, 'J'));
    expect(offered(story)?.remaining).toEqual([{ window: hours(27, 51), value: 20n }]);
    expect(last(story)).toMatchObject({ idle: 20n, listingId: 'I' });
    auditMarket(story.state);
  });

  it('keeps enough in every hour, whatever was sold in another', () => {
    const story = at27().given({
      type: 'TransferReservation',
      ...{ reservationId: 'T' as ReservationId, sourceId: 'R' as ReservationId, holderId: BUYER },
      ...{ teamId: 'team' as TeamId, window: hours(30, 34), quantity: tokens(40) },
    });
    story.given(review(hour(27), 0), hold('S', 'I', hours(40, 41), 30, OTHER), pay('S', 3_600));
    story.at(hour(28)).given(review(hour(28), 32, 'J'));
    // 40 are kept from now on: of what T left that is 20, however little is offered in hour 40.
    expect(offered(story)).toBeUndefined();
    expect(offered(story, 'J')?.remaining).toEqual([{ window: hours(28, 52), value: 20n }]);
    auditMarket(story.state);
  });

  it('reaches who waits first, at what they bid', () => {
    const story = at27().given(
      { type: 'WithdrawListing', listingId: 'L' as ListingId, sellerId: PROVIDER },
      {
        type: 'PlaceOrder',
        ...{ orderId: 'B' as OrderId, buyerId: OTHER, window: hours(30, 34) },
        ...{ quantity: tokens(20), limitPrice: price(150), minimumFill: tokens(1) },
        ...{ constraints: UNCONSTRAINED, timeInForce: { kind: 'GTC' }, reserved: 12_000n as MicroUsd },
      },
    );
    const answer = sent(story.send(review(hour(27), 0)));
    expect(answer).toBe('ListingCreated OrderFilled OrderClosed IdleReviewed');
    const filled = story.events.find((event) => event.type === 'OrderFilled');
    expect(filled).toMatchObject({ sellerId: BUYER, holderId: OTHER, unitPrice: 150n });
    auditMarket(story.state);
  });

  it('withdraws what is offered when the rule is taken back', () => {
    const story = at27().given(review(hour(27), 0));
    expect(sent(story.send(setRule(null)))).toBe('ListingClosed IdleRuleSet');
    expect([offered(story), idleOf(story)]).toEqual([undefined, null]);
    auditMarket(story.state);
  });

  it('says why the market does not take the offer', () => {
    const terms = saleTerms({ holdingTimeMin: (60 * 3_600_000) as never });
    const story = holding(terms).given(setRule()).at(hour(27)).given(review(hour(27), 0));
    expect(last(story)).toMatchObject({ refusal: 'HELD_TOO_BRIEFLY', listingId: null, idle: 90n });
  });

  it('ends with the window', () => {
    const story = holding().given(setRule()).at(hour(27)).given(review(hour(27), 0));
    story.at(hour(71)).given(review(hour(28), 0, 'J'));
    expect(last(story)).toMatchObject({ nextReviewAt: null });
    story.at(hour(72)).given({ type: 'AdvanceMarket' });
    expect(story.state.reservations.size).toBe(0);
    auditMarket(story.state);
  });
});

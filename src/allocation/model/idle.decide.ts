import { accept, reject, type Decision } from '../../kernel/decider.js';
import { BASIS_POINTS_WHOLE, divide } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import { minimumOver } from '../../kernel/step-function.js';
import { ceilToGrid, DAY_MS, HOUR_MS, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { draftOf } from './curtailment.draft.js';
import type { ReviewIdle, SetIdleRule } from './idle.commands.js';
import type { IdleReviewed } from './idle.events.js';
import type { IdleListing, IdleRule } from './idle.state.js';
import { createListing } from './listing.decide.js';
import { wholeLots } from './lot-size.rules.js';
import type { CreateListing } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { Listing, Lot, MarketState, OwnedReservation } from './market.state.js';
import { resaleRefusal } from './resale.rules.js';
import { freeOver, ownedOf, poolOf } from './titles.js';

type Decided = Decision<MarketEvent, MarketRejection>;

/** How long a reservation is watched before anything of it is called idle. */
export const WATCHED_MIN = (3 * HOUR_MS) as Duration;
const REVIEW_EVERY = HOUR_MS;
/** How far ahead idle capacity is offered: use may come back. */
const OFFERED_AHEAD = DAY_MS;
/** An offer with this long to go is left where it is, so that it keeps its place in the book. */
const LEFT_ALONE = (12 * HOUR_MS) as Duration;

/** Refused at once where no offer could ever follow. */
export function setIdleRule(command: SetIdleRule, state: MarketState): Decided {
  const { reservationId, holderId, rule, now: setAt } = command;
  const reservation = state.reservations.get(reservationId);
  if (reservation?.holderId !== holderId) return reject({ code: 'RESERVATION_NOT_FOUND' });
  if (reservation.status === 'held') return reject({ code: 'WRONG_STATE', state: 'held' });
  const set = { type: 'IdleRuleSet', reservationId, holderId, rule, setAt } as const;
  if (rule === null) {
    const withdrawn = withdrawalOf(offeredBy(state, reservation.idle));
    return accept<MarketEvent>(...withdrawn, { ...set, nextReviewAt: null });
  }
  const refusal = neverOfferable(state, reservation, rule);
  if (refusal !== null) return reject(refusal);
  const watched = plus(reservation.window.start, WATCHED_MIN);
  const due = Math.max(watched, setAt) as Instant;
  return accept({ ...set, nextReviewAt: reviewAt(state, reservation, due) });
}

/** What the terms do not allow at any time; how long it must be held passes. */
function neverOfferable(
  state: MarketState,
  reservation: OwnedReservation,
  { unitPrice }: IdleRule,
): MarketRejection | null {
  const pool = poolOf(state, reservation.poolId);
  return resaleRefusal(pool, reservation, { unitPrice, now: reservation.window.end });
}

/** Nothing where the rule is another by now, or this was decided before. */
export function reviewIdle(command: ReviewIdle, state: MarketState): Decided {
  const { reservationId, dueAt } = command;
  const reservation = state.reservations.get(reservationId);
  if (reservation === undefined || reservation.status === 'held') return accept();
  const { idle } = reservation;
  if (idle === null || idle.nextReviewAt !== dueAt) return accept();
  return accept(...review(command, state, reservation, idle));
}

function review(
  command: ReviewIdle,
  state: MarketState,
  reservation: OwnedReservation,
  idleListing: IdleListing,
): readonly MarketEvent[] {
  const { now, peak } = command;
  const { rule, listingId } = idleListing;
  const { holderId } = reservation;
  const told = (found: Found, next: Instant | null): MarketEvent => ({
    type: 'IdleReviewed',
    ...{ reservationId: command.reservationId, holderId, reviewedAt: now, peak },
    ...{ ...found, nextReviewAt: next },
  });
  const offered = offeredBy(state, idleListing);
  const window = windowFrom(state, reservation, now);
  if (window === null) return [...withdrawalOf(offered), told(NOTHING, null)];
  const next = reviewAt(state, reservation, plus(now, REVIEW_EVERY));
  const draft = withoutOffer(state, offered);
  const { lot } = ownedOf(draft, command.reservationId);
  const kept = keptOf(rule, peak);
  const { lotSize } = poolOf(state, reservation.poolId).facts;
  const idle = idleOf(lot, window, { kept, lotSize });
  // What is left may differ from hour to hour: enough must be kept in each.
  const isEnoughKept = freeOver(reservation.lot, window) >= kept;
  const isSamePrice = offered?.unitPrice === rule.unitPrice;
  if (isSamePrice && isEnoughKept && isAsWanted(offered, window, idle)) {
    return [told({ idle, listingId, refusal: null }, next)];
  }
  if (idle === 0n) return [...withdrawalOf(offered), told(NOTHING, next)];
  const decision = createListing(offerOf(command, reservation, { rule, window, idle }), draft);
  const gone = withdrawalOf(offered);
  if (!decision.accepted) {
    const { code: refusal } = decision.rejection;
    return [...gone, told({ idle, listingId: null, refusal }, next)];
  }
  const found = { idle, listingId: command.listingId, refusal: null };
  return [...gone, ...decision.events, told(found, next)];
}

type Found = Pick<IdleReviewed, 'idle' | 'listingId' | 'refusal'>;
const NOTHING: Found = { idle: 0n as Quantity, listingId: null, refusal: null };

function offerOf(
  { listingId, now, seed }: ReviewIdle,
  { reservationId, poolId, holderId }: OwnedReservation,
  { rule, window, idle }: { rule: IdleRule; window: Window; idle: Quantity },
): CreateListing {
  return {
    type: 'CreateListing',
    ...{ now, seed, listingId, poolId, sellerId: holderId, window },
    source: { kind: 'reservation', reservationId },
    ...{ quantity: idle, unitPrice: rule.unitPrice, isPostOnly: false },
  };
}

/** From the next grid line on; null when less than a grid cell is left. */
function windowFrom(
  state: MarketState,
  { poolId, window }: OwnedReservation,
  now: Instant,
): Window | null {
  const { grid } = poolOf(state, poolId).facts;
  const start = Math.max(ceilToGrid(now, grid), window.start) as Instant;
  const end = Math.min(ceilToGrid(plus(start, OFFERED_AHEAD), grid), window.end) as Instant;
  return start < end ? { start, end } : null;
}

/** Null when it would be too late to offer anything. */
function reviewAt(
  state: MarketState,
  reservation: OwnedReservation,
  at: Instant,
): Instant | null {
  return windowFrom(state, reservation, at) === null ? null : at;
}

/** What is free all the time, less what is kept, in whole lots. */
function idleOf(
  lot: Lot,
  window: Window,
  { kept, lotSize }: { readonly kept: bigint; readonly lotSize: Quantity },
): Quantity {
  const free = freeOver(lot, window);
  return toQuantity(free <= kept ? 0n : wholeLots(free - kept, lotSize, free));
}

/** Rounded in favour of keeping. */
function keptOf({ margin, keepMin }: IdleRule, peak: Quantity): bigint {
  const { quotient, remainder } = divide(
    peak * (BASIS_POINTS_WHOLE + BigInt(margin)),
    BASIS_POINTS_WHOLE,
  );
  const needed = remainder === 0n ? quotient : quotient + 1n;
  return needed < keepMin ? keepMin : needed;
}

/** What is idle can be bought of it until long from now, or as long as there is. */
function isAsWanted({ window, remaining }: Listing, wanted: Window, idle: Quantity): boolean {
  const end = Math.min(window.end, wanted.end) as Instant;
  if (end <= wanted.start || idle === 0n) return false;
  const isLong = end === wanted.end || end - wanted.start >= LEFT_ALONE;
  return isLong && minimumOver(remaining, { start: wanted.start, end }) === idle;
}

/** What a rule offers, if it is still open. */
function offeredBy({ listings }: MarketState, idle: IdleListing | null): Listing | undefined {
  if (idle === null || idle.listingId === null) return undefined;
  return listings.get(idle.listingId);
}

function withdrawalOf(listing: Listing | undefined): readonly MarketEvent[] {
  if (listing === undefined) return [];
  return [{ type: 'ListingClosed', listingId: listing.listingId, reason: 'withdrawn' }];
}

/** The market as it is once an offer is withdrawn, to offer anew. */
function withoutOffer(state: MarketState, offered: Listing | undefined): MarketState {
  if (offered === undefined) return state;
  const { listingId, poolId } = offered;
  const event = { type: 'ListingReduced', listingId, listingRemaining: [] } as const;
  return draftOf(state, poolId, [event]);
}

import type { ReviewIdle, SetIdleRule } from '../../src/allocation/model/idle.commands.js';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { Listing, MarketState, OwnedReservation } from '../../src/allocation/model/market.state.js';
import { valueAt } from '../../src/kernel/step-function.js';
import type { Instant } from '../../src/kernel/time.js';

const HOUR = 3_600_000;

/** From the next whole cell on, a day ahead at most; null where no cell is left. */
function offerable({ window }: OwnedReservation, grid: number, now: number): { readonly start: number; readonly end: number } | null {
  let start = window.start as number;
  while (start < now) start += grid;
  let end = start;
  while (end < window.end && end < start + 24 * HOUR) end += grid;
  return start < end ? { start, end } : null;
}

/** Cells of a window, by their beginnings. */
function cellsOf({ start, end }: { readonly start: number; readonly end: number }, grid: number): readonly Instant[] {
  return Array.from({ length: (end - start) / grid }, (_, cell) => (start + cell * grid) as Instant);
}

const smallest = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));

/** What is offered, if anything, once it was looked at. */
interface NaiveReview {
  readonly idle: bigint;
  /** What was offered before stays as it is. */
  readonly isKept: boolean;
  readonly refusal: string | null;
  readonly window: { readonly start: number; readonly end: number } | null;
}

/** The obvious review: cell by cell, what is neither used, kept, sold nor offered by hand. */
function reviewOf({ now, peak }: ReviewIdle, market: MarketState, one: OwnedReservation): NaiveReview {
  const { rule, listingId } = one.idle!;
  const { grid, lotSize } = market.pools.get(one.poolId)!.facts;
  const window = offerable(one, grid, now);
  if (window === null) return { idle: 0n, isKept: false, refusal: null, window };
  const offered = market.listings.get(listingId ?? ('none' as never));
  // Of what is needed nothing is cut off.
  let kept = rule.keepMin as bigint;
  while (kept * 10_000n < peak * BigInt(10_000 + rule.margin)) kept += 1n;
  const cells = cellsOf(window, grid);
  const freeAt = (at: Instant): bigint => valueAt(one.lot.title, at) - valueAt(one.lot.committed, at);
  const ownAt = (at: Instant): bigint => (offered === undefined ? 0n : valueAt(offered.remaining, at));
  const free = smallest(cells.map((at) => freeAt(at) + ownAt(at)));
  const above = free > kept ? free - kept : 0n;
  const idle = above === free ? above : above - (above % lotSize);
  const isEnoughKept = cells.every((at) => freeAt(at) >= kept);
  const isKept = isEnoughKept && offered?.unitPrice === rule.unitPrice && isStill(offered, window, { idle, grid });
  if (isKept || idle === 0n) return { idle, isKept, refusal: null, window };
  return { idle, isKept, refusal: refusalOf(market, one, now), window };
}

/** All that is idle can be had of it, for as long as anything is offered or for half a day. */
function isStill(
  offered: Listing,
  wanted: { readonly start: number; readonly end: number },
  { idle, grid }: { readonly idle: bigint; readonly grid: number },
): boolean {
  const end = Math.min(offered.window.end, wanted.end);
  if (idle === 0n || end <= wanted.start) return false;
  const isLong = end === wanted.end || end >= wanted.start + 12 * HOUR;
  return isLong && smallest(cellsOf({ start: wanted.start, end }, grid).map((at) => valueAt(offered.remaining, at))) === idle;
}

/** Why its terms do not allow that it is offered now. */
function refusalOf(market: MarketState, one: OwnedReservation, now: number): string | null {
  const { isTransferable, hopsMax, holdingTimeMin, priceCap } = market.pools.get(one.poolId)!.termsVersions[one.termsVersion - 1]!.resale;
  if (!isTransferable) return 'NOT_TRANSFERABLE';
  if (one.hops >= hopsMax) return 'HOPS_EXHAUSTED';
  if (now < one.paidAt + holdingTimeMin) return 'HELD_TOO_BRIEFLY';
  const isAbove = priceCap !== null && one.idle!.rule.unitPrice * 10_000n > one.unitPrice * BigInt(priceCap);
  return isAbove ? 'PRICE_ABOVE_CAP' : null;
}

/** Holds what a review leads to against the obvious one; says what it was an example of. */
export function checkReview(command: ReviewIdle, events: readonly MarketEvent[], market: MarketState): string {
  const one = market.reservations.get(command.reservationId);
  const isAsked = one !== undefined && one.status !== 'held' && one.idle?.nextReviewAt === command.dueAt;
  if (!isAsked) {
    expect(events).toEqual([]);
    return 'a review that is not due';
  }
  const { idle, isKept, refusal, window } = reviewOf(command, market, one);
  const before = one.idle?.listingId ?? null;
  const isOffered = before !== null && market.listings.has(before);
  const created = events.flatMap((event) => (event.type === 'ListingCreated' ? [event] : []));
  const isAnew = !isKept && idle > 0n && refusal === null;
  const { unitPrice } = one.idle!.rule;
  const offer = { listingId: command.listingId, sellerId: one.holderId, poolId: one.poolId, window, quantity: idle, unitPrice };
  expect(created).toMatchObject(isAnew ? [offer] : []);
  const closed = events.flatMap((event) => (event.type === 'ListingClosed' && event.reason === 'withdrawn' ? [event.listingId] : []));
  expect(closed).toEqual(isOffered && !isKept ? [before] : []);
  const isLater = window !== null && offerable(one, market.pools.get(one.poolId)!.facts.grid, command.now + HOUR) !== null;
  expect(events.filter(({ type }) => type === 'IdleReviewed')).toMatchObject([
    {
      ...{ idle, refusal, listingId: isKept ? before : isAnew ? command.listingId : null },
      nextReviewAt: isLater ? command.now + HOUR : null,
    },
  ]);
  if (isKept) return 'idle capacity that stays offered';
  return isAnew ? 'idle capacity that is offered' : `nothing offered: ${refusal ?? 'nothing idle'}`;
}

/** A rule that could never offer anything is refused; one that is taken is looked at after three hours of use. */
export function checkRule({ rule, now, reservationId }: SetIdleRule, events: readonly MarketEvent[], market: MarketState): void {
  const one = market.reservations.get(reservationId) as OwnedReservation;
  const { grid } = market.pools.get(one.poolId)!.facts;
  const due = Math.max(one.window.start + 3 * HOUR, now);
  const isLeft = rule !== null && offerable(one, grid, due) !== null;
  const set = { type: 'IdleRuleSet', rule, nextReviewAt: isLeft ? due : null };
  const offered = one.idle?.listingId ?? null;
  const isWithdrawn = rule === null && offered !== null && market.listings.has(offered);
  const gone = { type: 'ListingClosed', listingId: offered, reason: 'withdrawn' };
  expect(events).toMatchObject(isWithdrawn ? [gone, set] : [set]);
}

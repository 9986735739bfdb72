import type { MarketAuditor, OpenListing } from './market-auditor.js';
import type * as raw from './raw-event.js';
import { demand, found } from './violation.js';

const HOUR = 3_600_000;
const WATCHED = 3 * HOUR;
const WHOLE = 10_000n;
const REVIEWER = 'system:review-idle';

interface Standing {
  readonly rule: raw.RawIdleRule | null;
  readonly nextReviewAt: number | null;
  readonly listingId: string | null;
  /** When the rule was set, or looked at. */
  readonly askedAt: number;
}

/** Follows what is offered because it is not used: never what its holder's rule keeps. */
export class IdleAuditor {
  private readonly standings = new Map<string, Standing>();
  /** How often a review was asked for at one instant for another: of several, a job may have run too early. */
  private readonly dueTimes = new Map<string, number>();
  /** Made by a review that the log has not told the outcome of yet. */
  private made: { readonly cause: string; readonly listing: OpenListing } | null = null;

  constructor(private readonly market: MarketAuditor) {}

  offered({ listingId, actor, cause }: raw.ListingCreated): void {
    if (actor !== REVIEWER) return;
    const listing = found(this.market.listings.get(listingId), `open ${listingId}`);
    demand(this.made === null, `${listingId} is not all that is offered of ${listing.lotId}`);
    this.made = { cause, listing };
  }

  /** What a review offers it says so of, before anything else happens. */
  checkDone(cause: string): void {
    const { made } = this;
    const isDone = made === null || made.cause === cause;
    demand(isDone, `${made?.listing.listingId} is offered and no review says so`);
  }

  ruleSet({ reservationId, holderId, rule, nextReviewAt, setAt }: raw.IdleRuleSet): void {
    const reservation = found(this.market.reservations.get(reservationId), `live ${reservationId}`);
    demand(reservation.holderId === holderId, `${reservationId} has a rule of another’s`);
    const listingId = this.standings.get(reservationId)?.listingId ?? null;
    const isOffered = listingId !== null && this.market.listings.has(listingId);
    demand(rule !== null || !isOffered, `${String(listingId)} is offered by a rule taken back`);
    demand(rule !== null || nextReviewAt === null, `${reservationId} is looked at without a rule`);
    this.stand(reservationId, { rule, nextReviewAt, listingId: rule === null ? null : listingId, askedAt: setAt });
  }

  reviewed(event: raw.IdleReviewed): void {
    const { reservationId, nextReviewAt, listingId } = event;
    const before = this.standings.get(reservationId);
    const rule = found(before?.rule, `rule of ${reservationId}, and it is looked at`);
    const dueAt = found(before?.nextReviewAt, `review of ${reservationId} that is due`);
    demand(event.cause.startsWith(`${reservationId} ${dueAt} `), `${reservationId} is looked at by an old rule`);
    const { window } = found(this.market.reservations.get(reservationId), `live ${reservationId}`);
    demand(dueAt >= window.start + WATCHED, `${reservationId} is called idle too early`);
    this.checkOffer(event, rule);
    const isReplaced = before?.listingId === listingId || before?.listingId === null;
    const isGone = isReplaced || !this.market.listings.has(before?.listingId ?? '');
    demand(isGone, `${String(before?.listingId)} is offered besides ${String(listingId)}`);
    this.made = null;
    this.stand(reservationId, { rule, nextReviewAt, listingId, askedAt: event.reviewedAt });
  }

  /** A review that should have been by now, when every job that was due has run. */
  overdue(now: number): string | null {
    for (const [reservationId, standing] of this.standings) {
      const { nextReviewAt } = standing;
      if (nextReviewAt === null || nextReviewAt > now) continue;
      if (!this.market.reservations.has(reservationId)) continue;
      const isOnce = this.dueTimes.get(nameOf(reservationId, standing)) === 1;
      if (isOnce) return `${reservationId} waits for its review`;
    }
    return null;
  }

  private checkOffer(event: raw.IdleReviewed, rule: raw.RawIdleRule): void {
    const { reservationId, listingId, reviewedAt } = event;
    const made = this.made?.listing ?? null;
    const offer = made ?? this.market.listings.get(listingId ?? '') ?? null;
    demand((offer?.listingId ?? null) === listingId, `${reservationId} says another offer is its own`);
    if (offer === null) return;
    demand(offer.lotId === reservationId, `${offer.listingId} is not cut from ${reservationId}`);
    const isPrice = offer.unitPrice === BigInt(rule.unitPrice);
    demand(isPrice, `${offer.listingId} is offered at ${offer.unitPrice}, not ${rule.unitPrice}`);
    const kept = keptOf(rule, BigInt(event.peak));
    const spare = this.leastFree(offer, reviewedAt);
    demand(spare >= kept, `${offer.listingId} leaves ${spare} of ${reservationId}, not ${kept}`);
    if (made === null) return;
    demand(made.quantity === Number(event.idle), `${made.listingId} is not what was found idle`);
    // Less than a lot more than is kept, or nothing: all that there is may be offered.
    const { lotSize } = this.market.pool(made.poolId);
    demand(spare < kept + lotSize, `${made.listingId} leaves ${spare} idle of which ${kept} are kept`);
  }

  /** Beside the offer, from the next cell on: what was bought of it meanwhile left both sides. */
  private leastFree({ poolId, lotId, window }: OpenListing, now: number): number {
    const pool = this.market.pool(poolId);
    const [from, until] = pool.cellsOf(window);
    let least = Infinity;
    for (let cell = Math.max(from, Math.ceil(now / pool.grid)); cell < until; cell += 1) {
      least = Math.min(least, pool.freeAt(lotId, cell));
    }
    return least;
  }

  private stand(reservationId: string, standing: Standing): void {
    this.standings.set(reservationId, standing);
    if (standing.nextReviewAt === null) return;
    const due = nameOf(reservationId, standing);
    this.dueTimes.set(due, (this.dueTimes.get(due) ?? 0) + 1);
  }
}

const nameOf = (reservationId: string, { nextReviewAt, askedAt }: Standing): string => `${reservationId} ${nextReviewAt} ${askedAt}`;

/** The peak with its margin, rounded up, or what is always kept. */
function keptOf({ margin, keepMin }: raw.RawIdleRule, peak: bigint): number {
  const needed = Number((peak * (WHOLE + BigInt(margin)) + WHOLE - 1n) / WHOLE);
  return Math.max(needed, Number(keepMin));
}

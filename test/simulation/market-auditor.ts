import { assertNever } from '../../src/kernel/assert.js';
import { AuctionAuditor } from './auction-auditor.js';
import { HolderAuditor } from './holder-auditor.js';
import type { LiveReservation, OpenListing } from './live.js';
import { checkLots } from './lot-auditor.js';
import { LossAuditor } from './loss-auditor.js';
import { OrderAuditor } from './order-auditor.js';
import { isEqual, PoolBook, ROOT, type RawSegment, type RawWindow } from './pool-book.js';
import { QuoteAuditor } from './quote-auditor.js';
import type * as raw from './raw-event.js';
import { checkResale } from './resale-auditor.js';
import { HOUR, roundedShare } from './rounding.js';
import { SaleAuditor } from './sale-auditor.js';
import { SetAsideAuditor } from './set-aside-auditor.js';
import { demand, found } from './violation.js';
import { checkNotBegun } from './window-auditor.js';

export type { LiveReservation, OpenListing } from './live.js';

const nothing = (_done: void): null => null;

/**
 * Follows one market by its log alone and knows, cell by cell, who has title to what. Takes titles
 * from what events state, then checks that nothing was lost, made or sold twice. Shares no code
 * with the rules it checks.
 */
export class MarketAuditor {
  readonly pools = new Map<string, PoolBook>();
  readonly listings = new Map<string, OpenListing>();
  readonly reservations = new Map<string, LiveReservation>();
  readonly orders = new OrderAuditor(this);
  readonly auctions = new AuctionAuditor(this);
  readonly losses = new LossAuditor(this);
  readonly holders = new HolderAuditor(this);
  readonly quotes = new QuoteAuditor(this);
  readonly sales = new SaleAuditor(this);
  readonly setAsides = new SetAsideAuditor();
  readonly eventTypes = new Map<string, number>();
  /** Every version of each pool's terms: a sale keeps the one it was made under. */
  private readonly terms = new Map<string, raw.RawTerms[]>();

  /** @throws Violation naming the event that broke a promise */
  apply(event: raw.RawEvent): void {
    this.eventTypes.set(event.type, (this.eventTypes.get(event.type) ?? 0) + 1);
    this.losses.checkDone(event.type);
    this.holders.idle.checkDone(event.cause);
    this.quotes.before(event);
    this.orders.bids.before(event);
    const pool = this.applyTo(event);
    pool?.checkConservation();
    pool?.checkNotOversold();
  }

  /** The pool that changed; null when none did. */
  private applyTo(event: raw.RawEvent): PoolBook | null {
    switch (event.type) {
      case 'PoolOpened':
        return this.poolOpened(event);
      case 'PoolExtended':
        return this.poolExtended(event);
      case 'PoolTermsChanged':
        return this.termsChanged(event);
      case 'PoolEvidenceRated':
        return found(this.pools.get(event.poolId), `open ${event.poolId}`).rated(event);
      case 'ListingCreated':
        return this.listingCreated(event);
      case 'ListingClosed':
        return this.listingClosed(event);
      case 'ReservationHeld':
        return this.reservationHeld(event);
      case 'HoldReleased':
        return this.holdReleased(event);
      case 'ReservationPaid':
        return this.reservationPaid(event);
      case 'ReservationActivated':
        return this.reservationActivated(event);
      case 'ReservationCompleted':
        return this.reservationCompleted(event);
      case 'ReservationCancelled':
        return this.losses.cancelled(event);
      case 'PoolCurtailed':
        return this.losses.poolCurtailed(event);
      case 'ListingReduced':
        return this.losses.listingReduced(event);
      case 'ReservationCurtailed':
        return this.losses.reservationCurtailed(event);
      case 'RebookingSet':
      case 'RebookingAttempted':
        return this.losses.rebookings.apply(event);
      case 'ReservationTransferred':
      case 'TransferReturned':
      case 'IdleRuleSet':
      case 'IdleReviewed':
        return this.holders.apply(event);
      case 'QuoteOpened':
        return nothing(this.quotes.opened(event));
      case 'QuoteClosed':
        return nothing(this.quotes.closed(event));
      case 'ReleaseAwaited':
        return nothing(this.setAsides.awaited(event));
      case 'OrderFilled':
        return this.orders.filled(event);
      case 'OrderPlaced':
        return nothing(this.orders.placed(event));
      case 'OrderAmended':
        return nothing(this.orders.amended(event));
      case 'OrderClosed':
        return nothing(this.orders.closed(event));
      case 'AuctionBidPlaced':
        return nothing(this.auctions.placed(event));
      case 'AuctionBidWithdrawn':
        return nothing(this.auctions.withdrawn(event));
      case 'AuctionCleared':
        return nothing(this.auctions.cleared(event));
      default:
        return assertNever(event);
    }
  }

  private poolOpened(event: raw.PoolOpened): PoolBook {
    const { poolId, providerId, grid, nameplate } = event;
    demand(!this.pools.has(poolId), `${poolId} opens twice`);
    const pool = new PoolBook(poolId, providerId, grid);
    pool.limitTo(event.buyerShareMax);
    pool.grow(nameplate);
    pool.lotSize = Number(event.lotSize);
    this.setAsides.changed(event);
    this.orders.bids.opened(event);
    this.pools.set(poolId, pool);
    this.terms.set(poolId, [event.terms]);
    return pool;
  }

  private poolExtended({ poolId, added }: raw.PoolExtended): PoolBook {
    const pool = this.pool(poolId);
    pool.grow(added);
    return pool;
  }

  private termsChanged(event: raw.PoolTermsChanged): PoolBook {
    const { poolId, termsVersion, terms, buyerShareMax } = event;
    const count = this.termsOf(poolId).push(terms);
    demand(termsVersion === count, `${poolId} skips a version of its terms`);
    const pool = this.pool(poolId);
    pool.limitTo(buyerShareMax);
    this.setAsides.changed(event);
    return pool;
  }

  private listingCreated(event: raw.ListingCreated): PoolBook {
    const { listingId, poolId, sellerId, source, window, hops, termsVersion } = event;
    const pool = this.pool(poolId);
    const lotId = source.kind === 'pool' ? ROOT : source.reservationId;
    const asNew = { hops: -1, termsVersion: this.termsOf(poolId).length };
    const parent = source.kind === 'pool' ? asNew : this.reservation(lotId);
    const isHeir = hops === parent.hops + 1 && termsVersion === parent.termsVersion;
    demand(isHeir, `${listingId} does not inherit hops and terms from ${lotId}`);
    if ('paidAt' in parent) checkResale(event, parent, this.termsOfSale(parent).resale);
    const isTheirs = pool.lot(lotId).holderId === sellerId;
    demand(isTheirs, `${listingId} is offered by ${sellerId}, who does not hold ${lotId}`);
    const quantity = Number(event.quantity);
    const offer = { listingId, poolId, sellerId, lotId, window, quantity, unitPrice: BigInt(event.unitPrice) };
    checkLots(pool, { ...offer, name: listingId }, (cell) => pool.freeAt(lotId, cell));
    pool.claim(listingId, { lotId, holderId: null, cells: pool.rectangle(window, quantity) });
    const isAuction = event.auction !== null;
    this.listings.set(listingId, { ...offer, hops, termsVersion, isAuction });
    this.orders.askArrived(listingId);
    this.auctions.opened(event);
    this.holders.idle.offered(event);
    return pool;
  }

  private listingClosed({ listingId }: raw.ListingClosed): PoolBook {
    const pool = this.pool(found(this.listings.get(listingId), `open ${listingId}`).poolId);
    pool.drop(listingId);
    this.listings.delete(listingId);
    this.auctions.gone(listingId);
    return pool;
  }

  private reservationHeld(event: raw.ReservationHeld): PoolBook {
    const { reservationId, listingId, holderId, window, expiresAt } = event;
    const listing = found(this.listings.get(listingId), `open ${listingId} for ${reservationId}`);
    const pool = this.pool(listing.poolId);
    demand(!this.reservations.has(reservationId), `${reservationId} is held twice`);
    demand(!listing.isAuction, `${reservationId} holds part of an auction`);
    demand(holderId !== listing.sellerId, `${reservationId} is a trade with oneself`);
    demand(event.sellerId === listing.sellerId, `${reservationId} names another seller`);
    checkNotBegun(pool, reservationId, window, event.heldAt);
    const quantity = Number(event.quantity);
    const asQuoted = this.quotes.held(event, listing);
    const amount = asQuoted ?? this.priceOf(listing, quantity, window);
    demand(BigInt(event.amount) === amount, `${reservationId} costs ${amount}, not ${event.amount}`);
    const offered = found(pool.claimed(listingId), `offer ${listingId}`);
    checkLots(pool, { name: reservationId, quantity, window }, (cell) => offered.at(cell));
    pool.paint(offered, window, -quantity);
    this.checkRemaining(pool, listingId, event.listingRemaining);
    const { lotId } = listing;
    pool.claim(reservationId, { lotId, holderId, cells: pool.rectangle(window, quantity) });
    const { quoteId } = event;
    const held = { reservationId, holderId, window, quantity, amount, expiresAt, quoteId };
    this.reservations.set(reservationId, { ...listing, ...held, status: 'held', paidAt: 0 });
    demand(!pool.isAboveCap(holderId, window), `${reservationId} puts ${holderId} above the cap of ${pool.poolId}`);
    this.setAsides.checkPurchase(pool, holderId, window, event.heldAt);
    return pool;
  }

  priceOf({ unitPrice }: OpenListing, quantity: number, window: RawWindow): bigint {
    return roundedShare(unitPrice * BigInt(quantity), BigInt(window.end - window.start), HOUR);
  }

  private holdReleased({ reservationId, listingId, listingRemaining }: raw.HoldReleased): PoolBook {
    const { poolId, lotId, window, quantity } = this.inStatus(reservationId, 'held');
    const pool = this.pool(poolId);
    pool.drop(reservationId);
    this.reservations.delete(reservationId);
    const offered = pool.claimed(listingId);
    demand((offered === null) === (listingRemaining === null), `${listingId} is open and is not`);
    if (offered === null) this.losses.freed(lotId, pool.rectangle(window, quantity));
    if (offered === null) return pool;
    pool.paint(offered, window, quantity);
    this.checkRemaining(pool, listingId, listingRemaining ?? []);
    return pool;
  }

  private reservationPaid(event: raw.ReservationPaid): PoolBook {
    const { reservationId, paidAt, source } = event;
    const reservation = this.inStatus(reservationId, 'held');
    demand(paidAt < reservation.expiresAt, `${reservationId} is paid after it expired`);
    const pool = this.pool(reservation.poolId);
    pool.drop(reservationId);
    const { holderId, lotId: parentId } = reservation;
    pool.openLot(reservationId, { holderId, parentId, title: pool.fromSegments(event.entitlement) });
    this.moveFromSource(pool, reservation, source, -reservation.quantity);
    this.reservations.set(reservationId, { ...reservation, status: 'scheduled', paidAt });
    return pool;
  }

  private reservationActivated({ reservationId }: raw.ReservationActivated): PoolBook {
    const reservation = this.inStatus(reservationId, 'scheduled');
    reservation.status = 'active';
    const pool = this.pool(reservation.poolId);
    pool.begin(reservationId);
    return pool;
  }

  private reservationCompleted({ reservationId }: raw.ReservationCompleted): PoolBook {
    const pool = this.pool(this.inStatus(reservationId, 'active').poolId);
    demand(!pool.hasClaimOn(reservationId), `${reservationId} ends while parts of it are offered`);
    pool.finishLot(reservationId);
    this.reservations.delete(reservationId);
    return pool;
  }

  /** What a reservation was sold under. */
  termsOfSale({ reservationId, poolId, termsVersion }: LiveReservation): raw.RawTerms {
    const terms = this.termsOf(poolId)[termsVersion - 1];
    return found(terms, `terms that ${reservationId} was sold under`);
  }

  /** The other side of a title that came or went: stated by the log for a reservation. */
  moveFromSource(
    pool: PoolBook,
    { reservationId, lotId, window }: LiveReservation,
    after: raw.SourceAfter | null,
    change: number,
  ): void {
    if (lotId === ROOT) {
      demand(after === null, `${reservationId} was sold by the pool, not by a reservation`);
      pool.changeRoot(window, change);
      return;
    }
    const isSource = after?.reservationId === lotId;
    demand(isSource, `${reservationId} was cut from ${lotId}, not ${String(after?.reservationId)}`);
    pool.restateLot(lotId, pool.fromSegments(after.entitlement));
  }

  checkRemaining(pool: PoolBook, listingId: string, stated: readonly RawSegment[]): void {
    const isSame = isEqual(found(pool.claimed(listingId), `offer ${listingId}`), pool.fromSegments(stated));
    demand(isSame, `I2: ${listingId} says it still offers what it does not`);
  }

  inStatus(reservationId: string, status: LiveReservation['status']): LiveReservation {
    const reservation = this.reservation(reservationId);
    demand(reservation.status === status, `${reservationId} is ${reservation.status} and not ${status}`);
    return reservation;
  }

  private reservation(reservationId: string): LiveReservation {
    return found(this.reservations.get(reservationId), `live reservation ${reservationId}`);
  }

  termsOf(poolId: string): raw.RawTerms[] {
    return found(this.terms.get(poolId), `terms of ${poolId}`);
  }

  pool(poolId: string): PoolBook {
    return found(this.pools.get(poolId), `pool ${poolId}`);
  }
}

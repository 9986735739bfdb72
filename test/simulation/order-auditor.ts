import { BidAuditor } from './bid-auditor.js';
import type { LiveOrder } from './live.js';
import type { MarketAuditor, OpenListing } from './market-auditor.js';
import type { Claim, PoolBook } from './pool-book.js';
import type * as raw from './raw-event.js';
import { worstCase } from './rounding.js';
import { demand, found } from './violation.js';
import { checkNotBegun } from './window-auditor.js';

/** What is checked of a fill. */
export type RawFill = Pick<
  raw.OrderFilled,
  'orderId' | 'reservationId' | 'holderId' | 'sellerId' | 'window' | 'quantity' | 'unitPrice'
> &
  Pick<raw.OrderFilled, 'amount' | 'filledAt'>;

/** Follows the bids of one market by its log alone: who waits, who is served, and who pays what. */
export class OrderAuditor {
  readonly live = new Map<string, LiveOrder>();
  readonly bids: BidAuditor;
  private readonly askPlaces = new Map<string, number>();
  private places = 0;

  constructor(private readonly market: MarketAuditor) {
    this.bids = new BidAuditor(market);
  }

  askArrived(listingId: string): void {
    this.askPlaces.set(listingId, this.nextPlace());
  }

  placed(event: raw.OrderPlaced): void {
    const { orderId, buyerId, window, expiresAt, constraints, timeInForce } = event;
    demand(!this.live.has(orderId), `${orderId} is placed twice`);
    const quantity = Number(event.quantity);
    this.bids.placed(event);
    this.market.losses.rebookings.placed(event);
    const limitPrice = BigInt(event.limitPrice);
    const reserved = BigInt(event.reserved);
    const due = worstCase(limitPrice, quantity, window);
    demand(reserved === due, `I3: ${orderId} sets ${reserved} aside and may cost ${due}`);
    const isPlain = event.minimumFill === '1' && constraints.providerShareMax === null;
    const rests = ['GTC', 'GTD'].includes(timeInForce.kind);
    this.live.set(orderId, {
      ...{ orderId, buyerId, window, expiresAt, limitPrice, quantity, reserved },
      ...{ isPlain: isPlain && rests, evidenceMin: constraints.evidenceMin, remaining: quantity, spent: 0n, place: this.nextPlace() },
    });
  }

  /** A bid that is not in the book, and yet arrives in its turn. */
  sealed(
    terms: Omit<LiveOrder, 'isPlain' | 'remaining' | 'spent' | 'place'>,
  ): LiveOrder {
    const rest = { remaining: terms.quantity, spent: 0n, place: this.nextPlace() };
    return { ...terms, ...rest, isPlain: false };
  }

  filled(event: raw.OrderFilled): PoolBook {
    const { orderId, listingId } = event;
    const bid = this.market.auctions.bids.get(orderId)?.order;
    const order = bid ?? this.order(orderId);
    const listing = found(this.market.listings.get(listingId), `open ${listingId} for ${orderId}`);
    demand((bid !== undefined) === listing.isAuction, `${orderId} is filled by the wrong kind of sale`);
    if (bid !== undefined) this.market.auctions.filled(event);
    this.bids.filled(event);
    this.checkFill(event, order, listing);
    this.market.sales.checkSplit(event, listing);
    const pool = this.takeFill(event, listing);
    demand(Number(event.orderRemaining) === order.remaining, `${orderId} says another rest`);
    demand(BigInt(event.orderSpent) === order.spent, `${orderId} says it has cost something else`);
    return pool;
  }

  /** What is bought of a listing, or quoted: by whom, in whose place, and at what price. */
  checkFill(event: RawFill, order: LiveOrder, listing: OpenListing): void {
    this.checkParties(event, order, listing);
    const { level } = this.market.pool(listing.poolId).evidence;
    demand(this.isShown(order, listing), `${order.orderId} insists on ${order.evidenceMin}, of ${level} it is filled`);
    if (!listing.isAuction) this.checkPriority(event, order, listing);
    this.checkMoney(event, order, listing);
  }

  amended(event: raw.OrderAmended): void {
    const order = this.order(event.orderId);
    const [quantity, limitPrice] = [Number(event.quantity), BigInt(event.limitPrice)];
    const remaining = order.remaining + quantity - order.quantity;
    demand(remaining > 0, `${order.orderId} is changed to less than was filled`);
    const reserved = order.spent + worstCase(limitPrice, remaining, order.window);
    demand(BigInt(event.reserved) === reserved, `I3: ${order.orderId} needs ${reserved}`);
    const keeps = quantity <= order.quantity && limitPrice === order.limitPrice;
    demand(keeps === event.keepsPriority, `I4: ${order.orderId} keeps a place it lost, or loses one`);
    if (!keeps) order.place = this.nextPlace();
    Object.assign(order, { quantity, limitPrice, remaining, reserved });
    this.bids.amended(event);
  }

  closed({ orderId, reason, spent, released, occurredAt, cause }: raw.OrderClosed): void {
    const order = this.market.auctions.closed(orderId) ?? this.order(orderId);
    demand((reason === 'filled') === (order.remaining === 0), `${orderId} ends as ${reason}`);
    const isOver = order.expiresAt <= occurredAt;
    demand(reason !== 'expired' || isOver, `${orderId} expires before its time`);
    if (reason === 'unfilled') this.checkUnfilled(order, occurredAt);
    const isRight = BigInt(spent) === order.spent && BigInt(released) === order.reserved - order.spent;
    demand(isRight, `I3: ${orderId} gives ${released} of ${order.reserved} back`);
    this.bids.closed({ orderId, cause });
    this.live.delete(orderId);
  }

  /** What ends at once because nothing is left for it has had all that there was, if it takes any part. */
  private checkUnfilled(order: LiveOrder, now: number): void {
    if (!this.bids.takesAny(order.orderId)) return;
    const left = [...this.market.listings.values()].find((listing) => this.couldTake(order, listing, now));
    demand(left === undefined, `${order.orderId} ends unfilled, and ${String(left?.listingId)} offers it more`);
  }

  /** What should not be, when everything that was due has run; null when nothing. */
  overdue(now: number): string | null {
    const late = this.bids.overdue() ?? this.market.losses.rebookings.overdue();
    if (late !== null) return late;
    // What has begun by the clock that is furthest was looked at by it, and is over for who waits.
    const furthest = Math.max(now, this.bids.furthest);
    for (const order of this.live.values()) {
      if (order.expiresAt <= now) return `${order.orderId} waits after it expired`;
      if (!order.isPlain) continue;
      for (const listing of this.market.listings.values()) {
        if (!this.isOffered(order, listing, furthest)) continue;
        if (this.couldTake(order, listing, now)) {
          return `${order.orderId} waits for what ${listing.listingId} offers`;
        }
        if (this.isForgotten(order, listing, now)) {
          return `${order.orderId} is not told when ${listing.listingId} is released`;
        }
      }
    }
    return null;
  }

  private checkParties(event: RawFill, order: LiveOrder, listing: OpenListing): void {
    const { orderId, reservationId, holderId, sellerId, window } = event;
    demand(holderId === order.buyerId, `${reservationId} is not its buyer's`);
    demand(sellerId === listing.sellerId, `${reservationId} names another seller`);
    demand(holderId !== sellerId, `${reservationId} is a trade with oneself`);
    const isWhole = window.start === order.window.start && window.end === order.window.end;
    demand(isWhole, `${orderId} is filled for another window`);
    demand(Number(event.quantity) <= order.remaining, `${orderId} is filled above its quantity`);
  }

  private checkMoney(event: RawFill, order: LiveOrder, listing: OpenListing): void {
    const price = BigInt(event.unitPrice);
    const isFair = price >= listing.unitPrice && price <= order.limitPrice;
    demand(isFair, `${order.orderId} pays ${price} between ${listing.unitPrice} and ${order.limitPrice}`);
    const isAskFirst = (this.askPlaces.get(listing.listingId) ?? 0) < order.place;
    const agreed = this.market.sales.priceOf(listing, order, isAskFirst);
    // What an auction comes to was worked out from all of its bids.
    demand(listing.isAuction || price === agreed, `${order.orderId} pays ${price}, and who was there first says ${agreed}`);
    const quantity = Number(event.quantity);
    const full = this.market.priceOf({ ...listing, unitPrice: price }, quantity, event.window);
    const unspent = order.reserved - order.spent;
    const due = full < unspent ? full : unspent;
    demand(BigInt(event.amount) === due, `${event.reservationId} costs ${due}, not ${event.amount}`);
    order.spent += due;
    order.remaining -= quantity;
    demand(order.spent <= order.reserved, `I3: ${order.orderId} has cost more than was set aside`);
  }

  /** I4: no better ask of the same pool was passed over, and nobody who comes first. */
  private checkPriority(event: RawFill, order: LiveOrder, taken: OpenListing): void {
    // By the clock that is furthest some of the window is over: who had how much of it then is not known any more.
    const isKnown = order.window.start >= this.bids.furthest;
    for (const other of this.market.listings.values()) {
      if (this.compareAsks(other, taken) >= 0) continue;
      this.noteMissing(order, other);
      const isPassedOver = isKnown && this.isComparable(order, other, taken) && this.couldTake({ ...order, isPlain: true }, other, event.filledAt);
      demand(!isPassedOver, `I4: ${order.orderId} passed ${other.listingId} over`);
    }
    // Who waits could have had it by the clock that is furthest: what has begun by then was looked at, and is over for them.
    const now = Math.max(event.filledAt, this.bids.furthest);
    for (const other of this.live.values()) {
      if (!other.isPlain || !this.isBidBefore(other, order)) continue;
      const isPassedOver = this.couldTake(other, taken, now);
      demand(!isPassedOver, `I4: ${taken.listingId} passed ${other.orderId} over`);
    }
  }

  /** Of another pool where no least and no share of a provider makes an order pass it over. */
  private isComparable({ orderId }: LiveOrder, other: OpenListing, taken: OpenListing): boolean {
    return other.poolId === taken.poolId || this.bids.takesAny(orderId);
  }

  /** A cheaper ask is not the bid's because of what its pool does not promise. */
  private noteMissing({ orderId, window }: LiveOrder, { poolId, window: offered }: OpenListing): void {
    const missing = this.bids.missingFor(orderId, poolId);
    if (missing !== null && offered.start <= window.start && window.end <= offered.end) this.bids.passesOver(missing);
  }

  /** Cheaper first, then who was there earlier. */
  compareAsks(a: OpenListing, b: OpenListing): number {
    if (a.unitPrice !== b.unitPrice) return a.unitPrice < b.unitPrice ? -1 : 1;
    return (this.askPlaces.get(a.listingId) ?? 0) - (this.askPlaces.get(b.listingId) ?? 0);
  }

  private isBidBefore(a: LiveOrder, b: LiveOrder): boolean {
    return a.limitPrice === b.limitPrice ? a.place < b.place : a.limitPrice > b.limitPrice;
  }

  /** Whether one lot of the ask could be the buyer's throughout the window of the bid. */
  private couldTake(order: LiveOrder, listing: OpenListing, now: number): boolean {
    const { buyerId, window } = order;
    if (!this.isOffered(order, listing, now)) return false;
    const pool = this.market.pool(listing.poolId);
    const look = (): boolean => this.market.setAsides.hasRoom(pool, buyerId, window, now);
    return pool.supposing([lotFor(pool, listing, order)], look);
  }

  /** Whether as much is known of the pool as the bid insists on: L1 is below L2, and so on. */
  private isShown({ evidenceMin = 'L1', orderId }: LiveOrder, { poolId }: OpenListing): boolean {
    return this.market.pool(poolId).evidence.level >= evidenceMin && this.bids.missingFor(orderId, poolId) === null;
  }

  /** Whether it could be, but for what is set aside for small buyers. */
  private isOffered(order: LiveOrder, listing: OpenListing, now: number): boolean {
    const { buyerId, window, limitPrice, remaining, expiresAt } = order;
    if (listing.isAuction) return false;
    if (!this.isShown(order, listing)) return false;
    const isLot = remaining >= this.market.pool(listing.poolId).lotSize;
    const isMeant = isLot && buyerId !== listing.sellerId && limitPrice >= listing.unitPrice;
    const isWithin = listing.window.start <= window.start && window.end <= listing.window.end;
    if (!isMeant || !isWithin || expiresAt <= now) return false;
    return this.isRoomFor(listing, order, now);
  }

  /** Title moves at once: what was offered is the buyer's. */
  private takeFill(event: raw.OrderFilled, listing: OpenListing): PoolBook {
    const { reservationId, listingId, holderId, window } = event;
    const pool = this.market.pool(listing.poolId);
    demand(!this.market.reservations.has(reservationId), `${reservationId} is given twice`);
    checkNotBegun(pool, reservationId, window, event.filledAt);
    const [quantity, unitPrice, amount] = [event.quantity, event.unitPrice, event.amount].map(BigInt);
    const offered = found(pool.claimed(listingId), `offer ${listingId}`);
    this.checkFillLots(event, pool, listing);
    pool.paint(offered, window, -Number(quantity));
    this.market.checkRemaining(pool, listingId, event.listingRemaining);
    const paid = { status: 'scheduled', paidAt: event.filledAt, expiresAt: 0, quoteId: null } as const;
    const sale = { reservationId, holderId, window, quantity: Number(quantity) };
    const money = { unitPrice: unitPrice ?? 0n, amount: amount ?? 0n };
    const reservation = { ...listing, ...sale, ...money, ...paid };
    const title = pool.fromSegments(event.entitlement);
    pool.openLot(reservationId, { holderId, parentId: listing.lotId, title });
    this.market.moveFromSource(pool, reservation, event.sourceAfter, -sale.quantity);
    this.market.reservations.set(reservationId, reservation);
    const isAbove = pool.isAboveCap(holderId, window);
    demand(!isAbove, `${reservationId} puts ${holderId} above the cap of ${pool.poolId}`);
    this.market.setAsides.checkPurchase(pool, holderId, window, event.filledAt);
    return pool;
  }

  /** Whole lots of the pool; in an auction also all of what somebody bid for. */
  private checkFillLots(event: raw.OrderFilled, pool: PoolBook, { isAuction }: OpenListing): void {
    const { orderId, quantity } = event;
    const bid = this.market.auctions.bids.get(orderId)?.order;
    if (isAuction && bid?.quantity === Number(quantity)) return;
    const isWhole = Number(quantity) % pool.lotSize === 0;
    demand(isWhole, `${orderId} gets ${quantity} in lots of ${pool.lotSize}`);
  }

  private isForgotten(order: LiveOrder, listing: OpenListing, now: number): boolean {
    if (!this.isOffered(order, listing, now)) return false;
    const pool = this.market.pool(listing.poolId);
    const look = (): boolean => this.market.setAsides.isForgotten(pool, order);
    return pool.supposing([lotFor(pool, listing, order)], look);
  }

  /** Whether a buyer could have one lot of a listing throughout a window. */
  private isRoomFor(listing: OpenListing, order: LiveOrder, now: number): boolean {
    const { buyerId, window } = order;
    const pool = this.market.pool(listing.poolId);
    const { grid } = pool;
    const isOnGrid = window.start % grid === 0 && window.end % grid === 0;
    if (!isOnGrid || window.start < Math.floor(now / grid) * grid) return false;
    const offered = found(pool.claimed(listing.listingId), `offer ${listing.listingId}`);
    const [from, until] = pool.cellsOf(window);
    for (let cell = from; cell < until; cell += 1) if (offered.at(cell) < pool.lotSize) return false;
    return pool.supposing([lotFor(pool, listing, order)], () => !pool.isAboveCap(buyerId, window));
  }

  private order(orderId: string): LiveOrder {
    return found(this.live.get(orderId), `live order ${orderId}`);
  }

  private nextPlace(): number {
    return (this.places += 1);
  }
}

/** One lot of a listing for who placed a bid. */
const lotFor = (pool: PoolBook, { lotId }: OpenListing, { buyerId, window }: LiveOrder): Claim => ({
  ...{ lotId, holderId: buyerId, cells: pool.rectangle(window, pool.lotSize) },
});

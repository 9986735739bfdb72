import { inLots } from './lot-auditor.js';
import type { MarketAuditor, OpenListing } from './market-auditor.js';
import type { LiveOrder } from './live.js';
import type * as raw from './raw-event.js';
import { Cells, type Claim, isEqual } from './pool-book.js';
import { worstCase } from './rounding.js';
import { demand, found } from './violation.js';

export interface LiveAuction {
  readonly opensAt: number;
  readonly closesAt: number;
}

export interface LiveBid {
  readonly orderId: string;
  readonly auctionId: string;
  readonly minimum: number;
  readonly order: LiveOrder;
}

/** What the bids of one auction come to, worked out one token/s after the other. */
interface Result {
  readonly shares: ReadonlyMap<string, number>;
  readonly price: bigint | null;
}

/** Follows sealed bids by the log alone, and works out every auction once more at its close. */
export class AuctionAuditor {
  readonly open = new Map<string, LiveAuction>();
  readonly bids = new Map<string, LiveBid>();
  private readonly clearedIds = new Set<string>();
  /** What is still to be told of auctions that were cleared: who gets how much, at which price. */
  private readonly due = new Map<string, { readonly quantity: number; readonly price: bigint }>();

  constructor(private readonly market: MarketAuditor) {}

  opened({ listingId, auction, window, occurredAt }: raw.ListingCreated): void {
    if (auction === null) return;
    const { opensAt, closesAt } = auction;
    const isInTime = occurredAt <= opensAt && opensAt < closesAt && closesAt <= window.start;
    demand(isInTime, `${listingId} opens at ${opensAt} and closes at ${closesAt}`);
    this.open.set(listingId, auction);
  }

  placed(event: raw.AuctionBidPlaced): void {
    const { orderId, auctionId, buyerId, placedAt, window, expiresAt } = event;
    const { opensAt, closesAt } = this.auction(auctionId);
    const isInTime = opensAt <= placedAt && placedAt < closesAt && expiresAt === closesAt;
    demand(isInTime, `${orderId} comes at ${placedAt} to ${auctionId}`);
    const listing = this.listing(auctionId);
    demand(listing.sellerId !== buyerId, `${orderId} is a trade with oneself`);
    const [quantity, limitPrice] = [Number(event.quantity), BigInt(event.limitPrice)];
    demand(limitPrice >= listing.unitPrice, `${orderId} is below the reserve of ${auctionId}`);
    demand(quantity <= listing.quantity, `${orderId} is above the lot of ${auctionId}`);
    const { lotSize } = this.market.pool(listing.poolId);
    const isInLots = quantity % lotSize === 0 || quantity === listing.quantity;
    demand(isInLots, `${orderId} is ${quantity}, in lots of ${lotSize}`);
    const isWhole = window.start === listing.window.start && window.end === listing.window.end;
    demand(isWhole, `${orderId} is for another window than ${auctionId}`);
    const [reserved, needed] = [BigInt(event.reserved), worstCase(limitPrice, quantity, window)];
    demand(reserved === needed, `I3: ${orderId} sets ${reserved} aside and may cost ${needed}`);
    const order = this.market.orders.sealed({ orderId, buyerId, window, expiresAt, limitPrice, quantity, reserved });
    this.bids.set(orderId, { orderId, auctionId, minimum: Number(event.minimumFill), order });
  }

  withdrawn({ orderId, reason, released, occurredAt }: raw.AuctionBidWithdrawn): void {
    const { order, auctionId } = found(this.bids.get(orderId), `sealed bid ${orderId}`);
    demand(BigInt(released) === order.reserved, `I3: ${orderId} gives ${released} of ${order.reserved} back`);
    const isLost = reason === 'curtailed';
    demand(!isLost || this.isNothingLeft(auctionId), `${orderId} ends, and ${auctionId} is not taken back`);
    demand(isLost || occurredAt < order.expiresAt, `${orderId} is withdrawn after the close`);
    this.bids.delete(orderId);
  }

  cleared(event: raw.AuctionCleared): void {
    const { listingId, clearedAt } = event;
    demand(!this.clearedIds.has(listingId), `${listingId} is cleared twice`);
    this.clearedIds.add(listingId);
    const { closesAt } = this.auction(listingId);
    demand(clearedAt >= closesAt, `${listingId} is cleared before it closes`);
    const bids = this.bidsIn(listingId);
    const { shares, price } = this.resultOf(this.listing(listingId), bids, clearedAt);
    const sold = [...shares.values()].reduce((sum, share) => sum + share, 0);
    const told = event.clearingPrice === null ? null : BigInt(event.clearingPrice);
    demand(told === price, `${listingId} clears at ${String(told)}, and its bids say ${String(price)}`);
    demand(Number(event.quantitySold) === sold, `${listingId} sells ${event.quantitySold}, not ${sold}`);
    demand(event.bids === bids.length, `${listingId} counts ${event.bids} bids of ${bids.length}`);
    for (const [orderId, quantity] of shares) {
      this.due.set(orderId, { quantity, price: price ?? 0n });
    }
    this.open.delete(listingId);
  }

  /** A fill of an auction is what was worked out for it; its money is looked after with all others. */
  filled({ orderId, quantity, unitPrice, listingId }: raw.OrderFilled): void {
    const bid = found(this.bids.get(orderId), `sealed bid ${orderId}`);
    demand(bid.auctionId === listingId, `${orderId} is a bid for ${bid.auctionId}, not for ${listingId}`);
    const share = this.due.get(orderId);
    const isShare = share?.quantity === Number(quantity);
    demand(isShare, `${orderId} gets ${quantity} by auction, not ${share?.quantity ?? 0}`);
    demand(share.price === BigInt(unitPrice), `${orderId} pays ${unitPrice}, and others ${share.price}`);
    demand(share.price <= bid.order.limitPrice, `${orderId} pays above its limit`);
    this.due.delete(orderId);
  }

  /** @returns the bid's order when it was a sealed one */
  closed(orderId: string): LiveOrder | null {
    const bid = this.bids.get(orderId);
    if (bid === undefined) return null;
    // Whatever everybody is told of it before would say how many bids there are.
    demand(!this.open.has(bid.auctionId), `${orderId} ends before ${bid.auctionId} is cleared`);
    demand(!this.due.has(orderId), `${orderId} won and got nothing`);
    this.bids.delete(orderId);
    return bid.order;
  }

  /** The listing is gone: only what nobody has bid for may go without being cleared. */
  gone(listingId: string): void {
    const isLeft = this.open.delete(listingId) && this.bidsIn(listingId).length > 0;
    demand(!isLeft, `${listingId} closes with bids and is not cleared`);
  }

  overdue(now: number): string | null {
    for (const [listingId, { closesAt }] of this.open) {
      if (closesAt <= now) return `${listingId} is not cleared after its close`;
    }
    for (const [orderId, { auctionId }] of this.bids) {
      if (!this.open.has(auctionId)) return `${orderId} is still a bid in ${auctionId}, which is over`;
    }
    return null;
  }

  /**
   * From the top: the limit that is highest, then the bid that was first, takes what it may. What it
   * wanted beyond the lot, and not beyond the cap, asks a price of the others.
   */
  private resultOf(lot: OpenListing, bids: readonly LiveBid[], now: number): Result {
    const shares = new Map<string, number>();
    const pool = this.market.pool(lot.poolId);
    if (lot.window.start < Math.floor(now / pool.grid) * pool.grid) return { shares, price: null };
    const taken = new Map<string, number>();
    // What a curtailment took of the lot is not sold.
    const offered = found(pool.claimed(lot.listingId), `offer ${lot.listingId}`);
    let [left, asked, lowest] = [lot.quantity, lot.unitPrice, lot.unitPrice];
    const [from, until] = pool.cellsOf(lot.window);
    for (let cell = from; cell < until; cell += 1) left = Math.min(left, offered.at(cell));
    for (const { orderId, minimum, order } of inTurn(bids)) {
      const { buyerId, limitPrice, quantity } = order;
      const most = this.mostOf(lot, { buyerId, quantity, taken }, now);
      const wanted = quantity <= most ? quantity : inLots(most, pool);
      if (wanted < minimum) continue;
      const had = wanted <= left ? wanted : inLots(left, pool);
      const share = had < minimum ? 0 : had;
      if (share < wanted && limitPrice > asked) asked = limitPrice;
      if (share === 0) continue;
      shares.set(orderId, share);
      taken.set(buyerId, (taken.get(buyerId) ?? 0) + share);
      left -= share;
      lowest = limitPrice;
    }
    const most = this.market.sales.capOf(lot) ?? asked;
    const prices = [asked, lowest, most];
    const price = prices.reduce((least, each) => (each < least ? each : least));
    return { shares, price: shares.size === 0 ? null : price };
  }

  /** The most of what a buyer wants that they may have by the pool's rules, once others have theirs. */
  private mostOf(
    { lotId, poolId, window }: OpenListing,
    { buyerId, quantity, taken }: {
      readonly buyerId: string;
      readonly quantity: number;
      readonly taken: ReadonlyMap<string, number>;
    },
    now: number,
  ): number {
    const pool = this.market.pool(poolId);
    const claimOf = (holderId: string, sum: number): Claim => ({
      ...{ lotId, holderId, cells: pool.rectangle(window, sum) },
    });
    const others = [...taken].map(([holderId, sum]) => claimOf(holderId, sum));
    const mayHave = (sum: number): boolean =>
      pool.supposing([...others, claimOf(buyerId, sum)], () => {
        return !pool.isAboveCap(buyerId, window) && this.market.setAsides.leaves(pool, { buyerId, window }, now);
      });
    let [least, most] = [0, quantity];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if (mayHave(middle)) least = middle;
      else most = middle - 1;
    }
    return least;
  }

  /** A curtailment took all of the lot: its bids are for nothing. */
  private isNothingLeft(auctionId: string): boolean {
    const { poolId } = this.listing(auctionId);
    const offered = found(this.market.pool(poolId).claimed(auctionId), `offer ${auctionId}`);
    return isEqual(offered, new Cells());
  }

  private bidsIn(listingId: string): LiveBid[] {
    return [...this.bids.values()].filter(({ auctionId }) => auctionId === listingId);
  }

  private auction(listingId: string): LiveAuction {
    return found(this.open.get(listingId), `open auction ${listingId}`);
  }

  private listing(listingId: string): OpenListing {
    return found(this.market.listings.get(listingId), `listing ${listingId}`);
  }
}

function inTurn(bids: readonly LiveBid[]): LiveBid[] {
  return [...bids].sort(({ order: a }, { order: b }) => {
    if (a.limitPrice === b.limitPrice) return a.place - b.place;
    return a.limitPrice > b.limitPrice ? -1 : 1;
  });
}

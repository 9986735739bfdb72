import type { LiveOrder } from './live.js';
import type { MarketAuditor, OpenListing } from './market-auditor.js';
import { ROOT } from './pool-book.js';
import { priceCapOf, type RawResale } from './resale-auditor.js';
import type * as raw from './raw-event.js';
import { demand, found } from './violation.js';

/** Works out what a sale costs, and who has a share in it, by the terms that were first sold under. */
export class SaleAuditor {
  constructor(private readonly market: MarketAuditor) {}

  /** Of whoever was there first: what is asked, or what is bid, and of a resale never more than its cap. */
  priceOf(listing: OpenListing, { limitPrice }: LiveOrder, isAskFirst: boolean): bigint {
    if (isAskFirst) return listing.unitPrice;
    const cap = this.capOf(listing);
    return cap === null || limitPrice < cap ? limitPrice : cap;
  }

  /** The provider has a share of a resale, and runs what is sold. */
  checkSplit({ reservationId, providerId, grid, royalty }: raw.OrderFilled, listing: OpenListing): void {
    const pool = this.market.pool(listing.poolId);
    const isThere = providerId === pool.providerId && grid === pool.grid;
    demand(isThere, `${reservationId} is not of ${pool.poolId}`);
    const share = listing.lotId === ROOT ? 0 : this.resaleOf(listing).royalty;
    demand(royalty === share, `${reservationId} owes ${providerId} a royalty of ${share}, not ${royalty}`);
  }

  /** The most that a resale may cost, by the terms it was first sold under; null: any price. */
  capOf(listing: OpenListing): bigint | null {
    if (listing.lotId === ROOT) return null;
    const parent = found(this.market.reservations.get(listing.lotId), `live ${listing.lotId}`);
    return priceCapOf(parent, this.resaleOf(listing));
  }

  private resaleOf({ poolId, termsVersion }: OpenListing): RawResale {
    return found(this.market.termsOf(poolId)[termsVersion - 1], `terms ${termsVersion} of ${poolId}`).resale;
  }
}

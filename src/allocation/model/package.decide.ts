import { accept, reject, type Decision } from '../../kernel/decider.js';
import { fromSegments } from '../../kernel/step-function.js';
import { countPurchase } from './counting.js';
import type { HoldPackage } from './market.commands.js';
import type { MarketEvent, ReservationHeld } from './market.events.js';
import type { HoldRejection, MarketRejection } from './market.rejections.js';
import type { Listing, MarketState, PoolState } from './market.state.js';
import { holdReservation } from './reservation.decide.js';
import { poolOf } from './titles.js';

/**
 * Holds several rectangles or none. Each hold is decided as if it came alone, in a market in which
 * those before it have been made: what they took of a listing, and of a pool's share for one buyer,
 * is gone.
 */
export function holdPackage(
  { buyerId, holds, holdFor, now, seed }: HoldPackage,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const draft = draftOf(state, holds);
  const events: MarketEvent[] = [];
  for (const [index, hold] of holds.entries()) {
    const command = { type: 'HoldReservation', ...hold, buyerId, holdFor, now, seed } as const;
    const decision = holdReservation(command, draft);
    if (!decision.accepted) {
      const reason = decision.rejection as HoldRejection;
      return reject({ code: 'PACKAGE_REFUSED', index, reason });
    }
    for (const event of decision.events) {
      if (event.type === 'ReservationHeld') make(draft, event);
      events.push(event);
    }
  }
  return accept(...events);
}

/** The state, with copies of what holds on these listings change. */
function draftOf(state: MarketState, holds: HoldPackage['holds']): MarketState {
  const listings = new Map<Listing['listingId'], Listing>();
  const pools = new Map<PoolState['facts']['poolId'], PoolState>();
  for (const { listingId } of holds) {
    const listing = state.listings.get(listingId);
    if (listing === undefined || listings.has(listingId)) continue;
    listings.set(listingId, { ...listing });
    const pool = poolOf(state, listing.poolId);
    if (pools.has(listing.poolId)) continue;
    const counts = { positions: new Map(pool.positions), shared: new Map(pool.shared) };
    pools.set(listing.poolId, { ...pool, ...counts });
  }
  return { ...state, listings, pools };
}

function make(draft: MarketState, event: ReservationHeld): void {
  const { listingId, listingRemaining, poolId } = event;
  const listing = draft.listings.get(listingId);
  if (listing !== undefined) listing.remaining = fromSegments(listingRemaining);
  countPurchase(draft, poolOf(draft, poolId), event);
}

import type { ListingId, PoolId } from '../../kernel/ids.js';
import {
  add,
  equals,
  isZero,
  lower,
  positivePart,
  rectangle,
  segmentsOf,
  subtract,
  type StepFunction,
} from '../../kernel/step-function.js';
import { endSealed } from './auction.rules.js';
import type { SealedBid } from './auction.state.js';
import type { MarketEvent } from './market.events.js';
import type { HeldReservation, Listing, Lot, MarketState, Source } from './market.state.js';

/** What is offered and held of one lot. */
interface Claims {
  readonly listings: Listing[];
  readonly holds: HeldReservation[];
}

/** How what is offered and held of a lot shrinks when the lot does. */
export interface Cut {
  readonly events: readonly MarketEvent[];
  /** Holds that end, and what is taken of each. */
  readonly released: readonly { readonly hold: HeldReservation; readonly taken: StepFunction }[];
  /** Offers that lose something, and what. */
  readonly reduced: readonly { readonly listing: Listing; readonly taken: StepFunction }[];
}

const ROOT = '';
const keyOf = (source: Source): string => (source.kind === 'pool' ? ROOT : source.reservationId);

/** All claims on lots of a pool, found once. */
export class ClaimIndex {
  private readonly bySource = new Map<string, Claims>();
  private readonly bids = new Map<ListingId, SealedBid[]>();

  constructor(state: MarketState, poolId: PoolId) {
    for (const listing of state.listings.values()) {
      if (listing.poolId === poolId) this.of(listing.source).listings.push(listing);
    }
    for (const bid of state.sealedBids.values()) {
      const known = this.bids.get(bid.auctionId);
      if (known === undefined) this.bids.set(bid.auctionId, [bid]);
      else known.push(bid);
    }
    for (const one of state.reservations.values()) {
      if (one.poolId === poolId && one.status === 'held') this.of(one.source).holds.push(one);
    }
  }

  /**
   * Makes room for a loss: what is free goes first, then offers, the newest first, then holds, the
   * newest first. A hold ends as a whole; what is not needed of it is offered again.
   */
  cut(source: Source, { title, committed }: Lot, loss: StepFunction): Cut {
    const { listings, holds } = this.of(source);
    const needed = positivePart(subtract(loss, subtract(title, committed)));
    const cutting = new Cutting(needed, (auctionId) => this.bids.get(auctionId) ?? []);
    for (const listing of [...listings].sort((a, b) => b.sequence - a.sequence)) {
      cutting.takeOffer(listing);
    }
    // They stand about in the order in which they were made.
    for (const hold of [...holds].reverse()) cutting.takeHold(hold);
    return cutting.done();
  }

  private of(source: Source): Claims {
    const key = keyOf(source);
    const known = this.bySource.get(key);
    if (known !== undefined) return known;
    const claims: Claims = { listings: [], holds: [] };
    this.bySource.set(key, claims);
    return claims;
  }
}

interface Offered {
  readonly listing: Listing;
  /** By the events until now, before anything is cut from it. */
  readonly before: StepFunction;
  readonly after: StepFunction;
  readonly holds: number;
}

class Cutting {
  private readonly offers = new Map<ListingId, Offered>();
  private readonly released: { hold: HeldReservation; taken: StepFunction }[] = [];
  private readonly reduced: { listing: Listing; taken: StepFunction }[] = [];
  private readonly events: MarketEvent[] = [];

  constructor(
    private needed: StepFunction,
    private readonly bidsIn: (auctionId: ListingId) => readonly SealedBid[],
  ) {}

  takeOffer(listing: Listing): void {
    const { remaining: before, holds } = listing;
    const taken = this.take(before);
    if (!isZero(taken)) this.reduced.push({ listing, taken });
    const after = subtract(before, taken);
    this.offers.set(listing.listingId, { listing, before, after, holds });
  }

  takeHold(hold: HeldReservation): void {
    const held = rectangle(hold.window, hold.quantity);
    const taken = this.take(held);
    if (isZero(taken)) return;
    this.released.push({ hold, taken });
    const { reservationId, listingId } = hold;
    const offered = this.offers.get(listingId);
    const end = { type: 'HoldReleased', reservationId, listingId, reason: 'curtailed' } as const;
    if (offered === undefined) {
      this.events.push({ ...end, listingRemaining: null });
      return;
    }
    const before = add(offered.before, held);
    const after = add(offered.after, subtract(held, taken));
    this.offers.set(listingId, { ...offered, before, after, holds: offered.holds - 1 });
    this.events.push({ ...end, listingRemaining: segmentsOf(before) });
  }

  done(): Cut {
    for (const { listing, before, after, holds } of this.offers.values()) {
      if (equals(before, after)) continue;
      const { listingId } = listing;
      const listingRemaining = segmentsOf(after);
      this.events.push({ type: 'ListingReduced', listingId, listingRemaining });
      if (!isZero(after) || holds > 0) continue;
      // What the bids of an auction were for is gone: their money comes back now.
      this.events.push(...this.bidsIn(listingId).map((bid) => endSealed(bid, 'curtailed')));
      this.events.push({ type: 'ListingClosed', listingId, reason: 'curtailed' });
    }
    const { events, released, reduced } = this;
    return { events, released, reduced };
  }

  private take(from: StepFunction): StepFunction {
    const taken = lower(this.needed, from);
    this.needed = subtract(this.needed, taken);
    return taken;
  }
}

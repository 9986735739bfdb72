import type { PoolId } from '../../kernel/ids.js';
import type { MarketEvent } from './market.events.js';
import { evolve } from './market.evolve.js';
import type { Listing, MarketState, Reservation } from './market.state.js';
import type { Book } from './order-book.js';
import { poolOf } from './titles.js';

const ENDS: readonly MarketEvent['type'][] = ['ListingClosed', 'AuctionBidWithdrawn'];

/**
 * A book that is shared: asked as before, and not changed by what happens in a draft. What a draft
 * offers beyond it is for the matcher to be told.
 */
class SharedBook implements Book {
  readonly addAsk = nothing;
  readonly changeAsk = nothing;
  readonly removeAsk = nothing;
  readonly addBid = nothing;
  readonly removeBid = nothing;

  constructor(private readonly book: Book) {}

  asksFor(...asked: Parameters<Book['asksFor']>): ReturnType<Book['asksFor']> {
    return this.book.asksFor(...asked);
  }

  bidsFor(...asked: Parameters<Book['bidsFor']>): ReturnType<Book['bidsFor']> {
    return this.book.bidsFor(...asked);
  }

  asks(): ReturnType<Book['asks']> {
    return this.book.asks();
  }

  bids(): ReturnType<Book['bids']> {
    return this.book.bids();
  }
}

const nothing = (): void => undefined;

/**
 * The market as it is after events that concern one pool, to match on; the state stays as it is. What
 * is closed stays in the draft with nothing left: book and sealed bids are shared, and not touched.
 */
export function draftOf(
  state: MarketState,
  poolId: PoolId,
  events: readonly MarketEvent[],
): MarketState {
  const { root, ...pool } = poolOf(state, poolId);
  const counts = { positions: new Map(pool.positions), shared: new Map(pool.shared) };
  const copy = { ...pool, root: { ...root }, ...counts };
  const draft: MarketState = {
    ...state,
    pools: new Map(state.pools).set(poolId, copy),
    listings: copied(state.listings, poolId, (listing) => ({ ...listing })),
    reservations: copied(state.reservations, poolId, copyOf),
    cuts: new Map([...state.cuts].map(([id, cuts]) => [id, new Set(cuts)])),
    losses: new Map(state.losses),
    book: new SharedBook(state.book),
  };
  return events.filter(({ type }) => !ENDS.includes(type)).reduce(evolve, draft);
}

function copied<Id, Value extends Listing | Reservation>(
  all: ReadonlyMap<Id, Value>,
  poolId: PoolId,
  copy: (value: Value) => Value,
): Map<Id, Value> {
  return new Map([...all].map(([id, one]) => [id, one.poolId === poolId ? copy(one) : one]));
}

function copyOf(reservation: Reservation): Reservation {
  if (reservation.status === 'held') return reservation;
  return { ...reservation, lot: { ...reservation.lot } };
}

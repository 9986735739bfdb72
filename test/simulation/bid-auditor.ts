import { insistsOnAny, missingOf, type Insistence } from './insistence.js';
import { checkOrderLots } from './lot-auditor.js';
import type { MarketAuditor } from './market-auditor.js';
import type * as raw from './raw-event.js';
import { demand, found } from './violation.js';

const WHOLE = 10_000;

/** What a bid says of itself, and what of it was filled from whom. */
interface Terms {
  readonly orderId: string;
  /** Of which request it came. */
  readonly cause: string;
  readonly kind: string;
  readonly constraints: raw.RawConstraints;
  readonly expiresAt: number;
  /** All of it or nothing, as it was placed. */
  readonly isWhole: boolean;
  minimum: number;
  quantity: number;
  remaining: number;
  readonly byProvider: Map<string, number>;
}

/** The fills of one bid that follow one another: it is filled in one go. */
interface Turn {
  readonly terms: Terms;
  readonly cause: string;
  /** The least that it may come to. */
  readonly least: number;
  filled: number;
}

/** Holds every fill of a bid of the book against what the bid said when it was placed. */
export class BidAuditor {
  /** What became of bids that insist on something, and for lack of what they passed cheaper asks over. */
  readonly insisting = { placed: 0, rested: 0, filled: 0 };
  readonly passedOver = new Map<Insistence, number>();
  private readonly bids = new Map<string, Terms>();
  private readonly promised = new Map<string, raw.RawPromises>();
  private turn: Turn | null = null;
  /** The clock that was furthest of all that have written something: clocks differ, and messages wait. */
  furthest = 0;

  constructor(private readonly market: MarketAuditor) {}

  /** A turn is over with the first event that is none of its fills. */
  before({ type, cause, ...event }: raw.RawEvent): void {
    this.furthest = Math.max(this.furthest, event.occurredAt);
    if (this.turn === null) return;
    const isSame = type === 'OrderFilled' && 'orderId' in event && event.orderId === this.turn.terms.orderId;
    if (isSame && cause === this.turn.cause) return;
    // What is sold out on the way is told between two fills.
    if (type === 'ListingClosed' && cause === this.turn.cause) return;
    const { terms, filled, least } = this.turn;
    this.turn = null;
    demand(filled >= least, `${terms.orderId} gets ${filled} at once and wants at least ${least}`);
  }

  opened({ poolId, attributes }: raw.PoolOpened): void {
    this.promised.set(poolId, attributes);
  }

  placed({ orderId, cause, ...event }: raw.OrderPlaced): void {
    const { timeInForce, window, constraints, expiresAt, placedAt } = event;
    const isAhead = (timeInForce.until ?? Infinity) > placedAt;
    demand(isAhead, `${orderId} is placed after it has expired`);
    // The first cell of the window on the coarsest grid of the market is the last that could be had.
    const grids = [...this.market.pools.values()].map(({ grid }) => grid);
    const last = window.start + Math.max(...grids);
    const until = Math.min(last, timeInForce.until ?? last);
    demand(expiresAt === until, `${orderId} expires at ${expiresAt} and not at ${until}`);
    const quantity = Number(event.quantity);
    this.checkLots(orderId, constraints, quantity);
    if (insistsOnAny(constraints)) this.insisting.placed += 1;
    const minimum = Number(event.minimumFill);
    const sizes = { quantity, remaining: quantity, minimum };
    const isWhole = minimum > 1 && minimum === quantity;
    const terms = { orderId, cause, kind: timeInForce.kind, constraints, expiresAt, isWhole };
    this.bids.set(orderId, { ...terms, byProvider: new Map(), ...sizes });
  }

  amended({ orderId, ...event }: raw.OrderAmended): void {
    const bid = this.bid(orderId);
    const [before, quantity] = [bid.quantity, Number(event.quantity)];
    bid.remaining += quantity - before;
    this.checkLots(orderId, bid.constraints, bid.remaining);
    // All or none stays all or none, of whatever quantity; any other least stays what it was.
    if (bid.isWhole) bid.minimum = quantity;
    bid.quantity = quantity;
    const told = Number(event.minimumFill);
    demand(told === bid.minimum, `${orderId} is said to want at least ${told} at once, and wants at least ${bid.minimum}`);
  }

  filled({ orderId, poolId, quantity: told, filledAt, cause }: raw.OrderFilled): void {
    const terms = this.bids.get(orderId);
    if (terms === undefined) return;
    const { expiresAt, kind } = terms;
    if (insistsOnAny(terms.constraints)) this.insisting.filled += 1;
    demand(filledAt < expiresAt, `${orderId} is filled after it expired`);
    const missing = this.missingFor(orderId, poolId);
    demand(missing === null, `${orderId} is filled from ${poolId} and insists on other ${missing}`);
    const quantity = Number(told);
    const least = kind === 'FOK' ? terms.quantity : Math.min(terms.minimum, terms.remaining);
    this.turn ??= { terms, cause, least, filled: 0 };
    this.turn.filled += quantity;
    terms.remaining -= quantity;
    this.countProvider(terms, poolId, quantity);
  }

  closed({ orderId, cause }: Pick<raw.OrderClosed, 'orderId' | 'cause'>): void {
    const bid = this.bids.get(orderId);
    if (bid !== undefined && cause !== bid.cause && insistsOnAny(bid.constraints)) this.insisting.rested += 1;
    this.bids.delete(orderId);
  }

  /** What is filled at once or not at all does not wait. */
  overdue(): string | null {
    for (const { orderId, kind } of this.bids.values()) {
      if (kind === 'IOC' || kind === 'FOK') return `${orderId} waits, and is ${kind}`;
    }
    return null;
  }

  /** Whether asks are taken in their order and any part of them is: no least, no share of a provider. */
  takesAny(orderId: string): boolean {
    const bid = this.bids.get(orderId);
    if (bid === undefined || bid.kind === 'FOK') return false;
    return bid.minimum === 1 && bid.constraints.providerShareMax === null;
  }

  /** The most that a bid takes of anything more from one provider. */
  mostOf(orderId: string, providerId: string): number {
    const { constraints, quantity, remaining, byProvider } = this.bid(orderId);
    const { providerShareMax } = constraints;
    if (providerShareMax === null) return remaining;
    const share = Math.floor((quantity * providerShareMax) / WHOLE);
    return Math.min(remaining, share - (byProvider.get(providerId) ?? 0));
  }

  /** What a pool does not promise of what a bid insists on; what is no bid of the book insists on nothing. */
  missingFor(orderId: string, poolId: string): Insistence | null {
    const asked = this.bids.get(orderId)?.constraints;
    return asked === undefined ? null : missingOf(this.promisesOf(poolId), asked);
  }

  /** Whether a pool promises all that somebody insists on. */
  promises(poolId: string, asked: raw.RawConstraints): boolean {
    return missingOf(this.promisesOf(poolId), asked) === null;
  }

  /** What a quote holds is of pools that promise what its buyer insists on. */
  checkQuoted(id: string, constraints: raw.RawConstraints, events: readonly raw.RawEvent[]): void {
    for (const event of events) {
      if (event.type !== 'ReservationHeld') continue;
      const missing = missingOf(this.promisesOf(event.poolId), constraints);
      demand(missing === null, `the quote for ${id} holds of ${event.poolId} and insists on other ${missing}`);
      const level = found(this.market.quotes.levels.get(event.reservationId), `level of ${event.reservationId}`);
      const isShown = level >= constraints.evidenceMin;
      demand(isShown, `the quote for ${id} insists on ${constraints.evidenceMin}, of ${level} is what it holds`);
    }
  }

  /** A bid passes a cheaper ask over for what the pool does not promise. */
  passesOver(missing: Insistence): void {
    this.passedOver.set(missing, (this.passedOver.get(missing) ?? 0) + 1);
  }

  /** A multiple of the lots of a pool that it may reach; of any where it may reach none. */
  private checkLots(orderId: string, constraints: raw.RawConstraints, quantity: number): void {
    const pools = [...this.market.pools.values()];
    const reached = pools.filter(({ poolId }) => missingOf(this.promisesOf(poolId), constraints) === null);
    checkOrderLots(reached.length > 0 ? reached : pools, orderId, quantity);
  }

  promisesOf(poolId: string): raw.RawPromises {
    return found(this.promised.get(poolId), `what ${poolId} promises`);
  }

  private countProvider(terms: Terms, poolId: string, quantity: number): void {
    const { providerId } = this.market.pool(poolId);
    const sum = (terms.byProvider.get(providerId) ?? 0) + quantity;
    terms.byProvider.set(providerId, sum);
    const { providerShareMax } = terms.constraints;
    const isWithin = providerShareMax === null || sum * WHOLE <= terms.quantity * providerShareMax;
    demand(isWithin, `${terms.orderId} gets ${sum} of ${terms.quantity} from ${providerId}, above ${providerShareMax}`);
  }

  private bid(orderId: string): Terms {
    return found(this.bids.get(orderId), `terms of ${orderId}`);
  }
}

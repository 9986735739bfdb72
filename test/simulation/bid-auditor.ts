import type { MarketAuditor } from './market-auditor.js';
import type * as raw from './raw-event.js';
import { demand, found } from './violation.js';

const WHOLE = 10_000;

/** What a bid says of itself, and what of it was filled from whom. */
interface Terms {
  readonly orderId: string;
  readonly kind: string;
  readonly constraints: raw.RawConstraints;
  readonly expiresAt: number;
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
  private readonly bids = new Map<string, Terms>();
  private readonly promised = new Map<string, raw.RawPromises>();
  private turn: Turn | null = null;

  constructor(private readonly market: MarketAuditor) {}

  /** A turn is over with the first event that is none of its fills. */
  before({ type, cause, ...event }: raw.RawEvent): void {
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

  placed({ orderId, ...event }: raw.OrderPlaced): void {
    const { timeInForce, window, constraints, expiresAt } = event;
    // The first cell of the window on the coarsest grid of the market is the last that could be had.
    const grids = [...this.market.pools.values()].map(({ grid }) => grid);
    const last = window.start + Math.max(...grids);
    const until = Math.min(last, timeInForce.until ?? last);
    demand(expiresAt === until, `${orderId} expires at ${expiresAt} and not at ${until}`);
    const quantity = Number(event.quantity);
    const sizes = { quantity, remaining: quantity, minimum: Number(event.minimumFill) };
    this.bids.set(orderId, { orderId, kind: timeInForce.kind, constraints, expiresAt, byProvider: new Map(), ...sizes });
  }

  amended({ orderId, ...event }: raw.OrderAmended): void {
    const bid = this.bid(orderId);
    const [before, quantity] = [bid.quantity, Number(event.quantity)];
    bid.remaining += quantity - before;
    // All or none stays all or none, of whatever quantity.
    if (bid.minimum > 1 && bid.minimum >= before) bid.minimum = quantity;
    bid.quantity = quantity;
  }

  filled({ orderId, poolId, quantity: told, filledAt, cause }: raw.OrderFilled): void {
    const terms = this.bids.get(orderId);
    if (terms === undefined) return;
    const { expiresAt, kind } = terms;
    demand(filledAt < expiresAt, `${orderId} is filled after it expired`);
    demand(this.suits(orderId, poolId), `${orderId} is filled from ${poolId}, which does not promise what it insists on`);
    const quantity = Number(told);
    const least = kind === 'FOK' ? terms.quantity : Math.min(terms.minimum, terms.remaining);
    this.turn ??= { terms, cause, least, filled: 0 };
    this.turn.filled += quantity;
    terms.remaining -= quantity;
    this.countProvider(terms, poolId, quantity);
  }

  closed(orderId: string): void {
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

  /** Whether a pool promises what a bid insists on; what is no bid of the book insists on nothing. */
  suits(orderId: string, poolId: string): boolean {
    const asked = this.bids.get(orderId)?.constraints;
    return asked === undefined || promisesAll(found(this.promised.get(poolId), `what ${poolId} promises`), asked);
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

function promisesAll(promised: raw.RawPromises, asked: raw.RawConstraints): boolean {
  const { platforms, regions, residency, ttftP95Max, streamTokensPerSecondMin } = asked;
  if (platforms.length > 0 && !platforms.includes(promised.platform)) return false;
  if (regions.length > 0 && !regions.includes(promised.region)) return false;
  const countries = promised.residency;
  const stays = countries.length > 0 && countries.every((country) => residency.includes(country));
  if (residency.length > 0 && !stays) return false;
  const { ttftP95, streamTokensPerSecondMin: speed } = promised.serviceLevel;
  return ttftP95 <= (ttftP95Max ?? ttftP95) && speed >= (streamTokensPerSecondMin ?? 0);
}

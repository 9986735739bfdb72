import type { LiveReservation, MarketAuditor, OpenListing } from './market-auditor.js';
import type { LiveOrder } from './live.js';
import type * as raw from './raw-event.js';
import { worstCase } from './rounding.js';
import { demand, found } from './violation.js';

/** What is published of quotes, written out once more. */
const LIFE_MS = 60_000;
const OPEN_MAX = 5;
const AMOUNT_MAX = 1_000_000_000_000_000n;

export interface LiveQuote {
  readonly quoteId: string;
  readonly buyerId: string;
  readonly amount: bigint;
  readonly expiresAt: number;
  readonly fills: readonly raw.RawQuotedFill[];
  /** The order that would be executed instead. */
  readonly order: LiveOrder;
  /** How many of its holds were made. */
  held: number;
}

/** A decision that must have been done with all of a quote once it is over. */
interface Pending {
  readonly cause: string;
  readonly quote: LiveQuote;
  readonly end: 'held' | raw.QuoteClosed['reason'];
}

/**
 * Follows quotes by the log alone: that each is what a fill-or-kill order would get, that all of it is
 * paid or given back and never a part, and that nobody has too many or for too long.
 */
export class QuoteAuditor {
  readonly open = new Map<string, LiveQuote>();
  /** What was known of the pool of a quote's hold when it was made. */
  readonly levels = new Map<string, string>();
  private pending: Pending[] = [];

  constructor(private readonly market: MarketAuditor) {}

  /** Before an event is applied: what the last decision left, and what a hold of a quote may meet. */
  before(event: raw.RawEvent): void {
    const done = this.pending.filter(({ cause }) => cause !== event.cause);
    for (const { quote, end } of done) this.checkDone(quote, end);
    this.pending = this.pending.filter(({ cause }) => cause === event.cause);
    if (event.type === 'ReservationPaid') {
      const quoteId = this.market.reservations.get(event.reservationId)?.quoteId ?? null;
      const isAlone = quoteId !== null && this.open.has(quoteId);
      demand(!isAlone, `${event.reservationId} is paid apart from the rest of ${String(quoteId)}`);
    }
  }

  opened(event: raw.QuoteOpened): void {
    const { quoteId, buyerId, window, quotedAt, expiresAt, fills } = event;
    demand(!this.open.has(quoteId), `${quoteId} is given twice`);
    const life = Math.min(quotedAt + LIFE_MS, window.end);
    demand(expiresAt === life, `${quoteId} stands until ${expiresAt}, not ${life}`);
    const own = [...this.open.values()].filter((quote) => quote.buyerId === buyerId);
    demand(own.length < OPEN_MAX, `${buyerId} has ${own.length} open quotes, and is given another`);
    const quantity = Number(event.quantity);
    const limitPrice = event.limitPrice === null ? AMOUNT_MAX : BigInt(event.limitPrice);
    const reserved = event.limitPrice === null ? AMOUNT_MAX : worstCase(limitPrice, quantity, window);
    const order: LiveOrder = {
      ...{ orderId: quoteId, buyerId, window, isPlain: false, expiresAt, limitPrice, quantity },
      ...{ remaining: quantity, reserved, spent: 0n, place: Infinity },
    };
    const amount = BigInt(event.amount);
    const quote = { quoteId, buyerId, amount, expiresAt, fills, order, held: 0 };
    this.open.set(quoteId, quote);
    this.pending.push({ cause: event.cause, quote, end: 'held' });
  }

  /** What a hold of a quote costs; null when it is of none. */
  held(event: raw.ReservationHeld, listing: OpenListing): bigint | null {
    const { quoteId, reservationId } = event;
    if (quoteId === null) return null;
    const quote = found(this.open.get(quoteId), `open quote of ${reservationId}`);
    const fill = found(quote.fills[quote.held], `part ${quote.held} of ${quoteId}`);
    quote.held += 1;
    const stated = [fill.reservationId, fill.listingId, fill.quantity, fill.unitPrice, fill.amount];
    const { listingId, quantity, unitPrice, amount } = event;
    const made = [reservationId, listingId, quantity, unitPrice, amount];
    demand(stated.join() === made.join(), `${quoteId} says ${stated.join()} and holds ${made.join()}`);
    demand(event.expiresAt === quote.expiresAt, `${reservationId} and its quote end apart`);
    this.levels.set(reservationId, this.market.pool(listing.poolId).evidence.level);
    const before = quote.order.spent;
    const asFill = { ...event, orderId: quoteId, filledAt: event.heldAt };
    this.market.orders.checkFill(asFill, quote.order, listing);
    return quote.order.spent - before;
  }

  closed({ quoteId, buyerId, reason, closedAt, occurredAt, cause }: raw.QuoteClosed): void {
    const quote = found(this.open.get(quoteId), `open quote ${quoteId}`);
    demand(buyerId === quote.buyerId, `${quoteId} is ended as somebody else's`);
    const isOver = quote.expiresAt <= occurredAt;
    demand((reason === 'expired') === isOver || reason === 'curtailed', `${quoteId} ends as ${reason}`);
    demand(reason !== 'expired' || closedAt === quote.expiresAt, `${quoteId} expires at ${closedAt}`);
    this.open.delete(quoteId);
    this.pending.push({ cause, quote, end: reason });
  }

  /** What should not be, when everything that was due has run; null when nothing. */
  overdue(now: number, lookedAfterAt: (instant: number) => number): string | null {
    for (const { quoteId, expiresAt } of this.open.values()) {
      if (lookedAfterAt(expiresAt) <= now) return `${quoteId} stands after it expired`;
    }
    return null;
  }

  private checkDone({ quoteId, fills, order, amount, held }: LiveQuote, end: Pending['end']): void {
    const parts = fills.map(({ reservationId }) => this.market.reservations.get(reservationId));
    switch (end) {
      case 'held': {
        const isWhole = held === fills.length && order.remaining === 0;
        demand(isWhole, `${quoteId} holds less than it is for: ${order.remaining} are missing`);
        demand(order.spent === amount, `${quoteId} says ${amount}, and its parts cost ${order.spent}`);
        return;
      }
      case 'accepted': {
        const isAll = parts.every((part) => part !== undefined && part.status !== 'held');
        demand(isAll, `${quoteId} is accepted and not all of it is paid`);
        const paid = parts.reduce((sum, part) => sum + (part?.amount ?? 0n), 0n);
        demand(paid === amount, `${quoteId} costs ${paid}, and was quoted at ${amount}`);
        return;
      }
      case 'released':
      case 'expired':
        demand(!parts.some(isLive), `${quoteId} is ${end} and something of it is not`);
        return;
      case 'curtailed':
        demand(!parts.every(isLive), `${quoteId} is curtailed and nothing of it was taken`);
    }
  }
}

const isLive = (part: LiveReservation | undefined): boolean => part !== undefined;

import type * as raw from './raw-event.js';
import { HOUR } from './rounding.js';

/** Something that changed hands for money; instants are epoch milliseconds. */
export interface Trade {
  readonly reservationId: string;
  readonly poolId: string;
  /** 1, 2, 3 … of its market. */
  readonly number: number;
  readonly version: number;
  readonly tradedAt: number;
  readonly start: number;
  readonly end: number;
  readonly quantity: bigint;
  readonly unitPrice: bigint;
  readonly amount: bigint;
}

/** What came of several trades. `tokenHours` is exact where windows are whole quarters of hours: in quarters. */
export interface Volume {
  trades: number;
  quarters: bigint;
  /** Unit price, as often as there are tokens/s x quarters at it. */
  value: bigint;
}

export interface ToldCandle extends Volume {
  readonly start: number;
  readonly open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
}

const QUARTER = Number(HOUR) / 4;

/** Counted quarter by quarter of an hour: how much was sold for how long. */
export function quartersOf({ start, end, quantity }: Pick<Trade, 'start' | 'end' | 'quantity'>): bigint {
  let sum = 0n;
  for (let at = start; at < end; at += QUARTER) sum += quantity;
  return sum;
}

const nothing = (): Volume => ({ trades: 0, quarters: 0n, value: 0n });

function count(into: Volume, trade: Trade): void {
  const quarters = quartersOf(trade);
  into.trades += 1;
  into.quarters += quarters;
  into.value += trade.unitPrice * quarters;
}

/** Follows by the log alone what was traded: what a bid got, and what was held and paid for. */
export class TradeAuditor {
  /** In the order in which they were made. */
  readonly trades: Trade[] = [];
  readonly byId = new Map<string, Trade>();
  /** Held and not paid for: no trades. */
  readonly held = new Map<string, raw.ReservationHeld>();

  read(event: raw.RawEvent): void {
    switch (event.type) {
      case 'ReservationHeld':
        this.held.set(event.reservationId, event);
        return;
      case 'HoldReleased':
        this.held.delete(event.reservationId);
        return;
      case 'ReservationPaid': {
        const held = this.held.get(event.reservationId);
        this.held.delete(event.reservationId);
        if (held !== undefined) this.made(held, event.version, event.paidAt);
        return;
      }
      case 'OrderFilled':
        this.made(event, event.version, event.filledAt);
        return;
      default:
    }
  }

  /** Of the trades from an instant up to, not at, another. */
  within(from: number, to: number): readonly Trade[] {
    return this.trades.filter(({ tradedAt }) => from <= tradedAt && tradedAt < to);
  }

  /** Interval by interval, the oldest first, one trade after the other. */
  candles(interval: number, from: number, to: number): readonly ToldCandle[] {
    const candles = new Map<number, ToldCandle>();
    for (const trade of this.within(from, to)) {
      const { unitPrice } = trade;
      const start = trade.tradedAt - (trade.tradedAt % interval);
      const known = candles.get(start) ?? { start, open: unitPrice, high: unitPrice, low: unitPrice, close: unitPrice, ...nothing() };
      candles.set(start, known);
      if (unitPrice > known.high) known.high = unitPrice;
      if (unitPrice < known.low) known.low = unitPrice;
      known.close = unitPrice;
      count(known, trade);
    }
    return [...candles.values()].sort((a, b) => a.start - b.start);
  }

  /** What was traded, by whatever its pool promises. */
  by<Key>(keyOf: (poolId: string) => Key, from: number, to: number): ReadonlyMap<Key, Volume> {
    const volumes = new Map<Key, Volume>();
    for (const trade of this.within(from, to)) {
      const key = keyOf(trade.poolId);
      const known = volumes.get(key) ?? nothing();
      volumes.set(key, known);
      count(known, trade);
    }
    return volumes;
  }

  private made(sale: raw.ReservationHeld | raw.OrderFilled, version: number, tradedAt: number): void {
    const { reservationId, poolId, window } = sale;
    const [quantity, unitPrice, amount] = [sale.quantity, sale.unitPrice, sale.amount].map(BigInt);
    const money = { quantity: quantity ?? 0n, unitPrice: unitPrice ?? 0n, amount: amount ?? 0n };
    const place = { reservationId, poolId, number: this.trades.length + 1, version, tradedAt };
    const trade = { ...place, start: window.start, end: window.end, ...money };
    this.trades.push(trade);
    this.byId.set(reservationId, trade);
  }
}

import { fillsOf, mostOf, type Sought } from './fill-recount.js';
import type { OpenListing } from './live.js';
import type { MarketAuditor } from './market-auditor.js';
import { ROOT, type PoolBook, type RawWindow } from './pool-book.js';
import type { RawRejection } from './refused.js';
import type { Content } from './requests.js';
import { demand, found } from './violation.js';

/** What there was too little of, in the words of whoever is told. Numbers of tokens/s are decimal text. */
export interface Shortage extends RawRejection {
  readonly code: 'CAPACITY_EXHAUSTED' | 'INSUFFICIENT_TITLE' | 'NOT_EXTENDABLE' | 'NOT_FILLABLE' | 'QUOTE_NOT_FILLABLE';
  readonly available: string;
}

type Of<Type extends Content['type']> = Extract<Content, { readonly type: Type }>;
/** What may be refused because there is too little. */
export type Wanting = Of<
  | 'HoldReservation'
  | 'HoldPackage'
  | 'PlaceAuctionBid'
  | 'CreateListing'
  | 'OpenAuction'
  | 'TransferReservation'
  | 'ExtendReservation'
  | 'PlaceOrder'
  | 'RequestQuote'
>;

const WANTING: readonly string[] = [
  ...['HoldReservation', 'HoldPackage', 'PlaceAuctionBid', 'CreateListing', 'OpenAuction'],
  ...['TransferReservation', 'ExtendReservation', 'PlaceOrder', 'RequestQuote'],
];
const SHORTAGES: readonly string[] = ['CAPACITY_EXHAUSTED', 'INSUFFICIENT_TITLE', 'NOT_EXTENDABLE', 'NOT_FILLABLE', 'QUOTE_NOT_FILLABLE'];

export const isWanting = (content: Content): content is Wanting => WANTING.includes(content.type);
export const isShortage = (rejection: RawRejection): rejection is Shortage => SHORTAGES.includes(rejection.code);

/** Judges who is told that there is too little: everything that is there is counted anew, cell by cell. */
export class ShortageAuditor {
  constructor(private readonly market: MarketAuditor) {}

  /**
   * @param index which hold of a package it is about; null where it is about no part
   * @param times between which it was decided; what pools sell, and keep for small buyers, is another thing with time
   * @throws Violation where there was enough, or the rest that is told is another one
   */
  check(content: Wanting, index: number | null, told: Shortage, times: readonly number[]): void {
    switch (content.type) {
      case 'HoldReservation':
        return this.checkOffer(content, content, told, []);
      case 'HoldPackage': {
        const hold = found(content.holds[index ?? -1], `hold ${String(index)} of a package`);
        return this.checkOffer(hold, hold, told, content.holds.slice(0, index ?? 0));
      }
      case 'PlaceAuctionBid': {
        const { window, quantity } = this.listing(content.auctionId);
        return checkRest({ ...content, window }, told, quantity);
      }
      case 'CreateListing':
      case 'OpenAuction': {
        const { poolId, source } = content;
        return this.checkTitle(poolId, source.kind === 'pool' ? ROOT : source.reservationId, content, told);
      }
      case 'TransferReservation': {
        const { sourceId } = content;
        const { poolId } = found(this.market.reservations.get(sourceId), `live reservation ${sourceId}`);
        return this.checkTitle(poolId, sourceId, content, told);
      }
      case 'ExtendReservation':
        return this.checkExtension(content, told);
      case 'PlaceOrder':
      case 'RequestQuote':
        return this.checkFills(content, told, times);
    }
  }

  /** What a listing offers throughout the window, less what the same package holds of it before. */
  private checkOffer(hold: Hold, asked: Asked, told: Shortage, before: readonly Hold[]): void {
    const listing = this.listing(hold.listingId);
    const pool = this.market.pool(listing.poolId);
    const offered = found(pool.claimed(hold.listingId), `offer ${hold.listingId}`);
    const own = before.filter(({ listingId }) => listingId === hold.listingId);
    const heldAt = (cell: number): number =>
      own.reduce((sum, { window, quantity }) => (isIn(pool, window, cell) ? sum + Number(quantity) : sum), 0);
    checkRest(asked, told, leastOver(pool, hold.window, (cell) => offered.at(cell) - heldAt(cell)));
  }

  private checkTitle(poolId: string, lotId: string, asked: Asked, told: Shortage): void {
    const pool = this.market.pool(poolId);
    checkRest(asked, told, leastOver(pool, asked.window, (cell) => pool.freeAt(lotId, cell)));
  }

  /** In every cell what others offer of the pool, the cheapest first, in whole lots. */
  private checkExtension({ reservationId, until, unitPriceMax }: Of<'ExtendReservation'>, told: Shortage): void {
    const own = found(this.market.reservations.get(reservationId), `live reservation ${reservationId}`);
    const pool = this.market.pool(own.poolId);
    const window = { start: own.window.end, end: until };
    const asks = [...this.market.listings.values()]
      .filter((ask) => ask.poolId === own.poolId && ask.sellerId !== own.holderId && !ask.isAuction)
      .sort((a, b) => Number(a.unitPrice - b.unitPrice));
    let [least, shortAt, dearest]: [number, number | null, bigint | null] = [own.quantity, null, 0n];
    const [from, end] = pool.cellsOf(window);
    for (let cell = from; cell < end; cell += 1) {
      const within = upTo(pool, asks.filter(({ unitPrice }) => unitPrice <= unitPriceMax), cell, own.quantity);
      least = Math.min(least, within.quantity);
      if (within.quantity < own.quantity) shortAt ??= cell * pool.grid;
      const all = upTo(pool, asks, cell, own.quantity);
      if (all.quantity < own.quantity) dearest = null;
      else if (dearest !== null && all.unitPrice > dearest) dearest = all.unitPrice;
    }
    checkRest({ window, quantity: BigInt(own.quantity) }, told, least);
    demand(told['until'] === shortAt, `until ${String(shortAt)} there is all of it, not until ${String(told['until'])}`);
    const price = dearest === null ? null : String(dearest);
    demand(told['unitPrice'] === price, `all of it is to be had at ${String(price)}, not at ${String(told['unitPrice'])}`);
  }

  /** By one of the instants between which it was decided: which of them, only the product knows. */
  private checkFills(content: Of<'PlaceOrder' | 'RequestQuote'>, told: Shortage, times: readonly number[]): void {
    const faults = times.map((now) => this.faultAt(content, told, now));
    demand(faults.includes(null), String(faults[0]));
  }

  private faultAt(content: Of<'PlaceOrder' | 'RequestQuote'>, { available: text, ...told }: Shortage, now: number): string | null {
    const { buyerId, window, constraints } = content;
    const limitPrice = content.limitPrice === null ? null : BigInt(content.limitPrice);
    const sought: Sought = { buyerId, window, constraints, limitPrice, now };
    const [asked, available] = [Number(content.quantity), Number(text)];
    const gets = (quantity: number): number => mostOf(this.market, sought, quantity);
    if (gets(asked) === asked) return `all of ${asked} can be filled`;
    if (available > 0 && gets(available) !== available) return `${available} cannot be filled, but ${gets(available)}`;
    const more = available + leastLot(this.market, sought);
    if (more < asked && gets(more) === more) return `more than ${available} can be filled: ${more}`;
    if (told.code !== 'QUOTE_NOT_FILLABLE') return null;
    const amount = fillsOf(this.market, sought, available).reduce((sum, fill) => sum + fill.amount, 0n);
    return told['amount'] === String(amount) ? null : `${available} cost ${amount}, not ${String(told['amount'])}`;
  }

  private listing(listingId: string): OpenListing {
    return found(this.market.listings.get(listingId), `open ${listingId}`);
  }
}

interface Asked {
  readonly window: RawWindow;
  readonly quantity: bigint;
}
type Hold = Asked & { readonly listingId: string };

const isIn = (pool: PoolBook, window: RawWindow, cell: number): boolean =>
  window.start <= cell * pool.grid && cell * pool.grid < window.end;

function leastOver(pool: PoolBook, window: RawWindow, at: (cell: number) => number): number {
  const [from, until] = pool.cellsOf(window);
  let least = Infinity;
  for (let cell = from; cell < until; cell += 1) least = Math.min(least, at(cell));
  return least;
}

function checkRest({ quantity }: Asked, { available }: Shortage, there: number): void {
  demand(BigInt(there) < quantity, `there is all of ${quantity}`);
  demand(Number(available) === there, `there is ${there}, not ${available}`);
}

/** What asks give in one cell, at most so much, and the price of the last of them. */
function upTo(pool: PoolBook, asks: readonly OpenListing[], cell: number, wanted: number): { quantity: number; unitPrice: bigint } {
  let [quantity, unitPrice] = [0, 0n];
  for (const ask of asks) {
    const offered = found(pool.claimed(ask.listingId), `offer ${ask.listingId}`).at(cell);
    const part = Math.min(offered - (offered % pool.lotSize), wanted - quantity);
    if (part <= 0) continue;
    quantity += part;
    unitPrice = ask.unitPrice;
  }
  return { quantity, unitPrice };
}

/** The smallest lot that may be ordered. */
function leastLot({ pools, orders }: MarketAuditor, { constraints }: Sought): number {
  const all = [...pools.values()];
  const reached = all.filter(({ poolId }) => orders.bids.promises(poolId, constraints));
  return Math.min(...(reached.length > 0 ? reached : all).map(({ lotSize }) => lotSize));
}

import { assert } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import { wholeLots } from './lot-size.rules.js';
import { least } from './order.limits.js';
import type { Order } from './order.state.js';

/** What is sold, and between which prices. */
export interface Lot {
  readonly quantity: Quantity;
  /** Of the pool: parts are whole multiples of it, or a bid as it was made. */
  readonly lotSize: Quantity;
  readonly reservePrice: UnitPrice;
  /** The terms of a resale allow no more than this; null: any price. */
  readonly priceMax: UnitPrice | null;
}

export type Candidate = Pick<
  Order,
  'orderId' | 'buyerId' | 'limitPrice' | 'quantity' | 'minimumFill' | 'sequence'
>;

export interface Award<Bid extends Candidate> {
  readonly bid: Bid;
  readonly quantity: Quantity;
}

export interface Clearing<Bid extends Candidate> {
  /** In the bids' priority. */
  readonly awards: readonly Award<Bid>[];
  readonly quantitySold: Quantity;
  /** What everybody pays; null when nothing is sold. */
  readonly price: UnitPrice | null;
}

/**
 * The most that a buyer may still be given, whatever is left; null: any quantity. `given` is what
 * every buyer has been given in this clearing until now.
 */
export type RoomFor = (
  buyerId: OrganizationId,
  given: ReadonlyMap<OrganizationId, bigint>,
) => bigint | null;

/**
 * A sealed-bid auction of many units at one price. The lot goes to the highest limits, and of equal
 * ones to those that were there first. A bid that would get less than its minimum is passed over.
 *
 * Everybody pays the highest limit among what was refused because the lot was given away, the rest of
 * the last winner's own bid included; the reserve price when nothing was. What a buyer's own cap
 * forbids was not refused for that reason and sets no price. Nobody pays above their limit: a small
 * bid may fit where a larger and dearer one that had to be filled together did not.
 */
export function clear<Bid extends Candidate>(
  lot: Lot,
  bids: readonly Bid[],
  roomFor: RoomFor,
): Clearing<Bid> {
  const { quantity, lotSize, reservePrice, priceMax } = lot;
  const giving = new Giving<Bid>(quantity, lotSize, reservePrice);
  for (const bid of [...bids].sort(byPriority)) {
    const most = least([bid.quantity, roomFor(bid.buyerId, giving.given)]);
    giving.serve(bid, wholeLots(most, lotSize, bid.quantity));
  }
  const { awards, left, refusedAt } = giving;
  const quantitySold = toQuantity(quantity - left);
  const last = awards.at(-1);
  if (last === undefined) return { awards, quantitySold, price: null };
  const price = least([refusedAt, last.bid.limitPrice, priceMax]) as UnitPrice;
  assert(price >= reservePrice, 'nothing is sold below the reserve price');
  return { awards, quantitySold, price };
}

/** A lot that is given away, bid by bid. */
class Giving<Bid extends Candidate> {
  readonly awards: Award<Bid>[] = [];
  readonly given = new Map<OrganizationId, bigint>();

  constructor(
    public left: bigint,
    private readonly lotSize: Quantity,
    /** The highest limit that was refused, or the reserve price. */
    public refusedAt: UnitPrice,
  ) {}

  /** `wanted` is what its buyer may have of the bid: what is beyond that is no demand. */
  serve(bid: Bid, wanted: bigint): void {
    const { minimumFill, limitPrice } = bid;
    if (wanted < minimumFill) return;
    const most = wholeLots(least([wanted, this.left]), this.lotSize, wanted);
    const award = most < minimumFill ? 0n : most;
    if (award < wanted && limitPrice > this.refusedAt) this.refusedAt = limitPrice;
    if (award > 0n) this.give(bid, award);
  }

  private give(bid: Bid, award: bigint): void {
    this.awards.push({ bid, quantity: toQuantity(award) });
    this.given.set(bid.buyerId, (this.given.get(bid.buyerId) ?? 0n) + award);
    this.left -= award;
  }
}

/** Higher limit first, then earlier. */
function byPriority(a: Candidate, b: Candidate): number {
  if (a.limitPrice !== b.limitPrice) return a.limitPrice > b.limitPrice ? -1 : 1;
  return a.sequence - b.sequence;
}

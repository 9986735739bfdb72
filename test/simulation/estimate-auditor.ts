import type { LiveOrder } from './live.js';
import type { MarketAuditor } from './market-auditor.js';
import { ROOT, type PoolBook, type RawWindow } from './pool-book.js';
import type * as raw from './raw-event.js';
import { HOUR } from './rounding.js';

/** What a bid that waited got, and of what offer. */
interface Arrival {
  readonly poolId: string;
  readonly sellerId: string;
  readonly asked: bigint;
  readonly ask: RawWindow;
  readonly window: RawWindow;
  readonly quantity: bigint;
  readonly cameAt: number;
}

/** What was told of a bid, and what became of it. */
export interface Told {
  readonly fillsAt: number;
  ended: { readonly at: number; readonly isFilled: boolean } | null;
}

export interface Estimate {
  readonly position: number;
  readonly quantityAhead: number;
  /** What came that it could have taken, tokens/s x milliseconds: one of these, where a set-aside or clocks leave it open. */
  readonly supplies: readonly bigint[];
  readonly over: number;
  /** How many fills of bids there were at all. */
  readonly lookedAt: number;
}

const QUARTER = Number(HOUR) / 4;
const WEEK = 7 * 24 * Number(HOUR);
const END_OF_TIME = Date.parse('9999-12-31T23:59:59.999Z');
const JUDGED_MOST = 200;

/** Says when bids that wait may be filled, from all that came, looked at one after the other, quarter by quarter of an hour. */
export class EstimateAuditor {
  readonly told = new Map<string, Told>();
  private readonly arrivals: Arrival[] = [];
  private readonly placedAt = new Map<string, number>();
  private readonly filledAt: number[] = [];
  private first = Infinity;

  constructor(private readonly market: MarketAuditor) {}

  /** Before the market has followed it. */
  read(event: raw.RawEvent): void {
    if (event.type === 'OrderPlaced') {
      this.placedAt.set(event.orderId, event.placedAt);
      this.first = Math.min(this.first, event.placedAt);
    }
    if (event.type !== 'OrderFilled') return;
    const { orderId, listingId, poolId, sellerId, window, filledAt: cameAt } = event;
    this.filledAt.push(cameAt);
    const placedAt = this.placedAt.get(orderId);
    const listing = this.market.listings.get(listingId);
    // Bids in auctions wait for nothing that comes; what is filled as it is placed has not waited.
    if (placedAt === undefined || listing === undefined || cameAt <= placedAt) return;
    const asked = { asked: listing.unitPrice, ask: listing.window };
    this.arrivals.push({ poolId, sellerId, window, cameAt, quantity: BigInt(event.quantity), ...asked });
  }

  estimateOf(order: LiveOrder, now: number): Estimate {
    const ahead = [...this.market.orders.live.values()].filter((other) => this.isAhead(other, order, now));
    const since = now - WEEK;
    const pools = [...this.market.pools.values()];
    const surely = pools.filter((pool) => this.isOpen(pool, order, now) === true);
    const perhaps = pools.filter((pool) => this.isOpen(pool, order, now) === null);
    const supplies = subsetsOf(perhaps).map((some) => {
      const names = new Set([...surely, ...some].map(({ poolId }) => poolId));
      return this.arrivals
        .filter(({ poolId, cameAt }) => names.has(poolId) && cameAt >= since)
        .reduce((sum, one) => sum + takenOf(one, order), 0n);
    });
    return {
      position: ahead.length + 1,
      quantityAhead: ahead.reduce((sum, { remaining }) => sum + remaining, 0),
      supplies,
      over: Math.max(0, now - Math.max(since, this.first === Infinity ? now : this.first)),
      lookedAt: this.filledAt.filter((at) => at >= since).length,
    };
  }

  /** When all before it and it are served, if what it could take goes on coming; null: nothing tells. */
  fillsAt(order: LiveOrder, { quantityAhead, over }: Estimate, tokenMs: bigint, now: number): number | null {
    if (tokenMs === 0n || over === 0) return null;
    const { window, remaining } = order;
    const needed = BigInt(quantityAhead + remaining) * BigInt(window.end - window.start) * BigInt(over);
    const wait = needed / tokenMs + (needed % tokenMs === 0n ? 0n : 1n);
    const at = BigInt(now) + wait;
    return at > BigInt(END_OF_TIME) ? null : Number(at);
  }

  /** How many of the newest were told right, and by how much half of those that were filled were off at most; null: nobody can say which are the newest. */
  trackRecord(): { judged: number; inTime: number; medianError: number | null } | null {
    const ended = [...this.told.values()].flatMap(({ fillsAt, ended: end }) => (end === null ? [] : [{ fillsAt, ...end }]));
    ended.sort((a, b) => b.at - a.at);
    if (ended.length > JUDGED_MOST && ended[JUDGED_MOST]?.at === ended[JUDGED_MOST - 1]?.at) return null;
    const newest = ended.slice(0, JUDGED_MOST);
    const filled = newest.filter(({ isFilled }) => isFilled);
    const inVain = newest.filter(({ isFilled, at, fillsAt }) => !isFilled && at >= fillsAt);
    const errors = filled.map(({ at, fillsAt }) => Math.abs(at - fillsAt)).sort((a, b) => a - b);
    return {
      judged: filled.length + inVain.length,
      inTime: filled.filter(({ at, fillsAt }) => at <= fillsAt).length,
      medianError: errors[Math.ceil(errors.length / 2) - 1] ?? null,
    };
  }

  private isAhead(other: LiveOrder, order: LiveOrder, now: number): boolean {
    if (other === order || other.expiresAt <= now) return false;
    const isBetter = other.limitPrice > order.limitPrice;
    const isBefore = isBetter || (other.limitPrice === order.limitPrice && other.place < order.place);
    const meets = other.window.start < order.window.end && order.window.start < other.window.end;
    return isBefore && meets && this.reached(other).some((pool) => this.reached(order).includes(pool));
  }

  private reached({ orderId }: LiveOrder): readonly PoolBook[] {
    const all = [...this.market.pools.values()];
    const within = all.filter(({ poolId }) => this.market.orders.bids.missingFor(orderId, poolId) === null);
    return within.length === 0 ? all : within;
  }

  /** Whether it could take a lot of the pool as things are; null: perhaps, once what is set aside is released, or where clocks differ over what has begun. */
  private isOpen(pool: PoolBook, order: LiveOrder, now: number): boolean | null {
    const { orderId, buyerId, window, evidenceMin = 'L1' } = order;
    const { grid, poolId, lotSize } = pool;
    const { bids } = this.market.orders;
    if (window.start % grid !== 0 || window.end % grid !== 0) return false;
    if (now >= window.start + grid) return false;
    if (pool.evidence.level < evidenceMin || bids.missingFor(orderId, poolId) !== null) return false;
    if (bids.mostOf(orderId, pool.providerId) < lotSize) return false;
    // By another clock its first cell is over: what ended in it counts for its holders no more, or still does.
    if (bids.furthest >= window.start + grid) return null;
    const lot = { lotId: ROOT, holderId: buyerId, cells: pool.rectangle(window, lotSize) };
    const { setAsides } = this.market;
    const isLeft = pool.supposing([lot], () => setAsides.hasRoom(pool, buyerId, window, now));
    if (!isLeft) return null;
    return pool.roomFor(buyerId, window) >= lotSize;
  }
}

/** What of an arrival a bid could have taken: of an offer for all of its window, what lies in it. */
function takenOf({ sellerId, asked, ask, window, quantity }: Arrival, order: LiveOrder): bigint {
  const { buyerId, limitPrice } = order;
  const isAll = ask.start <= order.window.start && order.window.end <= ask.end;
  if (sellerId === buyerId || asked > limitPrice || !isAll) return 0n;
  let sum = 0n;
  for (let at = order.window.start; at < order.window.end; at += QUARTER) {
    if (window.start <= at && at < window.end) sum += quantity * BigInt(QUARTER);
  }
  return sum;
}

function subsetsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return subsetsOf(rest).flatMap((some) => [some, [...some, first]]);
}

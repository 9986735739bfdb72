import type { Listing, MarketState, PoolState } from '../../src/allocation/model/market.state.js';
import type { Order } from '../../src/allocation/model/order.state.js';
import { valueAt, type StepFunction } from '../../src/kernel/step-function.js';
import type { Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { isShownAsWanted, promisesAll } from './naive-constraints.js';
import { chainOf, piecesIn, type Piece } from './naive-positions.js';

/** What a bid gets of an ask. */
export interface NaiveFill {
  readonly bid: Order;
  readonly ask: Listing;
  readonly quantity: bigint;
  readonly unitPrice: bigint;
  readonly amount: bigint;
}

/** What the state does not say of what is asked now. */
export interface Asked {
  /** Bids that are filled whole or not at all, whatever least they name. */
  readonly wholeIds?: ReadonlySet<string>;
  /** Pools of which all is released that is by now: the others wait for the job. */
  readonly releasedIds?: ReadonlySet<string>;
  /** An ask that is in no state. */
  readonly arriving?: Listing;
  /** What is over, which counts for whom it was delivered to. A clock that is behind can ask for the same hours. */
  readonly finished?: readonly Finished[];
}

export interface Finished {
  readonly poolId: string;
  readonly holderId: string;
  readonly title: StepFunction;
}

/** What is looked at of a pool at an instant. */
interface Place {
  readonly pool: PoolState;
  readonly at: Instant;
  readonly pieces: readonly Piece[];
  /** What counts for the buyer. */
  readonly own: bigint;
}

const WHOLE = 10_000n;
const HOUR = 3_600_000n;

/**
 * The obvious matcher, from the words of docs/MARKET.md: every bid in its turn looks at every ask there
 * is, instant by instant. It knows no index, keeps no sums, and changes nothing.
 */
export class NaiveMatcher {
  private done: readonly NaiveFill[] = [];
  private readonly known = new Map<string, readonly Piece[]>();

  constructor(
    private readonly market: MarketState,
    private readonly now: Instant,
    private readonly asked: Asked = {},
  ) {}

  /** Everything that is filled now: dearer bids first, then who waited longer; each in one go. */
  serve(): readonly NaiveFill[] {
    const bids = [...this.market.orders.values()].sort(
      (a, b) => Number(b.limitPrice - a.limitPrice) || a.sequence - b.sequence,
    );
    // Nobody's turn makes room for anybody who had theirs.
    for (const bid of bids) this.done = [...this.done, ...this.turnOf(bid)];
    return this.done;
  }

  /** What a bid gets in its turn; nothing where that is less than its least. */
  turnOf(bid: Order): readonly NaiveFill[] {
    const left = bid.remaining - sum(this.done, (fill) => isOf(fill, bid));
    const least = this.asked.wholeIds?.has(bid.orderId) || bid.minimumFill > left ? left : bid.minimumFill;
    if (left === 0n || bid.expiresAt <= this.now) return [];
    const asks = this.asksFor(bid);
    const largestLotsFirst = [...asks].sort((a, b) => Number(this.lotOf(b) - this.lotOf(a)));
    const ways = [asks, largestLotsFirst].map((inOrder) => this.take(bid, left, inOrder));
    return ways.find((fills) => sum(fills) >= least) ?? [];
  }

  /** Cheaper ones first, then those that were there first. */
  private asksFor(bid: Order): readonly Listing[] {
    const { arriving } = this.asked;
    const all = [...this.market.listings.values(), ...(arriving === undefined ? [] : [arriving])];
    return all
      .filter((ask) => ask.auction === null && ask.unitPrice <= bid.limitPrice)
      .filter((ask) => ask.sellerId !== bid.buyerId && this.isFit(bid, this.poolOf(ask)))
      .sort((a, b) => Number(a.unitPrice - b.unitPrice) || a.sequence - b.sequence);
  }

  private isFit({ window, constraints }: Order, { facts, evidence }: PoolState): boolean {
    const { grid } = facts;
    const isOnGrid = window.start % grid === 0 && window.end % grid === 0;
    const isFirstCellLeft = window.start + grid > this.now;
    const isGood = promisesAll(constraints, facts.attributes) && isShownAsWanted(constraints, evidence);
    return isOnGrid && isFirstCellLeft && isGood;
  }

  private take(bid: Order, left: bigint, asks: readonly Listing[]): readonly NaiveFill[] {
    const taken: NaiveFill[] = [];
    for (const ask of asks) {
      const most = least([
        left - sum(taken),
        this.offered(ask, bid.window),
        this.ofProvider(bid, ask, taken),
        this.roomFor(bid, ask, taken),
      ]);
      const quantity = most - (most % this.lotOf(ask));
      if (quantity > 0n) taken.push({ bid, ask, quantity, ...this.priceOf(bid, ask, { quantity, taken }) });
    }
    return taken;
  }

  /** What an ask has left at every instant of a window. */
  private offered(ask: Listing, window: Window): bigint {
    const sold = (at: Instant): bigint =>
      sum(this.done, (fill) => fill.ask.listingId === ask.listingId && isIn(fill.bid.window, at));
    return least(this.instantsOf(window).map((at) => valueAt(ask.remaining, at) - sold(at)));
  }

  /** At most so much of the whole bid from the pools of one provider. */
  private ofProvider(bid: Order, ask: Listing, taken: readonly NaiveFill[]): bigint {
    const { providerShareMax } = bid.constraints;
    if (providerShareMax === null) return bid.quantity;
    const providerOf = (one: Listing): string => this.poolOf(one).facts.providerId;
    const before = bid.byProvider.get(this.poolOf(ask).facts.providerId) ?? 0n;
    const now = [...this.done, ...taken].filter((fill) => isOf(fill, bid) && providerOf(fill.ask) === providerOf(ask));
    return (bid.quantity * BigInt(providerShareMax)) / WHOLE - before - sum(now);
  }

  /** What may be bought so that the rules of the pool over its buyers hold afterwards, at every instant of the window. */
  roomFor(bid: Order, ask: Listing, taken: readonly NaiveFill[]): bigint {
    const pool = this.poolOf(ask);
    const { buyerShareMax, setAside, providerId } = pool.facts;
    if ((buyerShareMax === null && setAside === null) || bid.buyerId === providerId) return bid.quantity;
    const isTheirs = this.countedIn(ask).has(bid.buyerId);
    const rooms = this.instantsOf(bid.window).flatMap((at) => {
      const pieces = this.piecesAt(pool, at, taken);
      const own = sumOf(pieces, bid.buyerId);
      const limits = [this.underCap(pool, at, own), this.besideSmall({ pool, at, pieces, own }, bid, ask)];
      return limits.flatMap((limit) => (limit === null ? [] : [isTheirs && limit >= 0n ? bid.quantity : limit]));
    });
    return rooms.length === 0 ? bid.quantity : least(rooms);
  }

  private underCap({ facts: { nameplate, buyerShareMax } }: PoolState, at: Instant, own: bigint): bigint | null {
    return buyerShareMax === null ? null : (valueAt(nameplate, at) * BigInt(buyerShareMax)) / WHOLE - own;
  }

  /** As long as one stays small, or as long as all who do not have no more together than is not set aside. */
  private besideSmall({ pool, at, pieces, own }: Place, { buyerId, quantity }: Order, ask: Listing): bigint | null {
    const { nameplate, setAside } = pool.facts;
    if (setAside === null || this.isReleased(pool, at)) return null;
    const open = (valueAt(nameplate, at) * (WHOLE - BigInt(setAside.share))) / WHOLE;
    const everybody = new Set(pieces.flatMap(({ counts }) => [...counts]));
    const isLarge = (id: string): boolean => id === buyerId || sumOf(pieces, id) > setAside.smallBuyerMax;
    const large = [...everybody].filter(isLarge);
    const together = pieces.filter(({ counts }) => large.some((id) => counts.has(id)));
    const left = open - together.reduce((all, piece) => all + BigInt(piece.quantity), 0n);
    // What large ones have among them already is theirs whoever of them buys it.
    const isAmongThem = [...this.countedIn(ask)].some(isLarge);
    const asLarge = isAmongThem && left >= 0n ? quantity : left;
    const asSmall = setAside.smallBuyerMax - own;
    return asLarge > asSmall ? asLarge : asSmall;
  }

  private isReleased({ facts, releaseAwaitedAt }: PoolState, at: Instant): boolean {
    const { grid, setAside, poolId } = facts;
    const isByJob = releaseAwaitedAt !== null && releaseAwaitedAt <= this.now;
    const isLate = isByJob && this.asked.releasedIds?.has(poolId) !== true;
    const until = isLate ? releaseAwaitedAt - 1 : this.now;
    return at - (at % grid) - (setAside?.releasedBefore ?? 0) <= until;
  }

  /** What counts for whom in a pool: by the state, and by what has changed hands in this turn and those before. */
  private piecesAt({ facts: { poolId, providerId } }: PoolState, at: Instant, taken: readonly NaiveFill[]): readonly Piece[] {
    const key = `${poolId} ${at}`;
    const before = this.known.get(key) ?? [...piecesIn(this.market, { poolId, providerId, at }), ...this.overAt(poolId, providerId, at)];
    this.known.set(key, before);
    const moves = [...this.done, ...taken].filter(({ ask, bid }) => ask.poolId === poolId && isIn(bid.window, at));
    return moves.reduce((pieces, { ask, bid, quantity }) => {
      const from = this.countedIn(ask);
      const to = new Set([...from, bid.buyerId].filter((id) => id !== providerId));
      const lost = from.size === 0 ? [] : [{ counts: from, quantity: -Number(quantity) }];
      return [...pieces, ...lost, { counts: to, quantity: Number(quantity) }];
    }, before);
  }

  private overAt(poolId: string, providerId: string, at: Instant): readonly Piece[] {
    return (this.asked.finished ?? [])
      .filter((one) => one.poolId === poolId && one.holderId !== providerId)
      .map(({ holderId, title }) => ({ counts: new Set([holderId]), quantity: Number(valueAt(title, at)) }));
  }

  /** For whom what is offered counts while nobody has bought it. */
  private countedIn(ask: Listing): ReadonlySet<string> {
    const { source } = ask;
    const one = source.kind === 'reservation' ? this.market.reservations.get(source.reservationId) : undefined;
    return one === undefined ? new Set() : chainOf(this.market, one, this.poolOf(ask).facts.providerId);
  }

  /** Of who was there first; of a resale never more than its terms allow. Never more than is set aside. */
  private priceOf(
    bid: Order,
    ask: Listing,
    { quantity, taken }: { readonly quantity: bigint; readonly taken: readonly NaiveFill[] },
  ): Pick<NaiveFill, 'unitPrice' | 'amount'> {
    const unitPrice = ask.sequence < bid.sequence ? ask.unitPrice : least([bid.limitPrice, this.capOn(ask)]);
    const spent = [...this.done, ...taken].filter((fill) => isOf(fill, bid)).reduce((all, { amount }) => all + amount, 0n);
    const product = unitPrice * quantity * BigInt(bid.window.end - bid.window.start);
    return { unitPrice, amount: least([halfEven(product), bid.reserved - bid.spent - spent]) };
  }

  capOn({ poolId, source, unitPrice: _asked }: Listing): bigint | null {
    if (source.kind === 'pool') return null;
    const sold = this.market.reservations.get(source.reservationId);
    const terms = this.market.pools.get(poolId)?.termsVersions[(sold?.termsVersion ?? 0) - 1];
    const cap = terms?.resale.priceCap ?? null;
    return sold === undefined || cap === null ? null : (sold.unitPrice * BigInt(cap)) / WHOLE;
  }

  /** One in every cell of the finest grid: nothing changes in between. */
  instantsOf({ start, end }: Window): readonly Instant[] {
    const grid = Math.min(...Array.from(this.market.pools.values(), ({ facts }) => facts.grid));
    return Array.from({ length: (end - start) / grid }, (_, cell) => (start + cell * grid) as Instant);
  }

  private poolOf({ poolId }: Listing): PoolState {
    const pool = this.market.pools.get(poolId);
    if (pool === undefined) throw new Error(`no ${poolId}`);
    return pool;
  }

  private lotOf(ask: Listing): bigint {
    return this.poolOf(ask).facts.lotSize;
  }
}

const isIn = ({ start, end }: Window, at: number): boolean => start <= at && at < end;
const isOf = ({ bid }: NaiveFill, { orderId }: Order): boolean => bid.orderId === orderId;

const sum = (fills: readonly NaiveFill[], isCounted: (fill: NaiveFill) => boolean = () => true): bigint =>
  fills.filter(isCounted).reduce((all, { quantity }) => all + quantity, 0n);

const sumOf = (pieces: readonly Piece[], holderId: string): bigint =>
  pieces.filter(({ counts }) => counts.has(holderId)).reduce((all, { quantity }) => all + BigInt(quantity), 0n);

export const least = (limits: readonly (bigint | null)[]): bigint =>
  limits.filter((one) => one !== null).reduce((a, b) => (b < a ? b : a));

export function halfEven(product: bigint): bigint {
  const [whole, twice] = [product / HOUR, (product % HOUR) * 2n];
  return twice > HOUR || (twice === HOUR && whole % 2n === 1n) ? whole + 1n : whole;
}

import type { Listing, MarketState, PoolState } from '../../src/allocation/model/market.state.js';
import type { Order } from '../../src/allocation/model/order.state.js';
import { positionsIn } from '../../src/allocation/model/positions.js';
import { valueAt } from '../../src/kernel/step-function.js';
import type { Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { isShownAsWanted, promisesAll } from './naive-constraints.js';

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
}

const WHOLE = 10_000n;
const HOUR = 3_600_000n;

/**
 * The obvious matcher, from the words of docs/MARKET.md: every bid in its turn looks at every ask there
 * is, instant by instant. It knows no index, keeps no sums, and changes nothing.
 */
export class NaiveMatcher {
  private done: readonly NaiveFill[] = [];

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
    for (let place = 0; place < bids.length; place += 1) {
      const turn = this.turnOf(bids[place] as Order);
      this.done = [...this.done, ...turn];
      if (turn.some((fill) => this.makesRoom(fill))) place = -1;
    }
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

  /** Who resells holds less: their own bids may have room, and others' beside them. Then all look again. */
  private makesRoom({ ask }: NaiveFill): boolean {
    const { buyerShareMax, setAside } = this.poolOf(ask).facts;
    return ask.source.kind === 'reservation' && (buyerShareMax !== null || setAside !== null);
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

  /** What the cap on one buyer and the set-aside for small ones leave, at every instant of the window. */
  private roomFor(bid: Order, ask: Listing, taken: readonly NaiveFill[]): bigint {
    const pool = this.poolOf(ask);
    const { facts } = pool;
    const { buyerShareMax, setAside } = facts;
    if ((buyerShareMax === null && setAside === null) || bid.buyerId === facts.providerId) return bid.quantity;
    const bought = sum(taken.filter((fill) => fill.ask.poolId === ask.poolId));
    const rooms = this.instantsOf(bid.window).flatMap((at) => {
      const nameplate = valueAt(facts.nameplate, at);
      const own = this.positionOf(pool, bid.buyerId, at) + bought;
      const underCap = buyerShareMax === null ? [] : [(nameplate * BigInt(buyerShareMax)) / WHOLE - own];
      if (setAside === null || this.isReleased(pool, at)) return underCap;
      const open = (nameplate * (WHOLE - BigInt(setAside.share))) / WHOLE;
      const others = this.buyersIn(pool).filter((id) => id !== bid.buyerId);
      const positions = others.map((id) => this.positionOf(pool, id, at));
      const large = positions.filter((each) => each > setAside.smallBuyerMax).reduce((all, each) => all + each, 0n);
      const [asLarge, asSmall] = [open - large - own, setAside.smallBuyerMax - own];
      return [...underCap, asLarge > asSmall ? asLarge : asSmall];
    });
    return rooms.length === 0 ? bid.quantity : least(rooms);
  }

  private isReleased({ facts, releaseAwaitedAt }: PoolState, at: Instant): boolean {
    const { grid, setAside, poolId } = facts;
    const isByJob = releaseAwaitedAt !== null && releaseAwaitedAt <= this.now;
    const isLate = isByJob && this.asked.releasedIds?.has(poolId) !== true;
    const until = isLate ? releaseAwaitedAt - 1 : this.now;
    return at - (at % grid) - (setAside?.releasedBefore ?? 0) <= until;
  }

  /** Title and pending holds, as the model counts them, and what has changed hands in turns before. */
  private positionOf(pool: PoolState, holderId: string, at: Instant): bigint {
    const before = valueAt(positionsIn(pool).of(holderId as never), at);
    const moves = this.done.filter(({ ask, bid }) => ask.poolId === pool.facts.poolId && isIn(bid.window, at));
    const bought = sum(moves, ({ bid }) => bid.buyerId === holderId);
    const resold = sum(moves, ({ ask }) => ask.source.kind === 'reservation' && ask.sellerId === holderId);
    return before + bought - resold;
  }

  private buyersIn(pool: PoolState): readonly string[] {
    const before = Array.from(positionsIn(pool).all(), ([id]) => id as string);
    const buyers = new Set([...before, ...this.done.map(({ bid }) => bid.buyerId as string)]);
    return [...buyers].filter((id) => id !== pool.facts.providerId);
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

  private capOn({ poolId, source, unitPrice: _asked }: Listing): bigint | null {
    if (source.kind === 'pool') return null;
    const sold = this.market.reservations.get(source.reservationId);
    const terms = this.market.pools.get(poolId)?.termsVersions[(sold?.termsVersion ?? 0) - 1];
    const cap = terms?.resale.priceCap ?? null;
    return sold === undefined || cap === null ? null : (sold.unitPrice * BigInt(cap)) / WHOLE;
  }

  /** One in every cell of the finest grid: nothing changes in between. */
  private instantsOf({ start, end }: Window): readonly Instant[] {
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

const least = (limits: readonly (bigint | null)[]): bigint =>
  limits.filter((one) => one !== null).reduce((a, b) => (b < a ? b : a));

function halfEven(product: bigint): bigint {
  const [whole, twice] = [product / HOUR, (product % HOUR) * 2n];
  return twice > HOUR || (twice === HOUR && whole % 2n === 1n) ? whole + 1n : whole;
}

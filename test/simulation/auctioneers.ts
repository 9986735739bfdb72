import type { PoolFacts } from '../../src/allocation/model/market.terms.js';
import type { ListingId, MarketId, OrderId, OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { ceilToGrid, MINUTE_MS, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { BUYERS, PROVIDERS } from './cast.js';
import type { LiveReservation, MarketAuditor } from './market-auditor.js';
import { worstCase } from './rounding.js';
import type { SeededRandom } from './random.js';
import type { Wish } from './traders.js';

/** Few different prices and sizes: who is first, and what is left over, decides often. */
const PRICES = [400, 500, 600, 700, 800];

/** Those who sell by auction, and those who bid there. */
export class Auctioneers {
  constructor(
    private readonly random: SeededRandom,
    private readonly bookOf: (marketId: MarketId) => MarketAuditor,
    private readonly now: () => Instant,
  ) {}

  /** Part of a pool. */
  open(facts: PoolFacts): ReturnType<Wish> {
    const { random } = this;
    const { poolId, grid, providerId: sellerId } = facts;
    const start = plus(ceilToGrid(plus(this.now(), 1), grid), grid * random.integer(0, 6));
    const window = { start, end: plus(start, grid * random.integer(1, 6)) };
    const quantity = BigInt(random.integer(20, 400)) as Quantity;
    const lot = { poolId, sellerId, source: { kind: 'pool' } as const, window, quantity };
    return [sellerId, { type: 'OpenAuction', ...lot, ...this.terms(window) }];
  }

  /** What is to come of a reservation. */
  resell(owned: LiveReservation | null, grid: Duration): ReturnType<Wish> {
    if (owned === null) return null;
    const first = ceilToGrid(plus(this.now(), 1), grid);
    const start = Math.max(owned.window.start, first) as Instant;
    if (start >= owned.window.end) return null;
    const window = { start, end: owned.window.end as Instant };
    const sellerId = owned.holderId as OrganizationId;
    const source = { kind: 'reservation', reservationId: owned.reservationId as ReservationId } as const;
    const quantity = BigInt(this.random.integer(1, owned.quantity)) as Quantity;
    const poolId = owned.poolId as PoolFacts['poolId'];
    const lot = { poolId, sellerId, source, window, quantity };
    return [sellerId, { type: 'OpenAuction', ...lot, ...this.terms(window) }];
  }

  bid(marketId: MarketId): ReturnType<Wish> {
    const { random } = this;
    const { auctions, listings } = this.bookOf(marketId);
    const auctionId = random.pickAny(auctions.open.keys());
    const listing = auctionId === null ? undefined : listings.get(auctionId);
    if (listing === undefined) return null;
    const buyerId = random.pick(random.chance(90) ? BUYERS : PROVIDERS);
    const most = random.chance(96) ? listing.quantity : listing.quantity * 2;
    const quantity = random.integer(1, most);
    const limitPrice = BigInt(random.pick(PRICES));
    const minimum = random.weighted([[7, 1], [2, quantity], [1, Math.ceil(quantity / 2)]]);
    const isShort = random.chance(3) ? 1n : 0n;
    const reserved = (worstCase(limitPrice, quantity, listing.window) - isShort) as MicroUsd;
    const [size, minimumFill] = [BigInt(quantity) as Quantity, BigInt(minimum) as Quantity];
    const bid = { auctionId: auctionId as ListingId, buyerId, quantity: size, minimumFill, reserved };
    return [buyerId, { type: 'PlaceAuctionBid', ...bid, limitPrice: limitPrice as UnitPrice }];
  }

  withdraw(marketId: MarketId): ReturnType<Wish> {
    const bid = this.random.pickAny(this.bookOf(marketId).auctions.bids.values());
    if (bid === null) return null;
    const { buyerId: own } = bid.order;
    const buyerId = (this.random.chance(95) ? own : this.random.pick(BUYERS)) as OrganizationId;
    return [buyerId, { type: 'WithdrawAuctionBid', orderId: bid.orderId as OrderId, buyerId }];
  }

  /** Mostly what can be; now and then an auction that closes too late. */
  private terms({ start }: Window) {
    const { random } = this;
    const left = start - this.now();
    const opensIn = random.chance(60) ? 0 : random.integer(1, Math.max(left - 1, 1));
    const opensAt = opensIn === 0 ? null : plus(this.now(), opensIn);
    const life = Math.min(left - opensIn, MINUTE_MS * random.integer(1, 60));
    const opening = plus(this.now(), opensIn);
    const closesAt = random.chance(95) ? plus(opening, Math.max(life, 1)) : plus(start, 1);
    const reservePrice = BigInt(random.pick([0, 400, 600])) as UnitPrice;
    return { reservePrice, opensAt, closesAt };
  }
}

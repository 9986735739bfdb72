import type { EvidenceLevel, TimeInForce } from '../../src/allocation/model/order.state.js';
import type { MarketId, OrderId, OrganizationId } from '../../src/kernel/ids.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { ceilToGrid, floorToGrid, HOUR_MS, MINUTE_MS, plus, type Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { BUYERS, PROVIDERS } from './cast.js';
import { insisting } from './insisting.js';
import type { MarketAuditor, OpenListing } from './market-auditor.js';
import type { LiveOrder } from './live.js';
import type { SeededRandom } from './random.js';
import type { Wish } from './traders.js';

const HOUR = 3_600_000n;

/** Everybody who bids, changes their mind, and takes bids back. */
export class Bidders {
  constructor(
    private readonly random: SeededRandom,
    private readonly bookOf: (marketId: MarketId) => MarketAuditor,
    private readonly now: () => Instant,
  ) {}

  bid(marketId: MarketId): ReturnType<Wish> {
    const { random } = this;
    const ask = random.chance(70) ? random.pickAny(this.bookOf(marketId).listings.values()) : null;
    const window = this.windowNear(ask);
    const buyerId = random.pick(random.chance(90) ? BUYERS : PROVIDERS);
    const quantity = random.integer(1, 600);
    const near = Number(ask?.unitPrice ?? 0n) + random.integer(0, 1_500);
    const limitPrice = BigInt(ask !== null && random.chance(60) ? near : random.integer(1, 6_000)) as UnitPrice;
    const minimum = random.weighted([[7, 1], [2, quantity], [1, Math.ceil(quantity / 2)]]);
    const providerShareMax = random.chance(15) ? (5_000 as BasisPoints) : null;
    const due = limitPrice * BigInt(quantity) * BigInt(window.end - window.start);
    const isShort = random.chance(3) ? 1n : 0n;
    const reserved = ((due + HOUR - 1n) / HOUR - isShort) as MicroUsd;
    const [size, minimumFill] = [quantity, minimum].map((value) => BigInt(value) as Quantity);
    const bid = { buyerId, window, limitPrice, reserved, timeInForce: this.timeInForce() };
    const evidenceMin = random.weighted<EvidenceLevel>([[8, 'L1'], [1, 'L2'], [1, 'L3']]);
    const constraints = { ...insisting(random), providerShareMax, evidenceMin };
    const sized = { quantity: size as Quantity, minimumFill: minimumFill as Quantity };
    return [buyerId, { type: 'PlaceOrder', ...bid, ...sized, constraints }];
  }

  amend(marketId: MarketId): ReturnType<Wish> {
    const order = this.someone(marketId);
    if (order === null) return null;
    const { random } = this;
    const buyerId = this.ownerOf(order);
    const quantity = BigInt(random.integer(1, order.quantity + 100)) as Quantity;
    const isSame = random.chance(50);
    const limitPrice = (isSame ? order.limitPrice : BigInt(random.integer(1, 6_000))) as UnitPrice;
    const raised = (random.chance(90) ? 10n ** 9n : 0n) as MicroUsd;
    const orderId = order.orderId as OrderId;
    return [buyerId, { type: 'AmendOrder', orderId, buyerId, quantity, limitPrice, raised }];
  }

  cancel(marketId: MarketId): ReturnType<Wish> {
    const order = this.someone(marketId);
    if (order === null) return null;
    const buyerId = this.ownerOf(order);
    return [buyerId, { type: 'CancelOrder', orderId: order.orderId as OrderId, buyerId }];
  }

  /** All of what is asked for, or a few hours of it: the shorter, the more asks are for all of it. */
  private windowNear(ask: OpenListing | null): Window {
    const { random } = this;
    const now = floorToGrid(this.now(), HOUR_MS);
    const [start, end] = [ask?.window.start ?? 0, ask?.window.end ?? 0] as [Instant, Instant];
    if (start >= now && random.chance(50)) return { start, end };
    const first = ceilToGrid(Math.max(start, now) as Instant, HOUR_MS);
    const hours = Math.floor((end - first) / HOUR_MS);
    // Seldom what nobody may have any more.
    const skipped = random.chance(5) ? -1 : random.integer(0, hours < 1 ? 6 : Math.min(hours - 1, 6));
    const from = plus(first, HOUR_MS * skipped);
    return { start: from, end: plus(from, HOUR_MS * random.integer(1, 4)) };
  }

  private timeInForce(): TimeInForce {
    const unit = this.random.pick([5 * MINUTE_MS, 20 * MINUTE_MS, HOUR_MS, 10 * HOUR_MS]);
    // Seldom when it is too late.
    const isOver = this.random.chance(8);
    const until = plus(this.now(), (isOver ? -unit : unit) * this.random.integer(isOver ? 0 : 1, 3));
    return this.random.weighted<TimeInForce>([
      [5, { kind: 'GTC' }],
      [3, { kind: 'GTD', until }],
      [1, { kind: 'IOC' }],
      [1, { kind: 'FOK' }],
    ]);
  }

  private someone(marketId: MarketId): LiveOrder | null {
    return this.random.pickAny(this.bookOf(marketId).orders.live.values());
  }

  private ownerOf({ buyerId }: LiveOrder): OrganizationId {
    return (this.random.chance(97) ? buyerId : this.random.pick(BUYERS)) as OrganizationId;
  }
}

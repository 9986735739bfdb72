import { UNCONSTRAINED, type EvidenceLevel, type TimeInForce } from '../../src/allocation/model/order.state.js';
import type { MarketId, OrderId, OrganizationId } from '../../src/kernel/ids.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { floorToGrid, HOUR_MS, plus, type Instant } from '../../src/kernel/time.js';
import { BUYERS, PROVIDERS } from './cast.js';
import type { MarketAuditor } from './market-auditor.js';
import type { LiveOrder } from './order-auditor.js';
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
    const start = plus(floorToGrid(this.now(), HOUR_MS), HOUR_MS * random.integer(0, 20));
    const free = { start, end: plus(start, HOUR_MS * random.integer(1, 20)) };
    const asked = ask?.window as typeof free | undefined;
    const window = asked !== undefined && asked.start >= start ? asked : free;
    const buyerId = random.pick(random.chance(90) ? BUYERS : PROVIDERS);
    const quantity = random.integer(1, 600);
    const limitPrice = BigInt(random.integer(1, 6_000)) as UnitPrice;
    const minimum = random.weighted([[7, 1], [2, quantity], [1, Math.ceil(quantity / 2)]]);
    const providerShareMax = random.chance(10) ? (5_000 as BasisPoints) : null;
    const due = limitPrice * BigInt(quantity) * BigInt(window.end - window.start);
    const isShort = random.chance(3) ? 1n : 0n;
    const reserved = ((due + HOUR - 1n) / HOUR - isShort) as MicroUsd;
    const [size, minimumFill] = [quantity, minimum].map((value) => BigInt(value) as Quantity);
    const bid = { buyerId, window, limitPrice, reserved, timeInForce: this.timeInForce() };
    const evidenceMin = random.weighted<EvidenceLevel>([[8, 'L1'], [1, 'L2'], [1, 'L3']]);
    const constraints = { ...UNCONSTRAINED, providerShareMax, evidenceMin };
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

  private timeInForce(): TimeInForce {
    const until = plus(this.now(), HOUR_MS * this.random.integer(1, 30));
    return this.random.weighted<TimeInForce>([
      [6, { kind: 'GTC' }],
      [2, { kind: 'GTD', until }],
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

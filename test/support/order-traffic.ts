import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { MarketState } from '../../src/allocation/model/market.state.js';
import {
  UNCONSTRAINED as ANYTHING,
  type OrderConstraints,
  type TimeInForce,
} from '../../src/allocation/model/order.state.js';
import { costUpTo } from '../../src/allocation/model/titles.js';
import type { OrderId, OrganizationId, PoolId } from '../../src/kernel/ids.js';
import type { PlatformSlug } from '../../src/providers/contract.js';
import type { BasisPoints, MicroUsd } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import type { Duration, Instant } from '../../src/kernel/time.js';
import { floorToGrid, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import type { SeededRandom } from '../simulation/random.js';
import { HolderTraffic, type Asking } from './holder-traffic.js';
import { ATTRIBUTES, BUYER, hour, hours, openPool, OTHER, price, PROVIDER, tokens } from './market.js';

type Untimed = MarketCommand extends infer C ? (C extends unknown ? Omit<C, 'now' | 'seed'> : never) : never;

export { UNCONSTRAINED as ANYTHING } from '../../src/allocation/model/order.state.js';

/** A bid as a test says it; the reserve is what it may cost. */
export function bid(
  id: string,
  changes: Readonly<Record<string, unknown>> = {},
): Extract<Untimed, { readonly type: 'PlaceOrder' }> {
  const order = {
    type: 'PlaceOrder',
    orderId: id as OrderId,
    buyerId: BUYER,
    window: hours(24, 28),
    quantity: tokens(100),
    limitPrice: price(100),
    constraints: ANYTHING,
    minimumFill: tokens(1),
    timeInForce: { kind: 'GTC' },
    ...changes,
  } as Extract<Untimed, { readonly type: 'PlaceOrder' }>;
  const { limitPrice, quantity, window } = order;
  return { ...order, reserved: costUpTo(limitPrice, quantity, window), ...changes };
}

const BUYERS = [BUYER, OTHER, 'org-third' as OrganizationId];
const PROVIDERS = [PROVIDER, 'org-provider-2' as OrganizationId];
const POOLS = ['pool-1', 'pool-2', 'pool-3'] as PoolId[];

const WHO = ['buyerId', 'holderId', 'sellerId', 'providerId'];

/** The same by somebody whom nothing belongs to; of a pool, what cannot be. */
export function asStranger(command: Untimed): Untimed {
  if (command.type === 'OpenPool') return { ...command, facts: { ...command.facts, grid: (7 * MINUTE_MS) as Duration } };
  if (command.type === 'RateEvidence') return { ...command, poolId: 'none' as PoolId };
  const theirs = WHO.filter((field) => field in command).map((field) => [field, 'org-stranger']);
  return { ...command, ...Object.fromEntries(theirs) } as Untimed;
}

const FASTER = { ...ATTRIBUTES.serviceLevel, ttftP95: 200 as Duration, streamTokensPerSecondMin: 500 };

/** Three pools of two providers: one on a finer grid with a cap on a buyer's share, one in lots with a set-aside. */
export const OPENING: readonly Untimed[] = [
  openPool(),
  openPool({
    poolId: POOLS[1]!,
    providerId: PROVIDERS[1]!,
    grid: (15 * MINUTE_MS) as Duration,
    buyerShareMax: 3_000 as BasisPoints,
    attributes: { ...ATTRIBUTES, region: 'eu-north', residency: [] },
  }),
  openPool({
    poolId: POOLS[2]!,
    providerId: PROVIDERS[1]!,
    lotSize: tokens(10),
    attributes: { ...ATTRIBUTES, platform: 'groq-lpu' as PlatformSlug, serviceLevel: FASTER },
    setAside: {
      share: 6_000 as BasisPoints,
      smallBuyerMax: tokens(60),
      releasedBefore: (6 * HOUR_MS) as Duration,
    },
  }),
];

export interface Reach {
  readonly ahead: number;
  readonly length: number;
  readonly offered: number;
  readonly resold: number;
  readonly aimed: number;
  readonly from?: number;
  /** Everybody pays what is asked, and nobody asks more than others pay. */
  readonly isKeen?: boolean;
}

/** Seeded commands of every kind, most of which mean something to the market as it is. */
export class OrderTraffic {
  private count = 0;
  private readonly holders: HolderTraffic;

  /**
   * @param reach in hours: how far ahead windows begin, how long they may be, and how much longer offers are;
   *   in less time more meets; `from`: of which hour they are counted, else of now. Of a hundred offers so many
   *   are resales, and so many bids are for all that somebody offers
   */
  constructor(
    private readonly random: SeededRandom,
    private readonly reach: Reach = { ahead: 60, length: 30, offered: 0, resold: 25, aimed: 0 },
  ) {
    this.holders = new HolderTraffic(random);
  }

  next(state: MarketState, now: Instant): Untimed {
    const { random } = this;
    this.count += 1;
    const make = random.weighted<() => Untimed>([
      [30, () => this.place(state, now)],
      [22, () => this.list(state, now)],
      [8, () => this.amend(state)],
      [6, () => this.cancelOrder(state)],
      [2, () => this.curtail(state, now)],
      [8, () => this.hold(state)],
      [6, () => this.pay(state)],
      [4, () => this.release(state)],
      [4, () => this.cancelReservation(state)],
      [3, () => this.withdraw(state)],
      [9, () => ({ type: 'AdvanceMarket' }) as Untimed],
      [30, () => this.others(state, now)],
    ]);
    const command = (random.chance(15) ? this.holders.answer(this.asking(state, now)) : null) ?? make();
    return random.chance(4) ? asStranger(command) : command;
  }

  private others(state: MarketState, now: Instant): Untimed {
    return this.holders.next(this.asking(state, now)) ?? { type: 'AdvanceMarket' };
  }

  private asking(state: MarketState, now: Instant): Asking {
    return { state, now, count: this.count, buyers: BUYERS, window: this.window(now) };
  }

  private window(now: Instant): Window {
    const { random } = this;
    const first = (this.reach.from ?? Math.floor((now - hour(0)) / HOUR_MS)) + random.integer(0, this.reach.ahead);
    const start = hour(first);
    const quarter = random.chance(15) ? 15 * MINUTE_MS : HOUR_MS;
    return { start, end: (start + quarter * random.integer(1, this.reach.length)) as Instant };
  }

  private offered(now: Instant): Window {
    const { start, end } = this.window(now);
    if (this.reach.offered === 0) return { start, end };
    const from = this.reach.from === undefined && this.random.chance(60) ? floorToGrid(now, HOUR_MS) : start;
    return { start: from, end: (end + this.random.integer(0, this.reach.offered) * HOUR_MS) as Instant };
  }

  private place({ listings }: MarketState, now: Instant): Untimed {
    const { random } = this;
    const aim = random.chance(this.reach.aimed) ? random.pickAny(listings.values()) : null;
    const quantity = random.integer(1, 120);
    const until = (now + random.integer(1, 50) * HOUR_MS) as Instant;
    const timeInForce = random.weighted<TimeInForce>([
      [6, { kind: 'GTC' }],
      [2, { kind: 'GTD', until }],
      [2, { kind: 'IOC' }],
      [1, { kind: 'FOK' }],
    ]);
    const minimum = random.weighted([[6, 1], [2, quantity], [2, random.integer(1, quantity)]]);
    const constraints: OrderConstraints = {
      ...ANYTHING,
      regions: random.chance(10) ? ['us-west'] : [],
      residency: random.chance(10) ? ['US', 'CA'] : [],
      platforms: random.chance(5) ? [random.pick(['cerebras-wse-3', 'groq-lpu'])] : [],
      ttftP95Max: random.chance(10) ? (random.pick([200, 400]) as Duration) : null,
      streamTokensPerSecondMin: random.chance(10) ? random.pick([500, 1_000]) : null,
      evidenceMin: random.chance(10) ? random.pick(['L2', 'L3']) : 'L1',
      providerShareMax: random.chance(15) ? (6_000 as BasisPoints) : null,
    };
    return bid(`O${this.count}`, {
      ...{ buyerId: random.pick([...BUYERS, ...PROVIDERS]), window: aim?.window ?? this.window(now) },
      ...{ quantity: tokens(quantity), limitPrice: price(this.reach.isKeen === true ? 120 : random.integer(80, 120)) },
      ...{ minimumFill: tokens(minimum), timeInForce, constraints },
    });
  }

  private list(state: MarketState, now: Instant): Untimed {
    const { random } = this;
    const owned = [...state.reservations.values()].filter(({ status }) => status !== 'held');
    const from = random.chance(this.reach.resold) ? random.pickAny(owned) : null;
    const pool = random.pick([...state.pools.values()]).facts;
    const offer = {
      type: 'CreateListing',
      listingId: `L${this.count}`,
      unitPrice: price(random.integer(80, 120)),
      isPostOnly: random.chance(10),
    };
    if (from === null) {
      const { poolId, providerId: sellerId } = pool;
      const what = { window: this.offered(now), quantity: this.size(pool.lotSize, 300) };
      return { ...offer, ...what, poolId, sellerId, source: { kind: 'pool' } } as Untimed;
    }
    const { poolId, holderId: sellerId, reservationId, window, quantity } = from;
    const source = { kind: 'reservation', reservationId };
    return { ...offer, poolId, sellerId, source, window, quantity } as Untimed;
  }

  private amend({ orders }: MarketState): Untimed {
    const { random } = this;
    const order = random.pickAny(orders.values());
    const { orderId, buyerId } = order ?? { orderId: 'none' as OrderId, buyerId: BUYER };
    const quantity = tokens(random.integer(1, 150));
    const limitPrice = random.chance(50) && order !== null ? order.limitPrice : price(random.integer(80, 120));
    const raised = 10_000_000n as MicroUsd;
    return { type: 'AmendOrder', orderId, buyerId, quantity, limitPrice, raised };
  }

  private cancelOrder({ orders }: MarketState): Untimed {
    const order = this.random.pickAny(orders.values());
    const { orderId, buyerId } = order ?? { orderId: 'none' as OrderId, buyerId: OTHER };
    return { type: 'CancelOrder', orderId, buyerId };
  }

  private curtail({ pools }: MarketState, now: Instant): Untimed {
    const { random } = this;
    const { poolId, providerId } = random.pick([...pools.values()]).facts;
    const quantity = tokens(random.pick([20, 150, 400]));
    const cause = random.chance(80) ? 'outage' : 'reclaim';
    const given = { curtailmentId: `C${this.count}`, poolId, providerId, quantity, cause };
    return { type: 'CurtailPool', ...given, window: this.window(now) } as Untimed;
  }

  /** Mostly in lots, seldom what must be refused. */
  private size(lotSize: bigint, most: number): Quantity {
    const any = tokens(this.random.integer(1, most));
    if (lotSize === 1n || this.random.chance(10)) return any;
    return (((any + lotSize - 1n) / lotSize) * lotSize) as Quantity;
  }

  private hold({ listings, pools }: MarketState): Untimed {
    const { random } = this;
    const listing = random.pickAny(listings.values());
    const pool = listing === null ? undefined : pools.get(listing.poolId);
    return {
      type: 'HoldReservation',
      reservationId: `H${this.count}`,
      listingId: listing?.listingId ?? 'none',
      buyerId: random.pick(BUYERS),
      window: listing?.window ?? hours(1, 2),
      quantity: this.size(pool?.facts.lotSize ?? 1n, 100),
      holdFor: (random.integer(1, 90) * MINUTE_MS) as Duration,
    } as Untimed;
  }

  private pay({ reservations }: MarketState): Untimed {
    const held = this.random.pickAny([...reservations.values()].filter(({ status }) => status === 'held'));
    const { reservationId, amount } = held ?? { reservationId: 'none', amount: 1n };
    return { type: 'ConfirmPayment', reservationId, amount } as Untimed;
  }

  private release({ reservations }: MarketState): Untimed {
    const one = this.random.pickAny(reservations.values());
    const { reservationId, holderId } = one ?? { reservationId: 'none', holderId: BUYER };
    return { type: 'ReleaseHold', reservationId, holderId } as Untimed;
  }

  private cancelReservation({ reservations }: MarketState): Untimed {
    const one = this.random.pickAny(reservations.values());
    const { reservationId, holderId } = one ?? { reservationId: 'none', holderId: BUYER };
    return { type: 'CancelReservation', reservationId, holderId, feeAccepted: 10n ** 12n } as Untimed;
  }

  private withdraw({ listings }: MarketState): Untimed {
    const listing = this.random.pickAny(listings.values());
    const { listingId, sellerId } = listing ?? { listingId: 'none', sellerId: PROVIDER };
    return { type: 'WithdrawListing', listingId, sellerId } as Untimed;
  }
}

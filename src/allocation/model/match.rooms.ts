import type { OrderId, OrganizationId, PoolId } from '../../kernel/ids.js';
import { SmallMap } from '../../kernel/small-map.js';
import { addOver } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { hasBuyerRules, roomFor, type Room } from './buyer-room.js';
import type { MarketState, PoolState } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import type { Order } from './order.state.js';
import { PositionDraft, withGiven } from './positions.js';
import type { ReleaseAwaited } from './set-aside.events.js';
import { releasedAsOf } from './set-aside.rules.js';
import { poolOf } from './titles.js';

const NOTHING: ReadonlyMap<OrganizationId, bigint> = new Map();
const NONE: ReadonlySet<PoolId> = new Set();

/** Somebody's part of a pool throughout a window. */
interface Holding {
  readonly poolId: PoolId;
  readonly holderId: OrganizationId;
  readonly window: Window;
}

/** An order that set-asides keep from what is offered, and when that of each pool gives way. */
interface Waiting {
  readonly order: Order;
  readonly releases: Map<PoolId, Instant>;
}

/** What pools leave to buyers, as far as events of one decision have come. */
export class MatchRooms {
  readonly positions: PositionDraft;
  private readonly facts = new SmallMap<PoolId, PoolFacts>();
  /** Pools of which all is released that is by now. */
  private released: ReadonlySet<PoolId> = NONE;
  private waiting: Map<OrderId, Waiting> | null = null;

  constructor(
    private readonly state: MarketState,
    private readonly now: Instant,
  ) {
    this.positions = new PositionDraft(state);
  }

  factsOf(poolId: PoolId): PoolFacts {
    return this.facts.get(poolId) ?? poolOf(this.state, poolId).facts;
  }

  changes(facts: PoolFacts): void {
    this.facts.set(facts.poolId, facts);
    this.released = new Set([...this.released, facts.poolId]);
  }

  /** What is released by now of a pool's set-aside reaches those who wait for it. */
  releases({ facts }: PoolState): void {
    this.released = new Set([...this.released, facts.poolId]);
  }

  /** More of a pool for somebody, or less: counted where there is a rule over it. */
  moves(holding: Holding, change: bigint): void {
    const { poolId, holderId, window } = holding;
    if (!hasBuyerRules(this.factsOf(poolId))) return;
    this.positions.set(poolId, holderId, addOver(this.positions.of(poolId, holderId), window, change));
  }

  /**
   * Null: there is no limit.
   *
   * @param given to buyers in addition, throughout the window
   */
  roomIn(
    poolId: PoolId,
    { buyerId, window }: Pick<Order, 'buyerId' | 'window'>,
    given = NOTHING,
  ): Room | null {
    const facts = this.factsOf(poolId);
    if (!hasBuyerRules(facts)) return null;
    const positions = withGiven(this.positions.in(poolId), given, window);
    const isReleased = this.released.has(poolId);
    const asOf = isReleased ? this.now : releasedAsOf(poolOf(this.state, poolId), this.now);
    return roomFor(facts, positions, { buyerId, window, asOf });
  }

  /** An order is looked at again: what kept it waiting before may not any more. */
  looksAt({ orderId }: Order): void {
    this.waiting?.delete(orderId);
  }

  /** What of a pool an order may have, of what it wants beside what it has bought just now. */
  limit(
    order: Order,
    poolId: PoolId,
    { wanted, bought }: { readonly wanted: bigint; readonly bought: bigint },
  ): bigint {
    const room = this.roomIn(poolId, order);
    if (room === null || room.quantity - bought >= wanted) return wanted;
    this.waits(order, poolId, room);
    return room.quantity - bought;
  }

  private waits(order: Order, poolId: PoolId, { growsAt }: Room): void {
    if (growsAt === null || growsAt >= order.expiresAt) return;
    const { orderId } = order;
    this.waiting ??= new Map<OrderId, Waiting>();
    const known = this.waiting.get(orderId) ?? { order, releases: new Map<PoolId, Instant>() };
    this.waiting.set(orderId, known);
    known.releases.set(poolId, growsAt);
  }

  /** What is news of what resting bids wait for: one release a pool, the first that serves any. */
  awaited(isResting: (order: Order) => boolean): readonly ReleaseAwaited[] {
    if (this.waiting === null && this.released.size === 0) return [];
    const first = this.firstReleases(isResting);
    return [...new Set([...this.released, ...first.keys()])].flatMap((poolId) => {
      const known = poolOf(this.state, poolId).releaseAwaitedAt;
      const found = first.get(poolId) ?? null;
      // Where not everybody was looked at, others may wait for what was known.
      const isSooner = found !== null && (known === null || found < known);
      const isNews = this.released.has(poolId) ? found !== known : isSooner;
      return isNews ? [{ type: 'ReleaseAwaited', poolId, releaseAt: found } as const] : [];
    });
  }

  private firstReleases(isResting: (order: Order) => boolean): ReadonlyMap<PoolId, Instant> {
    const first = new Map<PoolId, Instant>();
    for (const { order, releases } of this.waiting?.values() ?? []) {
      for (const [poolId, at] of isResting(order) ? releases : []) {
        if (at < (first.get(poolId) ?? Infinity)) first.set(poolId, at);
      }
    }
    return first;
  }
}

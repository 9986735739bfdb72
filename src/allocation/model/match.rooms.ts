import type { OrganizationId, PoolId } from '../../kernel/ids.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import { roomFor } from './buyer-room.js';
import type { MarketState } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import type { Order } from './order.state.js';
import { PositionDraft, withGiven } from './positions.js';
import { releasedAsOf } from './set-aside.rules.js';
import { poolOf } from './titles.js';

const NOTHING: ReadonlyMap<OrganizationId, bigint> = new Map();

/** What pools leave to buyers, as far as events of one decision have come. */
export class MatchRooms {
  readonly positions: PositionDraft;
  private readonly facts = new Map<PoolId, PoolFacts>();
  /** Pools of which all is released that is by now. */
  private readonly released = new Set<PoolId>();

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
    this.releases(facts.poolId);
  }

  releases(poolId: PoolId): void {
    this.released.add(poolId);
  }

  /**
   * Null: there are no such rules.
   *
   * @param given to buyers in addition, throughout the window
   */
  roomIn(
    poolId: PoolId,
    { buyerId, window }: Pick<Order, 'buyerId' | 'window'>,
    given = NOTHING,
  ): Quantity | null {
    const facts = this.factsOf(poolId);
    if (facts.buyerShareMax === null && facts.setAside === null) return null;
    const positions = withGiven(this.positions.in(poolId), given, window);
    const isReleased = this.released.has(poolId);
    const asOf = isReleased ? this.now : releasedAsOf(poolOf(this.state, poolId), this.now);
    return roomFor(facts, positions, { buyerId, window, asOf });
  }
}

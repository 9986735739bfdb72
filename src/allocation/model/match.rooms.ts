import type { OrderId, PoolId, ReservationId } from '../../kernel/ids.js';
import { SmallMap } from '../../kernel/small-map.js';
import type { Instant } from '../../kernel/time.js';
import { hasBuyerRules, roomFor, type Room } from './buyer-room.js';
import {
  countBeginning,
  countedIn,
  countPurchase,
  countRelease,
  countReturn,
  type Purchase,
} from './counting.js';
import type {
  HeldReservation,
  Listing,
  MarketState,
  OwnedReservation,
  PoolState,
  Reservation,
} from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import type { EvidenceLevel, Order } from './order.state.js';
import { CountDraft, positionsIn } from './positions.js';
import type { ReleaseAwaited } from './set-aside.events.js';
import { releasedAsOf } from './set-aside.rules.js';
import { poolOf } from './titles.js';

const NONE: ReadonlySet<PoolId> = new Set();

/** Somebody in a pool. */
export type Part = Pick<Reservation, 'poolId' | 'holderId'>;

/** An order that set-asides keep from what is offered, and when that of each pool gives way. */
interface Waiting {
  readonly order: Order;
  readonly releases: Map<PoolId, Instant>;
}

/** What pools leave to buyers, as far as events of one decision have come. */
export class MatchRooms {
  private readonly draft: CountDraft;
  private readonly begun = new Set<ReservationId>();
  private readonly facts = new SmallMap<PoolId, PoolFacts>();
  private readonly levels = new SmallMap<PoolId, EvidenceLevel>();
  /** Pools of which all is released that is by now. */
  private released: ReadonlySet<PoolId> = NONE;
  private waiting: Map<OrderId, Waiting> | null = null;

  constructor(
    private readonly state: MarketState,
    private readonly now: Instant,
  ) {
    this.draft = new CountDraft((poolId) => poolOf(state, poolId));
  }

  factsOf(poolId: PoolId): PoolFacts {
    return this.facts.get(poolId) ?? poolOf(this.state, poolId).facts;
  }

  levelOf(poolId: PoolId): EvidenceLevel {
    return this.levels.get(poolId) ?? poolOf(this.state, poolId).evidence.level;
  }

  rated(poolId: PoolId, level: EvidenceLevel): void {
    this.levels.set(poolId, level);
  }

  changes(facts: PoolFacts): void {
    this.facts.set(facts.poolId, facts);
    this.released = new Set([...this.released, facts.poolId]);
  }

  /** What is released by now of a pool's set-aside reaches those who wait for it. */
  releases({ facts }: PoolState): void {
    this.released = new Set([...this.released, facts.poolId]);
  }

  /** What it would be if more happened that may come to nothing. */
  trial(): CountDraft {
    return new CountDraft((poolId) => this.draft.in(poolId));
  }

  /** A sale counts for its buyer from now on: where there is a rule over it. */
  buys(purchase: Purchase, draft = this.draft): void {
    const { poolId } = purchase;
    if (!hasBuyerRules(this.factsOf(poolId))) return;
    countPurchase(this.state, draft.changing(poolId), purchase, this.begun);
  }

  /** A hold that ends counts for its buyer no longer. */
  ends(hold: HeldReservation): void {
    const { poolId } = hold;
    if (!hasBuyerRules(this.factsOf(poolId))) return;
    countRelease(this.state, this.draft.changing(poolId), hold, this.begun);
  }

  /** What is given back counts for its buyer no longer. */
  returns(reservation: OwnedReservation): void {
    const { poolId } = reservation;
    if (!hasBuyerRules(this.factsOf(poolId))) return;
    countReturn(this.state, this.draft.changing(poolId), reservation);
  }

  /**
   * Reservations begin, and cannot be given back any more.
   *
   * @returns for whom something counts no longer, and in which pool
   */
  begin(reservations: readonly OwnedReservation[]): readonly Part[] {
    return reservations.flatMap((one) => {
      const { poolId, reservationId } = one;
      if (one.source.kind === 'pool' || !hasBuyerRules(this.factsOf(poolId))) return [];
      const freed = countBeginning(this.state, this.draft.changing(poolId), one, this.begun);
      this.begun.add(reservationId);
      return freed.map((holderId) => ({ poolId, holderId }));
    });
  }

  /**
   * What of an offer somebody may have. Null: there is no limit.
   *
   * @param draft with what the same buyer, or others, would be given before
   */
  roomIn(
    offer: Pick<Listing, 'poolId' | 'source'>,
    { buyerId, window }: Pick<Order, 'buyerId' | 'window'>,
    draft = this.draft,
  ): Room | null {
    const { poolId } = offer;
    const facts = this.factsOf(poolId);
    if (!hasBuyerRules(facts)) return null;
    const isReleased = this.released.has(poolId);
    const asOf = isReleased ? this.now : releasedAsOf(poolOf(this.state, poolId), this.now);
    const counted = countedIn(this.state, offer, this.begun);
    return roomFor(facts, positionsIn(draft.in(poolId)), { buyerId, window, asOf, counted });
  }

  /** An order is looked at again: what kept it waiting before may not any more. */
  looksAt({ orderId }: Order): void {
    this.waiting?.delete(orderId);
  }

  /** What of an offer an order may have, of what it wants beside what it would buy before. */
  limit(
    order: Order,
    offer: Listing,
    { wanted, before }: { readonly wanted: bigint; readonly before: CountDraft },
  ): bigint {
    const room = this.roomIn(offer, order, before);
    if (room === null || room.quantity >= wanted) return wanted;
    this.waits(order, offer.poolId, room);
    return room.quantity;
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

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { decodeShared } from '../../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../../eventstore/event.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { marketOf, type MarketId, type OrderId, type OrganizationId } from '../../kernel/ids.js';
import { DAY_MS, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { MarketState } from '../model/market.state.js';
import type { Order } from '../model/order.state.js';
import { waitlistPosition, type WaitlistPosition } from '../model/waitlist.js';
import {
  fillsAt,
  restAfter,
  trackRecordOf,
  type SupplyRate,
  type TrackRecord,
} from '../model/waitlist.estimate.js';
import { supplyReachOf, type SupplyReach } from '../model/waitlist.supply.js';
import { WaitlistQueries, type EndedBid } from '../projection/waitlist.queries.js';
import { marketCodec } from './market.codec.js';
import { marketDefinition } from './market.definition.js';
import { MarketService } from './market.service.js';

/** How far back supply is looked at. */
const WATCHED = (7 * DAY_MS) as Duration;
/** Of the bids that arrive together, so many are kept to judge by: positions cost a look at all. */
const NOTED_AT_ONCE = 5;
const MARKETS_KNOWN_MAX = 1_000;

/** When what came was looked at for a note, and at how many fills. */
interface Look {
  readonly at: Instant;
  readonly lookedAt: number;
}

/** When a bid may be filled, and from what that is told. */
export interface WaitEstimate {
  readonly fillsAt: Instant;
  /** It would expire before. */
  readonly expiresFirst: boolean;
  readonly supply: SupplyRate;
}

export interface WaitlistView extends WaitlistPosition {
  readonly estimate: WaitEstimate | null;
  readonly trackRecord: TrackRecord;
}

/** Where a bid stands, when its turn may come, and how often that was right. */
@Injectable()
export class WaitlistService implements OnModuleInit {
  private readonly looks = new LRUCache<MarketId, Look>({ max: MARKETS_KNOWN_MAX });

  constructor(
    private readonly markets: MarketService,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly queries: WaitlistQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.subscriptions.add({
      name: 'waitlist-estimates',
      kind: 'commands',
      handle: (events) => this.follow(events),
    });
  }

  /** Null when it does not rest, or is somebody else's. */
  async view(orderId: OrderId, buyerId: OrganizationId): Promise<WaitlistView | null> {
    const marketId = marketOf(orderId);
    if (marketId === null) return null;
    const found = await this.markets.read(marketId, (state, now) => {
      const order = restingOf(state, orderId, now);
      if (order?.buyerId !== buyerId) return null;
      const { remaining: wanted, expiresAt } = order;
      const reach = supplyReachOf(state, order, now);
      return { ...waitlistPosition(state, order, now), wanted, expiresAt, reach, now };
    });
    if (found === null) return null;
    const { position, quantityAhead, expiresAt, reach, now } = found;
    const [supply, past] = await Promise.all([
      this.supply(marketId, reach, now),
      this.queries.past(marketId),
    ]);
    const at = fillsAt(found, supply, now);
    const estimate = at === null ? null : { fillsAt: at, expiresFirst: at >= expiresAt, supply };
    return { position, quantityAhead, estimate, trackRecord: trackRecordOf(past) };
  }

  /** Notes what new bids are told, and what became of those that ended. */
  private async follow(events: readonly RecordedEvent[]): Promise<boolean> {
    const placed = new Map<MarketId, OrderId[]>();
    const amended: OrderId[] = [];
    const ended: EndedBid[] = [];
    for (const recorded of events) {
      if (categoryOf(recorded.stream) !== marketDefinition.category) continue;
      const event = decodeShared(marketCodec, recorded);
      if (event.type === 'OrderPlaced') collect(placed, event.orderId);
      if (event.type === 'OrderAmended') amended.push(event.orderId);
      if (event.type !== 'OrderClosed') continue;
      const { orderId, reason: outcome } = event;
      ended.push({ orderId, outcome, endedAt: recorded.occurredAt });
    }
    await this.queries.forget(amended);
    await this.queries.end(ended);
    for (const [marketId, orderIds] of placed) {
      await this.note(marketId, orderIds.slice(-NOTED_AT_ONCE));
    }
    return placed.size + amended.length + ended.length > 0;
  }

  private async note(marketId: MarketId, orderIds: readonly OrderId[]): Promise<void> {
    if (this.rests(marketId)) return;
    const { now, waits } = await this.markets.read(marketId, (state, now) => ({
      now,
      waits: orderIds.flatMap((orderId) => {
        const order = restingOf(state, orderId, now);
        if (order === null) return [];
        const reach = supplyReachOf(state, order, now);
        return [{ orderId, reach, ...waitlistPosition(state, order, now), wanted: order.remaining }];
      }),
    }));
    let lookedAt = 0;
    for (const { orderId, reach, ...wait } of waits) {
      const supply = await this.supply(marketId, reach, now);
      lookedAt += supply.lookedAt;
      const at = fillsAt(wait, supply, now);
      if (at !== null) await this.queries.note(orderId, marketId, at);
    }
    if (waits.length > 0) this.looks.set(marketId, { at: now, lookedAt });
  }

  /** Notes come with every order: to look at a week for each would cost more than the order. */
  private rests(marketId: MarketId): boolean {
    const look = this.looks.get(marketId);
    if (look === undefined) return false;
    const age = this.clock.now() - look.at;
    return age >= 0 && age < restAfter(look.lookedAt);
  }

  private supply(marketId: MarketId, reach: SupplyReach, now: Instant): Promise<SupplyRate> {
    return this.queries.supply(marketId, reach, { since: plus(now, -WATCHED), now });
  }
}

function collect(placed: Map<MarketId, OrderId[]>, orderId: OrderId): void {
  const marketId = marketOf(orderId);
  if (marketId === null) return;
  const known = placed.get(marketId);
  if (known === undefined) placed.set(marketId, [orderId]);
  else known.push(orderId);
}

function restingOf({ orders }: MarketState, orderId: OrderId, now: Instant): Order | null {
  const order = orders.get(orderId);
  return order !== undefined && order.expiresAt > now ? order : null;
}

import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Pool } from 'pg';
import { streamId } from '../../eventstore/event.js';
import { toSubscription, type AnyProjection } from '../../eventstore/projection.js';
import { EventCount } from '../../eventstore/event-count.js';
import { StreamFeed, type StreamPlace } from '../../eventstore/stream-feed.js';
import type { MarketId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LIVE_SETTINGS, LOGGER, POOL } from '../../platform/platform.module.js';
import type { Live } from '../../platform/pubsub/live-limits.js';
import { MappedIterator } from '../../platform/pubsub/mapped-iterator.js';
import { PubSub } from '../../platform/pubsub/pubsub.js';
import type { MarketEvent } from '../model/market.events.js';
import { marketProjection } from '../projection/market.projection.js';
import { tradeProjection } from '../projection/trade.projection.js';
import { marketDefinition } from './market.definition.js';

/** Where a market stands. Says nothing of who did what. */
export interface MarketChange {
  readonly marketId: MarketId;
  /** How many changes that everybody may see there were; 0 when there was none yet. */
  readonly sequence: number;
  readonly at: Instant | null;
}

/** Which events change what everybody may see: the book and trades. The others are not told. */
const IS_PUBLIC: Readonly<Record<MarketEvent['type'], boolean>> = {
  PoolOpened: false,
  PoolExtended: false,
  PoolTermsChanged: false,
  PoolEvidenceRated: false,
  ListingCreated: true,
  ListingClosed: true,
  ReservationHeld: true,
  HoldReleased: true,
  ReservationPaid: true,
  ReservationActivated: false,
  ReservationCompleted: false,
  ReservationCancelled: true,
  OrderPlaced: true,
  OrderFilled: true,
  OrderAmended: true,
  OrderClosed: true,
  PoolCurtailed: false,
  ListingReduced: true,
  ReservationCurtailed: false,
  RebookingSet: false,
  RebookingAttempted: false,
  IdleRuleSet: false,
  IdleReviewed: false,
  ReservationTransferred: false,
  TransferReturned: false,
  // A price is its buyer's business; the holds behind it change the book like any others.
  QuoteOpened: false,
  QuoteClosed: false,
  ReleaseAwaited: false,
  // Sealed: nobody is told that somebody bid.
  AuctionBidPlaced: false,
  AuctionBidWithdrawn: false,
  AuctionCleared: true,
};
const PUBLIC_TYPES = Object.entries(IS_PUBLIC).flatMap(([type, isTold]) => (isTold ? [type] : []));

/** What makes a trade: a hold that was paid for, or a fill. */
const TRADE_TYPES: readonly MarketEvent['type'][] = ['ReservationPaid', 'OrderFilled'];

/** Tells this process's subscribers that a market changed, once its rows show it. */
@Injectable()
export class MarketFeed implements OnModuleDestroy {
  private readonly changes: StreamFeed;
  private readonly trades: StreamFeed;
  private readonly counted: EventCount;

  constructor(
    @Inject(POOL) pool: Pool,
    @Inject(LOGGER) logger: Logger,
    @Inject(LIVE_SETTINGS) { limits: { queuedMessagesMax } }: Live,
    pubsub: PubSub,
  ) {
    const { category } = marketDefinition;
    const common = { pool, logger, pubsub, queuedMessagesMax, category };
    const behind = (projection: AnyProjection, types: readonly string[]): StreamFeed =>
      new StreamFeed({ ...common, subscription: toSubscription(projection).name, types });
    this.counted = new EventCount(pool, PUBLIC_TYPES);
    this.changes = behind(marketProjection, PUBLIC_TYPES);
    this.trades = behind(tradeProjection, TRADE_TYPES);
  }

  /** First where the market stands, so that a reader misses nothing in between; then every change. */
  async follow(marketId: MarketId): Promise<AsyncIterableIterator<MarketChange>> {
    const stream = streamId(marketDefinition.category, marketId);
    const places = await this.changes.follow(stream);
    return new MappedIterator(places, async ({ version, at }) => {
      const sequence = await this.counted.upTo(stream, version);
      return { value: { marketId, sequence, at }, hasMore: false };
    });
  }

  /** The same for its trades alone. A version of the log is nobody else's business: it counts what is sealed. */
  followTrades(marketId: MarketId): Promise<AsyncIterableIterator<StreamPlace>> {
    return this.trades.follow(streamId(marketDefinition.category, marketId));
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.changes.stop(), this.trades.stop()]);
  }
}

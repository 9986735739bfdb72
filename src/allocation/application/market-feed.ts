import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Pool } from 'pg';
import { streamId } from '../../eventstore/event.js';
import { LogFollower, type StreamChange } from '../../eventstore/log-follower.js';
import { toSubscription } from '../../eventstore/projection.js';
import type { MarketId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LIVE_SETTINGS, LOGGER, POOL } from '../../platform/platform.module.js';
import type { Live } from '../../platform/pubsub/live-limits.js';
import { MessageQueue } from '../../platform/pubsub/message-queue.js';
import { PubSub } from '../../platform/pubsub/pubsub.js';
import type { MarketEvent } from '../model/market.events.js';
import { marketProjection } from '../projection/market.projection.js';
import { marketDefinition } from './market.definition.js';

/** Where a market stands. Says nothing of who did what. */
export interface MarketChange {
  readonly marketId: MarketId;
  /** Version of the market's stream at the newest change; 0 when there was none yet. */
  readonly sequence: number;
  readonly at: Instant | null;
}

/** Which events change what everybody may see: the book and trades. The others are not told. */
const IS_PUBLIC: Readonly<Record<MarketEvent['type'], boolean>> = {
  PoolOpened: false,
  PoolExtended: false,
  PoolTermsChanged: false,
  ListingCreated: true,
  ListingClosed: true,
  ReservationHeld: true,
  HoldReleased: true,
  ReservationPaid: true,
  ReservationActivated: false,
  ReservationCompleted: false,
  ReservationCancelled: false,
  OrderPlaced: true,
  OrderFilled: true,
  OrderAmended: true,
  OrderClosed: true,
  // Sealed: nobody is told that somebody bid.
  AuctionBidPlaced: false,
  AuctionBidWithdrawn: false,
  AuctionCleared: true,
};
const PUBLIC_TYPES = Object.entries(IS_PUBLIC).flatMap(([type, isTold]) => (isTold ? [type] : []));

type Listener = (change: StreamChange) => void;

/**
 * Tells this process's subscribers that a market changed, once its rows show it. The log is followed
 * only while somebody listens.
 */
@Injectable()
export class MarketFeed implements OnModuleDestroy {
  private readonly listeners = new Map<string, Set<Listener>>();
  private follower: { readonly log: LogFollower; readonly started: Promise<void> } | null = null;
  private readonly stopping = new Set<Promise<void>>();

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LIVE_SETTINGS) private readonly live: Live,
    private readonly pubsub: PubSub,
  ) {}

  /** First where the market stands, so that a reader misses nothing in between; then every change. */
  async follow(marketId: MarketId): Promise<AsyncIterableIterator<MarketChange>> {
    const stream = streamId(marketDefinition.category, marketId);
    let told = -1;
    let early: StreamChange[] | null = [];
    const tell = (change: StreamChange): void => {
      if (early !== null) early = [change];
      else if (change.version > told) queue.push(show((told = change.version), change.at));
    };
    const show = (sequence: number, at: Instant | null): MarketChange => ({ marketId, sequence, at });
    const queue = new MessageQueue<MarketChange>({
      limit: this.live.limits.queuedMessagesMax,
      onEnd: () => this.leave(stream, tell),
    });
    try {
      const now = await this.join(stream, tell);
      told = now?.version ?? 0;
      queue.push(show(told, now?.at ?? null));
    } catch (error) {
      queue.end();
      throw error;
    }
    const waiting = early;
    early = null;
    waiting.forEach(tell);
    return queue;
  }

  async onModuleDestroy(): Promise<void> {
    this.listeners.clear();
    this.stopFollowing();
    await Promise.all(this.stopping);
  }

  private async join(stream: string, listener: Listener): Promise<StreamChange | null> {
    const known = this.listeners.get(stream);
    if (known === undefined) this.listeners.set(stream, new Set([listener]));
    else known.add(listener);
    this.follower ??= this.startFollowing();
    const { log, started } = this.follower;
    await started;
    return log.newest(stream as StreamChange['stream']);
  }

  private leave(stream: string, listener: Listener): void {
    const known = this.listeners.get(stream);
    known?.delete(listener);
    if (known?.size === 0) this.listeners.delete(stream);
    if (this.listeners.size === 0) this.stopFollowing();
  }

  private startFollowing(): { readonly log: LogFollower; readonly started: Promise<void> } {
    const log = new LogFollower(this.pool, this.pubsub, {
      subscription: toSubscription(marketProjection).name,
      category: marketDefinition.category,
      types: PUBLIC_TYPES,
      changed: (change) => {
        for (const listener of this.listeners.get(change.stream) ?? []) listener(change);
      },
      warn: (message, details) => this.logger.warn(details, message),
    });
    return { log, started: log.start() };
  }

  private stopFollowing(): void {
    if (this.follower === null) return;
    const { log, started } = this.follower;
    this.follower = null;
    const stopped = started.catch(() => undefined).then(() => log.stop());
    this.stopping.add(stopped);
    void stopped.finally(() => this.stopping.delete(stopped));
  }
}

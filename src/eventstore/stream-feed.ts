import type { Pool } from 'pg';
import type { Instant } from '../kernel/time.js';
import type { Logger } from '../platform/logging/logger.js';
import { MessageQueue } from '../platform/pubsub/message-queue.js';
import type { PubSub } from '../platform/pubsub/pubsub.js';
import type { StreamId } from './event.js';
import { LogFollower, type StreamChange } from './log-follower.js';

/** Where a stream stands among the events that are followed. */
export interface StreamPlace {
  /** Version of the newest of them; 0 when there was none yet. */
  readonly version: number;
  readonly at: Instant | null;
}

export interface FeedOptions {
  readonly pool: Pool;
  readonly pubsub: PubSub;
  readonly logger: Logger;
  /** Messages that may wait for one subscriber; with more it is dropped. */
  readonly queuedMessagesMax: number;
  /** The reader to stay behind: what it wrote is there to be read when a change is told. */
  readonly subscription: string;
  readonly category: string;
  readonly types: readonly string[];
}

type Listener = (change: StreamChange) => void;

/**
 * Tells this process's subscribers that a stream changed, once a reader of the log has written what
 * follows from it. The log is followed only while somebody listens.
 */
export class StreamFeed {
  private readonly listeners = new Map<string, Set<Listener>>();
  private follower: { readonly log: LogFollower; readonly started: Promise<void> } | null = null;
  private readonly stopping = new Set<Promise<void>>();

  constructor(private readonly options: FeedOptions) {}

  /** First where the stream stands, so that a reader misses nothing in between; then every change. */
  async follow(stream: StreamId): Promise<AsyncIterableIterator<StreamPlace>> {
    let told = -1;
    let early: StreamChange[] | null = [];
    const tell = (change: StreamChange): void => {
      if (early !== null) early = [change];
      else if (change.version > told) queue.push({ version: (told = change.version), at: change.at });
    };
    const queue = new MessageQueue<StreamPlace>({
      limit: this.options.queuedMessagesMax,
      onEnd: () => this.leave(stream, tell),
    });
    try {
      const now = await this.join(stream, tell);
      told = now?.version ?? 0;
      queue.push({ version: told, at: now?.at ?? null });
    } catch (error) {
      queue.end();
      throw error;
    }
    const waiting = early;
    early = null;
    waiting.forEach(tell);
    return queue;
  }

  async stop(): Promise<void> {
    this.listeners.clear();
    this.stopFollowing();
    await Promise.all(this.stopping);
  }

  private async join(stream: StreamId, listener: Listener): Promise<StreamChange | null> {
    const known = this.listeners.get(stream);
    if (known === undefined) this.listeners.set(stream, new Set([listener]));
    else known.add(listener);
    this.follower ??= this.startFollowing();
    const { log, started } = this.follower;
    await started;
    return log.newest(stream);
  }

  private leave(stream: StreamId, listener: Listener): void {
    const known = this.listeners.get(stream);
    known?.delete(listener);
    if (known?.size === 0) this.listeners.delete(stream);
    if (this.listeners.size === 0) this.stopFollowing();
  }

  private startFollowing(): { readonly log: LogFollower; readonly started: Promise<void> } {
    const { pool, pubsub, logger, subscription, category, types } = this.options;
    const log = new LogFollower(pool, pubsub, {
      ...{ subscription, category, types },
      changed: (change) => {
        for (const listener of this.listeners.get(change.stream) ?? []) listener(change);
      },
      warn: (message, details) => logger.warn(details, message),
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

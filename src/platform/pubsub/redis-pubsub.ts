import { Redis } from 'ioredis';
import type { Logger } from '../logging/logger.js';
import {
  channelOf,
  Listeners,
  MESSAGE_BYTES_MAX,
  PubSub,
  type Listener,
  type Unsubscribe,
} from './pubsub.js';
import type { Topic } from './topic.js';

/** How long a connection has to end by itself; a lost one would hold the process up so long. */
const DISCONNECT_MS = 100;

/**
 * Between processes, over Redis. It connects when first used; what is published while Redis is away is
 * lost, and subscriptions are renewed when it is back.
 */
export class RedisPubSub extends PubSub {
  private readonly listeners = new Listeners();
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  /** Subscribing and unsubscribing, one after the other: their order decides what is heard. */
  private changes: Promise<unknown> = Promise.resolve();
  private isClosed = false;
  /** Told once, not at every message. */
  private isFailing = false;

  constructor(
    redisUrl: string,
    private readonly logger: Logger,
  ) {
    super();
    const options = { lazyConnect: true, disconnectTimeout: DISCONNECT_MS };
    this.publisher = new Redis(redisUrl, { ...options, maxRetriesPerRequest: 1 });
    this.subscriber = new Redis(redisUrl, { ...options, maxRetriesPerRequest: null });
    for (const connection of [this.publisher, this.subscriber]) {
      connection.on('error', (error) => this.logger.debug({ err: error }, 'pub/sub lost Redis'));
    }
    this.subscriber.on('message', (channel, text) => this.hear(channel, text));
  }

  async publish<Message>(topic: Topic<Message>, key: string, message: Message): Promise<void> {
    if (this.isClosed) return;
    const text = JSON.stringify(message);
    if (Buffer.byteLength(text) > MESSAGE_BYTES_MAX) {
      throw new Error(`a message on ${topic.name} is over ${MESSAGE_BYTES_MAX} bytes`);
    }
    try {
      await this.publisher.publish(channelOf(topic as Topic<never>, key), text);
      this.isFailing = false;
    } catch (error) {
      if (this.isFailing || this.isClosed) return;
      this.isFailing = true;
      this.logger.warn({ err: error, topic: topic.name }, 'messages cannot be published for now');
    }
  }

  async subscribe<Message>(
    topic: Topic<Message>,
    key: string,
    listener: Listener<Message>,
  ): Promise<Unsubscribe> {
    const channel = channelOf(topic as Topic<never>, key);
    const own = (given: unknown): void => {
      const read = topic.message.safeParse(given);
      if (read.success) listener(read.data);
      else this.logger.warn({ topic: topic.name }, 'a message of another shape was ignored');
    };
    this.listeners.add(channel, own as Listener<never>);
    // Every time, not only for the first listener: an earlier one may be leaving.
    await this.change(() => this.subscriber.subscribe(channel));
    return () => {
      if (!this.listeners.remove(channel, own as Listener<never>) || this.isClosed) return;
      void this.change(async () => {
        if (this.listeners.of(channel).length === 0) await this.subscriber.unsubscribe(channel);
      }).catch(() => undefined);
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.listeners.clear();
    this.publisher.disconnect();
    this.subscriber.disconnect();
    // What waits for a Redis that is away waits for ever: it is not waited for.
  }

  private change<T>(work: () => Promise<T>): Promise<T> {
    const changed = this.changes.then(work);
    this.changes = changed.catch(() => undefined);
    return changed;
  }

  private hear(channel: string, text: string): void {
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch {
      this.logger.warn({ channel }, 'a message that is no JSON was ignored');
      return;
    }
    for (const listener of this.listeners.of(channel)) (listener as Listener<unknown>)(given);
  }
}

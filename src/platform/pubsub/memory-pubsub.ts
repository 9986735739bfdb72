import { channelOf, Listeners, PubSub, type Listener, type Unsubscribe } from './pubsub.js';
import type { Topic } from './topic.js';

/** Within this process. */
export class MemoryPubSub extends PubSub {
  private readonly listeners = new Listeners();

  async publish<Message>(topic: Topic<Message>, key: string, message: Message): Promise<void> {
    for (const listener of this.listeners.of(channelOf(topic as Topic<never>, key))) {
      (listener as Listener<Message>)(message);
    }
  }

  async subscribe<Message>(
    topic: Topic<Message>,
    key: string,
    listener: Listener<Message>,
  ): Promise<Unsubscribe> {
    const channel = channelOf(topic as Topic<never>, key);
    // One of its own: the same function may listen twice.
    const own = (message: Message): void => listener(message);
    this.listeners.add(channel, own);
    return () => void this.listeners.remove(channel, own);
  }

  async close(): Promise<void> {
    this.listeners.clear();
  }
}

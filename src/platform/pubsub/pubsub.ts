import type { Topic } from './topic.js';

export type Listener<Message> = (message: Message) => void;
/** Ends a subscription; twice is once. */
export type Unsubscribe = () => void;

/** In bytes of JSON. A message says that something happened; what happened is read where it is kept. */
export const MESSAGE_BYTES_MAX = 65_536;

/**
 * Tells whoever is listening now, at most once: a message may be lost, none is kept. Whoever needs
 * every one of them follows the log, and takes a message as a hint to look.
 */
export abstract class PubSub {
  /** Resolves when the message is on its way; that it could not be sent is logged, not thrown. */
  abstract publish<Message>(topic: Topic<Message>, key: string, message: Message): Promise<void>;
  /** Resolves when nothing published from now on is missed. */
  abstract subscribe<Message>(
    topic: Topic<Message>,
    key: string,
    listener: Listener<Message>,
  ): Promise<Unsubscribe>;
  abstract close(): Promise<void>;

  onModuleDestroy(): Promise<void> {
    return this.close();
  }
}

export function channelOf({ name }: Topic<never>, key: string): string {
  return `headroom:${name}:${key}`;
}

/** Listeners by channel: what both ways of telling share. */
export class Listeners {
  private readonly byChannel = new Map<string, Set<Listener<never>>>();

  /** Whether it is the first one of its channel. */
  add(channel: string, listener: Listener<never>): boolean {
    const known = this.byChannel.get(channel);
    if (known === undefined) this.byChannel.set(channel, new Set([listener]));
    else known.add(listener);
    return known === undefined;
  }

  /** Whether it was the last one of its channel. */
  remove(channel: string, listener: Listener<never>): boolean {
    const known = this.byChannel.get(channel);
    if (known === undefined || !known.delete(listener) || known.size > 0) return false;
    return this.byChannel.delete(channel);
  }

  of(channel: string): readonly Listener<never>[] {
    return [...(this.byChannel.get(channel) ?? [])];
  }

  clear(): void {
    this.byChannel.clear();
  }
}

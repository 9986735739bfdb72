import { decodeShared, type EventCodec } from '../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../eventstore/event.js';
import type { Subscription } from '../eventstore/subscription.js';

/**
 * Cross-domain flow: events of one category in, commands out. The checkpoint follows the commands, so
 * after a crash the same events come again: every command carries a key made of its event, and
 * happens once.
 */
export function defineProcess<Event>(process: {
  readonly name: string;
  readonly category: string;
  readonly codec: EventCodec<Event>;
  /** What must happen because of an event; the order between events is free. */
  readonly react: (event: Event, recorded: RecordedEvent) => Promise<void> | null;
}): Subscription {
  const { name, category, codec, react } = process;
  return {
    name: `process:${name}`,
    kind: 'commands',
    handle: async (events) => {
      const own = events.filter(({ stream }) => categoryOf(stream) === category);
      await Promise.all(own.map(async (recorded) => react(decodeShared(codec, recorded), recorded)));
    },
  };
}

import { decodeShared, type EventCodec } from '../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../eventstore/event.js';
import type { CommandSubscription } from '../eventstore/subscription.js';

/**
 * Cross-domain flow: events of one category in, commands out. The checkpoint follows the commands, so
 * after a crash the same events come again: every command carries a key made of its event, and
 * happens once.
 */
export function defineProcess<Event>(process: {
  readonly name: string;
  readonly category: string;
  readonly codec: EventCodec<Event>;
  /** `stream`: one after the other within a stream. Left out, the order between events is free. */
  readonly order?: 'stream';
  /** What must happen because of an event. */
  readonly react: (event: Event, recorded: RecordedEvent) => Promise<void> | null;
}): CommandSubscription {
  const { name, category, codec, order, react } = process;
  return {
    name: `process:${name}`,
    kind: 'commands',
    handle: async (events) => {
      const own = events.filter(({ stream }) => categoryOf(stream) === category);
      const groups = order === undefined ? own.map((event) => [event]) : byStream(own);
      let hasActed = false;
      const followed = groups.map(async (group) => {
        for (const recorded of group) {
          const reaction = react(decodeShared(codec, recorded), recorded);
          if (reaction === null) continue;
          hasActed = true;
          await reaction;
        }
      });
      await Promise.all(followed);
      return hasActed;
    },
  };
}

function byStream(events: readonly RecordedEvent[]): readonly (readonly RecordedEvent[])[] {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const known = streams.get(event.stream);
    if (known === undefined) streams.set(event.stream, [event]);
    else known.push(event);
  }
  return [...streams.values()];
}

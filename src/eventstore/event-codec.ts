import type { z } from 'zod';
import { InvariantError } from '../kernel/assert.js';
import { objectText } from '../kernel/json-text.js';
import type { RecordedEvent } from './event.js';

/** An event type the log holds and today's code cannot read: a bug in a release, never data. */
export class UnknownEventError extends InvariantError {}

type Upcast = (data: Record<string, unknown>) => Record<string, unknown>;

/** How one event type is read: its newest shape, and how each older shape becomes the next. */
export interface EventShape<Event> {
  /** Parses the payload of the newest version, `type` left out. */
  readonly schema: z.ZodType<Omit<Event, 'type'>>;
  /** `upcasts[0]` turns version 1 into version 2, and so on; the newest version is one more. */
  readonly upcasts?: readonly Upcast[];
}

export type EventShapes<Event extends { readonly type: string }> = {
  readonly [Type in Event['type']]: EventShape<Extract<Event, { readonly type: Type }>>;
};

/** Turns events into log text and back, old versions included: upcasting happens at this door. */
export interface EventCodec<Event> {
  readonly types: readonly string[];
  encode(event: Event): {
    readonly type: string;
    readonly schemaVersion: number;
    readonly data: string;
  };
  decode(recorded: {
    readonly type: string;
    readonly schemaVersion: number;
    readonly data: string;
  }): Event;
}

const decoded = new WeakMap<object, WeakMap<object, unknown>>();

/**
 * What a codec reads in an event, once for all readers of the log in this process. It is shared:
 * nobody may change it, and a state that is folded decodes for itself.
 */
export function decodeShared<Event>(codec: EventCodec<Event>, recorded: RecordedEvent): Event {
  const known = decoded.get(codec) ?? new WeakMap<object, unknown>();
  decoded.set(codec, known);
  const event = (known.get(recorded) as Event | undefined) ?? codec.decode(recorded);
  known.set(recorded, event as object);
  return event;
}

/** A codec over the shapes of a closed union of events; a type without a shape does not compile. */
export function defineCodec<Event extends { readonly type: string }>(
  shapes: EventShapes<Event>,
): EventCodec<Event> {
  const byType = new Map<string, EventShape<Event>>(Object.entries(shapes));
  const shapeOf = (type: string): EventShape<Event> => {
    const shape = byType.get(type);
    if (shape === undefined) throw new UnknownEventError(`no shape for event type ${type}`);
    return shape;
  };
  return {
    types: [...byType.keys()],
    encode: (event) => ({
      type: event.type,
      schemaVersion: (shapeOf(event.type).upcasts?.length ?? 0) + 1,
      data: objectText(event, 'type'),
    }),
    decode: ({ type, schemaVersion, data }) => {
      const shape = shapeOf(type);
      const upcasts = (shape.upcasts ?? []).slice(schemaVersion - 1);
      const newest = upcasts.reduce<Record<string, unknown>>(
        (payload, upcast) => upcast(payload),
        JSON.parse(data) as Record<string, unknown>,
      );
      return { type, ...shape.schema.parse(newest) } as unknown as Event;
    },
  };
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { accept, reject, type Decision } from '../../src/kernel/decider.js';
import type { Instant } from '../../src/kernel/time.js';
import { defineCodec } from '../../src/eventstore/event-codec.js';
import type { ExecuteRequest, StreamDefinition } from '../../src/eventstore/stream-definition.js';

/** The smallest stream that has rules: units are taken until none are left. */
export interface Counter {
  readonly left: number;
  readonly takers: readonly string[];
}
export interface Take {
  readonly type: 'Take';
  readonly taker: string;
  readonly units: number;
}
export interface Taken {
  readonly type: 'Taken';
  readonly taker: string;
  readonly units: number;
}
export interface NoneLeft {
  readonly code: 'NONE_LEFT';
  readonly left: number;
}
export interface TakeAnswer {
  readonly taker: string;
  readonly left: number;
}

export function counterDefinition(
  units: number,
): StreamDefinition<Counter, Take, Taken, NoneLeft, TakeAnswer> {
  return {
    category: 'counter',
    decider: {
      initialState: () => ({ left: units, takers: [] }),
      decide: (command, state): Decision<Taken, NoneLeft> =>
        command.units > state.left
          ? reject({ code: 'NONE_LEFT', left: state.left })
          : accept({ type: 'Taken', taker: command.taker, units: command.units }),
      evolve: (state, event) => ({
        left: state.left - event.units,
        takers: [...state.takers, event.taker],
      }),
    },
    codec: defineCodec<Taken>({
      Taken: { schema: z.object({ taker: z.string(), units: z.number().int() }) },
    }),
    answer: ({ taker }, _events, { left }) => ({ taker, left }),
    schedule: () => [],
    audit: () => undefined,
    snapshot: {
      schemaVersion: 1,
      everyEvents: 50,
      encode: (state) => JSON.stringify(state),
      decode: (text) => JSON.parse(text) as Counter,
    },
  };
}

export function take(taker: string, units = 1, key = taker, scope = 'org-1'): ExecuteRequest<Take> {
  return {
    command: { type: 'Take', taker, units },
    at: 1_795_000_000_000 as Instant,
    metadata: { actor: 'system:test', cause: key },
    idempotency: { scope, key, fingerprint: createHash('sha256').update(`${taker} ${units}`).digest() },
  };
}

import type { Decider, Decision } from '../kernel/decider.js';
import { jsonText } from '../kernel/json-text.js';
import type { Instant } from '../kernel/time.js';
import type { EncodedEvent } from './event.js';
import type { AppendOutcome, AppendRequest, OutboxMessage, StoredAnswer } from './event-store.js';
import { chain } from './hash-chain.js';
import type { DecidedOutcome, ExecuteRequest, StreamDefinition } from './stream-definition.js';
import type { LoadedStream } from './stream-state.js';

/** A command in the writer's queue, and who waits for it. */
export interface PendingCommand<Command> extends ExecuteRequest<Command> {
  readonly resolve: (answer: StoredAnswer) => void;
  readonly reject: (error: Error) => void;
}

export interface Batch {
  readonly request: AppendRequest;
  /** One for each pending command, in their order; an error where its decision is a bug. */
  readonly answers: readonly (StoredAnswer | Error)[];
  /** Nothing new to write: every command was answered before, or failed. */
  readonly isEmpty: boolean;
}

/** A batch under way. */
export interface Flight<Command> {
  readonly pending: readonly PendingCommand<Command>[];
  readonly batch: Batch;
  readonly outcome: Promise<AppendOutcome>;
}

/**
 * Decides commands in order, each seeing the ones before. A key that has an answer, in the store or
 * earlier in this batch, is given that answer and is not decided again.
 */
export function decideBatch<State, Command, Event, Rejection, Answer>(
  definition: StreamDefinition<State, Command, Event, Rejection, Answer>,
  loaded: LoadedStream<State>,
  pending: readonly PendingCommand<Command>[],
  stored: readonly StoredAnswer[],
): Batch {
  const { stream } = loaded;
  const known = new Map(stored.map((answer) => [idOf(answer), answer]));
  const events: EncodedEvent[] = [];
  const fresh: StoredAnswer[] = [];
  const outbox: OutboxMessage[] = [];
  const answers = pending.map((request) => {
    const id = idOf(request.idempotency);
    const before = known.get(id);
    if (before !== undefined) return before;
    const decided = decideOne(definition, loaded, request);
    if (decided instanceof Error) return decided;
    events.push(...decided.events);
    outbox.push(...decided.outbox);
    const { scope, key, fingerprint } = request.idempotency;
    const answer = { scope, key, fingerprint, body: jsonText(decided.outcome) };
    known.set(id, answer);
    fresh.push(answer);
    return answer;
  });
  const chained = chain(stream, loaded.head, events);
  const request = { stream, expected: loaded.head, events: chained, answers: fresh, outbox };
  return { request, answers, isEmpty: fresh.length === 0 };
}

interface Decided<Answer, Rejection> {
  readonly outcome: DecidedOutcome<Answer, Rejection>;
  readonly events: readonly EncodedEvent[];
  readonly outbox: readonly OutboxMessage[];
}

/** `decide` reads only, so its bug is its own caller's: the commands around it go on. */
function decideOrError<State, Command, Event, Rejection>(
  decider: Decider<State, Command, Event, Rejection>,
  command: Command,
  state: State,
): Decision<Event, Rejection> | Error {
  try {
    return decider.decide(command, state);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function decideOne<State, Command, Event, Rejection, Answer>(
  { decider, codec, schedule, answer }: StreamDefinition<State, Command, Event, Rejection, Answer>,
  loaded: LoadedStream<State>,
  { command, at, clock, metadata }: ExecuteRequest<Command>,
): Decided<Answer, Rejection> | Error {
  const decision = decideOrError(decider, command, loaded.state);
  if (decision instanceof Error) return decision;
  if (!decision.accepted) return { outcome: decision, events: [], outbox: [] };
  const metadataText = JSON.stringify(metadata);
  const encoded = decision.events.map((event) => {
    const { type, schemaVersion, data } = codec.encode(event);
    return { type, schemaVersion, data, metadata: metadataText, occurredAt: at };
  });
  const now = clock === undefined ? at : (Math.max(at, clock()) as Instant);
  for (const event of decision.events) loaded.state = decider.evolve(loaded.state, event);
  return {
    outcome: { accepted: true, answer: answer(command, decision.events, loaded.state) },
    events: encoded,
    outbox: decision.events.flatMap((event) => schedule(event, loaded.stream, now)),
  };
}

const idOf = ({ scope, key }: { readonly scope: string; readonly key: string }): string =>
  `${scope}\n${key}`;

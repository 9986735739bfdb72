import { LRUCache } from 'lru-cache';
import { AnswerLookup } from './answer-lookup.js';
import { fingerprintOf, type CommandContext } from './command-context.js';
import type { EventStore } from './event-store.js';
import { streamId } from './event.js';
import type { ExecuteRequest, Outcome, StreamDefinition } from './stream-definition.js';
import { outcomeOf } from './recent-answers.js';
import { streamsStartingWith } from './stream-listing.js';
import { StreamWriter } from './stream-writer.js';
import { DEFAULT_LIMITS, type StreamWriterHooks, type StreamWriterLimits } from './writer-limits.js';

/** Streams kept folded in memory by one process; the least recently used idle one makes room. */
const WRITERS_MAX = 5_000;

type AnyWriter = StreamWriter<unknown, unknown, unknown, unknown, unknown>;

/** One writer for each stream this process works on. */
export class Streams {
  private readonly writers = new LRUCache<string, AnyWriter>({ max: WRITERS_MAX });

  private readonly answers: AnswerLookup;

  constructor(
    private readonly store: EventStore,
    private readonly hooks: StreamWriterHooks,
    private readonly limits: StreamWriterLimits = DEFAULT_LIMITS,
  ) {
    this.answers = new AnswerLookup(store);
  }

  /** Decides a command on the stream with this id and commits what it leads to. */
  execute<State, Command, Event, Rejection, Answer>(
    definition: StreamDefinition<State, Command, Event, Rejection, Answer>,
    id: string,
    request: ExecuteRequest<Command>,
  ): Promise<Outcome<Answer, Rejection>> {
    const writer = this.writerOf(definition, id);
    return request.isRepeat === true ? this.executeAgain(writer, request) : writer.execute(request);
  }

  private async executeAgain<Command, Answer, Rejection>(
    writer: Pick<StreamWriter<unknown, Command, unknown, Rejection, Answer>, 'knows' | 'execute'>,
    request: ExecuteRequest<Command>,
  ): Promise<Outcome<Answer, Rejection>> {
    const { fingerprint, ...key } = request.idempotency;
    if (writer.knows(key)) return writer.execute(request);
    const [answer = null] = await this.answers.find([key]);
    return answer === null ? writer.execute(request) : outcomeOf(answer, fingerprint);
  }

  /** Looks at the folded state, with everything that any process has committed. */
  read<State, Command, Event, Rejection, Answer, View>(
    definition: StreamDefinition<State, Command, Event, Rejection, Answer>,
    id: string,
    view: (state: State) => View,
  ): Promise<View> {
    return this.writerOf(definition, id).read(view);
  }

  /** Whether this process works on a stream. */
  isOpen(category: string, id: string): boolean {
    return this.writers.has(streamId(category, id));
  }

  /** Whether anything ever happened on a stream. Asking keeps nothing: names may be made up. */
  async exists(category: string, id: string): Promise<boolean> {
    return (await this.store.readHead(streamId(category, id))).version > 0;
  }

  /** Ids of a category's streams that start with a text: all that any process has committed by now. */
  async idsStartingWith(category: string, start: string): Promise<string[]> {
    const found: string[] = [];
    for await (const stream of streamsStartingWith(this.store, streamId(category, start))) {
      found.push(stream.slice(category.length + 1));
    }
    return found;
  }

  /** As {@link StreamWriter.glance}. */
  glance<State, Command, Event, Rejection, Answer, View>(
    definition: StreamDefinition<State, Command, Event, Rejection, Answer>,
    id: string,
    view: (state: State) => View,
  ): View | null {
    const writer = this.writers.get(streamId(definition.category, id));
    return writer?.glance((state) => view(state as State)) ?? null;
  }

  /**
   * What an idempotency key was answered with; null when it is new.
   *
   * @throws IdempotencyMismatchError the key was used with other content
   */
  async recall<Answer, Rejection>(
    context: CommandContext,
  ): Promise<Outcome<Answer, Rejection> | null> {
    const [outcome = null] = await this.recallEach<Answer, Rejection>([context]);
    return outcome;
  }

  /**
   * As {@link recall}, of many keys at once, in their order.
   *
   * @throws IdempotencyMismatchError one of them was used with other content
   */
  async recallEach<Answer, Rejection>(
    contexts: readonly CommandContext[],
  ): Promise<readonly (Outcome<Answer, Rejection> | null)[]> {
    const keys = contexts.map(({ scope, idempotencyKey: key }) => ({ scope, key }));
    const answers = await this.answers.find(keys);
    return contexts.map((context, index) => {
      const answer = answers[index] ?? null;
      return answer === null ? null : outcomeOf<Answer, Rejection>(answer, fingerprintOf(context));
    });
  }

  private writerOf<State, Command, Event, Rejection, Answer>(
    definition: StreamDefinition<State, Command, Event, Rejection, Answer>,
    id: string,
  ): StreamWriter<State, Command, Event, Rejection, Answer> {
    const stream = streamId(definition.category, id);
    const known = this.writers.get(stream);
    if (known !== undefined) {
      return known as unknown as StreamWriter<State, Command, Event, Rejection, Answer>;
    }
    const writer = new StreamWriter(this.store, definition, stream, this.hooks, this.limits);
    this.writers.set(stream, writer as unknown as AnyWriter);
    return writer;
  }
}

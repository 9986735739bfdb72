import { setImmediate as nextTurn } from 'node:timers/promises';
import { decideBatch, type Batch, type Flight, type PendingCommand } from './command-batch.js';
import { CommandQueue } from './command-queue.js';
import type { StreamId } from './event.js';
import type { AnswerKey, AppendOutcome, Appender, EventStore, StoredAnswer } from './event-store.js';
import type { ExecuteRequest, Outcome, StreamDefinition } from './stream-definition.js';
import { DEFAULT_LIMITS, type StreamWriterHooks, type StreamWriterLimits } from './writer-limits.js';
import { outcomeOf, RecentAnswers } from './recent-answers.js';
import { show, type Reader } from './stream-reader.js';
import { ScheduledJobs } from './scheduled-jobs.js';
import { StreamBusyError } from './stream-errors.js';
import { foldNewest, foldTail, isSnapshotDue, keepSnapshot, loadStream } from './stream-state.js';
import type { LoadedStream } from './stream-state.js';

/**
 * Group commit for one stream: while one batch is being committed, the next one gathers.
 *
 * Alone on the stream it decides against state in memory and appends with statements that fail if
 * anybody else wrote; the next batch is sent before the one before is answered. Once that happens it
 * locks the stream's row first, folds what others wrote and only then decides, until the others have
 * been quiet for a while. Either way a commit that failed or whose fate is unknown drops the state;
 * what was asked is then answered by its key.
 */
export class StreamWriter<State, Command, Event, Rejection, Answer> {
  private readonly queue = new CommandQueue<Command>();
  private readers: Reader<State>[] = [];
  private running: Promise<void> | null = null;
  private loaded: LoadedStream<State> | null = null;
  private quiet = 0;
  private mustLock = false;
  private readonly recent: RecentAnswers;
  private readonly scheduled: ScheduledJobs;

  constructor(
    private readonly store: EventStore,
    private readonly definition: StreamDefinition<State, Command, Event, Rejection, Answer>,
    readonly stream: StreamId,
    private readonly hooks: StreamWriterHooks,
    private readonly limits: StreamWriterLimits = DEFAULT_LIMITS,
  ) {
    this.recent = new RecentAnswers(limits.recentAnswersMax);
    this.scheduled = new ScheduledJobs(limits.recentJobsMax);
  }

  /**
   * Decides and commits one command; resolves once the outcome is durable.
   *
   * @throws IdempotencyMismatchError the key was used with other content
   * @throws StreamBusyError the queue is full or the store cannot be reached
   */
  async execute(request: ExecuteRequest<Command>): Promise<Outcome<Answer, Rejection>> {
    const { fingerprint } = request.idempotency;
    const [known] = this.recent.of([request.idempotency]);
    if (known !== undefined) return outcomeOf(known, fingerprint);
    if (this.queue.length >= this.limits.queueLengthMax) throw new StreamBusyError(this.stream);
    const answer = await new Promise<StoredAnswer>((resolve, reject) => {
      this.queue.push({ ...request, resolve, reject });
      this.running ??= this.drain();
    });
    return outcomeOf(answer, fingerprint);
  }

  /** Whether a key's answer is in memory. */
  knows(key: AnswerKey): boolean {
    return this.recent.of([key]).length > 0;
  }

  /**
   * Looks at the folded state, everything in it that was committed when this was called, by whatever
   * process. The view must neither change nor keep the state.
   */
  read<T>(view: (state: State) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.readers.push({ look: (state) => resolve(view(state)), reject });
      this.running ??= this.drain();
    });
  }

  /**
   * Looks at what is in memory as it is: it may be behind what others committed, or ahead of what
   * will be. Null when nothing is there. For guesses that somebody else checks.
   */
  glance<T>(view: (state: State) => T): T | null {
    return this.loaded === null ? null : view(this.loaded.state);
  }

  private async drain(): Promise<void> {
    // Let every command of this turn join the first batch.
    await Promise.resolve();
    while (this.queue.length > 0 || this.readers.length > 0) {
      if (this.readers.length > 0) await this.serve(this.readers.splice(0));
      if (this.queue.length === 0) continue;
      if (this.mustLock) await this.commit(this.queue.take(this.limits.batchSizeMax));
      else await this.flow();
    }
    this.running = null;
  }

  /** Between batches, when the state holds nothing that is not committed. */
  private async serve(readers: readonly Reader<State>[]): Promise<void> {
    try {
      const { state } = await this.caughtUp();
      for (const reader of readers) show(state, reader);
    } catch (error) {
      this.forget();
      for (const { reject } of readers) reject(error);
    }
  }

  private async caughtUp(): Promise<LoadedStream<State>> {
    const { store, definition, stream } = this;
    if (this.loaded === null) return (this.loaded = await loadStream(store, definition, stream));
    await foldNewest(store, definition, this.loaded);
    return this.loaded;
  }

  /**
   * Alone on the stream: batches follow one another without waiting, each decided against the state
   * that the ones under way will leave. Ends when the queue is empty or readers wait; when a batch
   * fails, it and those behind it go back into the queue, to be decided again under the lock.
   */
  private async flow(): Promise<void> {
    const flights: Flight<Command>[] = [];
    let appender: Appender | null = null;
    try {
      const loaded = (this.loaded ??= await loadStream(this.store, this.definition, this.stream));
      appender = await this.store.openAppender();
      // One batch at least, however many readers wait: neither keeps the other from its turn.
      flights.push(this.send(loaded, flights, appender));
      do {
        while (this.maySend(loaded, flights)) flights.push(this.send(loaded, flights, appender));
      } while (await this.landOrGather(flights));
    } catch (error) {
      await this.takeBack(flights, error);
    } finally {
      appender?.release();
    }
  }

  /**
   * Readers and snapshots need a moment with nothing under way. A batch goes behind another only when
   * it is as large: a commit costs the same for few commands as for many, so it must not come too soon.
   */
  private maySend(loaded: LoadedStream<State>, flights: readonly Flight<Command>[]): boolean {
    if (this.queue.length < this.enoughBehind(flights)) return false;
    return this.readers.length === 0 && !this.isSnapshotDue(loaded);
  }

  private enoughBehind(flights: readonly Flight<Command>[]): number {
    const last = flights.at(-1);
    if (last === undefined) return 1;
    return flights.length < this.limits.flightsMax ? last.pending.length : Infinity;
  }

  /**
   * Waits for the oldest batch and answers its callers, or until enough has gathered to be sent
   * behind it; false when none is under way.
   */
  private async landOrGather(flights: Flight<Command>[]): Promise<boolean> {
    const [oldest] = flights;
    if (oldest === undefined) return false;
    const gathered = this.queue.gathered(this.enoughBehind(flights));
    const outcome = await Promise.race([oldest.outcome, gathered]);
    if (outcome === 'gathered') return true;
    if (outcome !== 'appended') throw new Error(outcome);
    flights.shift();
    this.settle(oldest.pending, oldest.batch);
    if (flights.length > 0) return true;
    this.takeSnapshot();
    // Callers who ask again at once join those who waited: one commit for both.
    await nextTurn();
    return true;
  }

  private send(
    loaded: LoadedStream<State>,
    flights: readonly Flight<Command>[],
    appender: Appender,
  ): Flight<Command> {
    const { batchSizeMax, splitFrom } = this.limits;
    // Half now and half behind it: while the server works on one, the other is decided.
    const isSplit = flights.length === 0 && this.queue.length >= splitFrom;
    const size = isSplit ? Math.floor(this.queue.length / 2) : this.queue.length;
    const pending = this.queue.take(Math.min(size, batchSizeMax));
    const underWay = flights.flatMap(({ batch }) => batch.request.answers);
    // One that was asked twice may have waited here while the first was answered.
    const answered = this.recent.of(pending.map(({ idempotency }) => idempotency));
    const batch = this.decide(loaded, pending, [...answered, ...underWay]);
    loaded.head = batch.request.events.at(-1) ?? loaded.head;
    const outcome: Promise<AppendOutcome> = batch.isEmpty
      ? Promise.resolve('appended')
      : appender.append(batch.request);
    // Awaited in turn; until then a rejection is not unhandled.
    outcome.catch(() => undefined);
    return { pending, batch, outcome };
  }

  /** Waits for everything under way to end, however it does, and queues its commands again. */
  private async takeBack(flights: readonly Flight<Command>[], error: unknown): Promise<void> {
    await Promise.allSettled(flights.map(({ outcome }) => outcome));
    this.queue.putBack(flights.flatMap(({ pending }) => pending));
    this.forget();
    this.hooks.warn('a batch was not appended; it is decided again under the lock', {
      stream: this.stream,
      error: error instanceof Error ? error.message : String(error),
    });
  }

  private async commit(pending: readonly PendingCommand<Command>[]): Promise<void> {
    let lastError: unknown;
    for (let attempt = 1; attempt <= this.limits.attemptsMax; attempt += 1) {
      try {
        const batch = await this.decideAndAppendLocked(pending);
        if (batch !== null) {
          this.settle(pending, batch);
          this.takeSnapshot();
          return;
        }
      } catch (error) {
        lastError = error;
        this.hooks.warn('append failed; its fate will be found by idempotency key', {
          stream: this.stream,
          attempt,
          error: error instanceof Error ? error.message : String(error),
        });
      }
      this.forget();
    }
    const failure = new StreamBusyError(this.stream, lastError);
    for (const { reject } of pending) reject(failure);
  }

  /** The state may hold events that were not committed: start again from the store. */
  private forget(): void {
    this.loaded = null;
    this.mustLock = true;
    this.quiet = 0;
  }

  private async decideAndAppendLocked(
    pending: readonly PendingCommand<Command>[],
  ): Promise<Batch | null> {
    const loaded = (this.loaded ??= await loadStream(this.store, this.definition, this.stream));
    const seen = loaded.head.version;
    const [outcome, batch] = await this.store.withLockedStream(this.stream, async (locked) => {
      if (locked.head.version > loaded.head.version) {
        foldTail(this.definition, loaded, await locked.readTail(loaded.head.version));
      }
      const keys = pending.map(({ idempotency }) => idempotency);
      const answers = await locked.findAnswers(keys);
      this.countQuiet(loaded.head.version === seen);
      const decided = this.decide(loaded, pending, answers);
      return [decided.isEmpty ? 'appended' : await locked.append(decided.request), decided] as const;
    });
    if (outcome !== 'appended') return null;
    loaded.head = batch.request.events.at(-1) ?? loaded.head;
    return batch;
  }

  private decide(
    loaded: LoadedStream<State>,
    pending: readonly PendingCommand<Command>[],
    answers: readonly StoredAnswer[],
  ): Batch {
    const { request, ...batch } = decideBatch(this.definition, loaded, pending, answers);
    return { ...batch, request: { ...request, outbox: this.scheduled.fresh(request.outbox) } };
  }

  private countQuiet(isQuiet: boolean): void {
    this.quiet = isQuiet ? this.quiet + 1 : 0;
    if (this.quiet >= this.limits.quietBatches) this.mustLock = false;
  }

  private settle(pending: readonly PendingCommand<Command>[], batch: Batch): void {
    this.recent.remember(batch.request.answers);
    pending.forEach((command, index) => {
      const answer = batch.answers[index] as StoredAnswer | Error;
      if (answer instanceof Error) command.reject(answer);
      else command.resolve(answer);
    });
    const { events, outbox } = batch.request;
    this.scheduled.remember(outbox);
    if (events.length > 0 || outbox.length > 0) this.hooks.committed(outbox);
    if (this.loaded !== null) this.definition.snapshot.prepare?.(this.loaded.state, events.length);
  }

  private isSnapshotDue(loaded: LoadedStream<State>): boolean {
    return isSnapshotDue(loaded, this.definition.snapshot, this.limits.snapshotSizePerEvent);
  }

  private takeSnapshot(): void {
    const { loaded, store, stream } = this;
    if (loaded === null || !this.isSnapshotDue(loaded)) return;
    keepSnapshot(store, this.definition, loaded).catch((error: unknown) => {
      this.hooks.warn('snapshot failed; the next one will do', { stream, error: String(error) });
    });
  }
}

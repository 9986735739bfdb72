import { createHash } from 'node:crypto';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import { auditMarket } from '../../src/allocation/model/market.audit.js';
import { marketDecider } from '../../src/allocation/model/market.decide.js';
import type { MarketState } from '../../src/allocation/model/market.state.js';
import { systemContext, toExecuteRequest } from '../../src/eventstore/command-context.js';
import type { AnyDefinition } from '../../src/eventstore/definition-registry.js';
import { streamId } from '../../src/eventstore/event.js';
import { MemoryEventStore } from '../../src/eventstore/memory-event-store.js';
import { IdempotencyMismatchError, StreamBusyError } from '../../src/eventstore/stream-errors.js';
import { Streams } from '../../src/eventstore/streams.js';
import { verifyStream } from '../../src/eventstore/verify-stream.js';
import type { Instant } from '../../src/kernel/time.js';
import { Auditor, AuditError } from './auditor.js';
import { crashingStore } from './crashing-store.js';
import { firstCommands, growthAt, MARKET, nextCommand, START, type Book, type Command } from './commands.js';
import { Random } from './random.js';

export interface SimulationSettings {
  readonly seed: number;
  readonly steps: number;
  /** The rules under test; another than the product's to see the auditor catch it. */
  readonly definition?: typeof marketDefinition;
}

export interface SimulationResult {
  readonly seed: number;
  readonly steps: number;
  readonly stateHash: string;
  readonly events: number;
  readonly accepted: number;
  readonly refused: number;
  readonly repeated: number;
  readonly crashes: number;
  readonly restarts: number;
  readonly jobs: number;
}

const CRASH = 0.01;
const RESTART = 0.02;
const REPEAT = 0.15;
const MISUSE = 0.02;
const PROCESSES = 2;
const AT_ONCE_MAX = 24;
/** What is over for long does not change; at the end everything is looked at again. */
const AUDITED_BACK_MS = 6 * 3_600_000;

interface Told {
  readonly key: string;
  readonly command: Command;
  readonly outcome: { readonly accepted: boolean };
}

/**
 * A whole market, seeded: two processes on one stream, commands in bursts, repeated keys, crashes
 * before and after commits, restarts, jobs late, twice and out of order. After every step an auditor
 * that knows only the log's text checks that title is conserved and nothing oversold.
 *
 * @throws AuditError or the failed check, with the seed and the step in its message
 */
export async function simulateMarket(settings: SimulationSettings): Promise<SimulationResult> {
  const simulation = new MarketSimulation(settings);
  let step = 0;
  try {
    await simulation.open();
    for (step = 1; step <= settings.steps; step += 1) await simulation.step(step);
    return await simulation.close();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AuditError(`seed ${settings.seed}, step ${step}: ${reason}`, { cause: error });
  }
}

class MarketSimulation {
  private readonly random: Random;
  private readonly store = new MemoryEventStore();
  private readonly auditor = new Auditor();
  private readonly definition: typeof marketDefinition;
  private readonly stream = streamId('market', MARKET);
  private processes: Streams[] = [];
  private readonly book: Book = { now: START, listings: [], reservations: [] };
  private revision = 1;
  private readonly told: Told[] = [];
  private readonly doneJobs = new Set<string>();
  private readonly counts = { accepted: 0, refused: 0, repeated: 0, crashes: 0, restarts: 0, jobs: 0 };

  constructor(private readonly settings: SimulationSettings) {
    this.random = new Random(settings.seed);
    this.definition = settings.definition ?? marketDefinition;
    for (let index = 0; index < PROCESSES; index += 1) this.processes.push(this.startProcess());
  }

  async open(): Promise<void> {
    for (const [index, command] of firstCommands().entries()) {
      await this.send(`open-${index}`, command);
    }
    await this.audit();
  }

  async step(step: number): Promise<void> {
    if (this.random.chance(0.1)) await this.passTime();
    if (this.random.chance(RESTART)) this.restartOne();
    const size = this.random.chance(0.1) ? this.random.between(2, AT_ONCE_MAX) : 1;
    const burst = Array.from({ length: size }, (_, index) => {
      const command = nextCommand(this.random, this.book, `${step}-${index}`);
      return this.send(`c-${step}-${index}`, command);
    });
    await Promise.all(burst);
    if (this.random.chance(REPEAT)) await this.repeatOne();
    if (this.random.chance(MISUSE)) await this.misuseOne();
    if (this.random.chance(0.3)) await this.runJobs();
    await this.audit();
  }

  /** The end: what the log says is what every process holds, byte for byte. */
  async close(): Promise<SimulationResult> {
    const events = await verifyStream(
      this.store,
      this.definition as unknown as AnyDefinition,
      this.stream,
    );
    this.auditor.check(START);
    const replayed = await this.replay();
    const encode = (state: MarketState): string => this.definition.snapshot.encode(state);
    for (const process of this.processes) {
      const live = await process.read(this.definition, MARKET, (state) => {
        auditMarket(state);
        return encode(state);
      });
      if (live !== encode(replayed)) throw new AuditError('I5: the live state is not its replay');
    }
    for (const { key, command, outcome } of this.told) this.assertInLog(key, command, outcome);
    const stateHash = createHash('sha256').update(encode(replayed)).digest('hex');
    const { seed, steps } = this.settings;
    return { seed, steps, stateHash, events, ...this.counts };
  }

  private async passTime(): Promise<void> {
    const { book } = this;
    book.now = (book.now + this.random.between(1, 60) * 60_000) as Instant;
    const { revision, commands } = growthAt(book.now);
    if (revision === this.revision) return;
    this.revision = revision;
    for (const [index, command] of commands.entries()) {
      await this.send(`grow-${revision}-${index}`, command);
    }
  }

  private startProcess(): Streams {
    const store = crashingStore(this.store, this.random, CRASH);
    return new Streams(store, {
      committed: () => undefined,
      warn: () => {
        this.counts.crashes += 1;
      },
    });
  }

  /** A process is gone with everything it had in memory; another one takes its place. */
  private restartOne(): void {
    this.processes[this.random.between(0, PROCESSES - 1)] = this.startProcess();
    this.counts.restarts += 1;
  }

  /** Sends under a key until there is an answer, from whatever process. */
  private async send(key: string, command: Command): Promise<void> {
    const outcome = await this.execute(key, command);
    this.counts[outcome.accepted ? 'accepted' : 'refused'] += 1;
    this.told.push({ key, command, outcome });
    if (!outcome.accepted) return;
    if (command.type === 'CreateListing') this.book.listings.push(command);
    if (command.type === 'HoldReservation') this.book.reservations.push(command);
  }

  private async execute(key: string, command: Command, content = key): Promise<Told['outcome']> {
    const { now } = this.book;
    const context = { ...systemContext('simulation', key), content };
    const request = toExecuteRequest(context, { ...command, now } as never, now);
    for (;;) {
      const process = this.random.pick(this.processes) as Streams;
      try {
        return await process.execute(this.definition, MARKET, request);
      } catch (error) {
        if (!(error instanceof StreamBusyError)) throw error;
      }
    }
  }

  private async repeatOne(): Promise<void> {
    const before = this.random.pick(this.told);
    if (before === undefined) return;
    const again = await this.execute(before.key, before.command);
    if (JSON.stringify(again) !== JSON.stringify(before.outcome)) {
      throw new AuditError(`I6: ${before.key} was answered otherwise the second time`);
    }
    this.counts.repeated += 1;
  }

  /** The same key with other content is refused, and writes nothing. */
  private async misuseOne(): Promise<void> {
    const before = this.random.pick(this.told);
    if (before === undefined) return;
    const { version } = await this.store.readHead(this.stream);
    const refusal = await this.execute(before.key, before.command, 'other').catch((error: unknown) => error);
    if (!(refusal instanceof IdempotencyMismatchError)) throw new AuditError(`I6: ${before.key} was taken twice`);
    const after = await this.store.readHead(this.stream);
    if (after.version !== version) throw new AuditError('I6: a misused key wrote something');
  }

  /** Jobs that are due: in any order, some later, some twice. */
  private async runJobs(): Promise<void> {
    const due = [...this.store.outbox.values()].filter(
      ({ dedupeKey, runAt }) => runAt <= this.book.now && !this.doneJobs.has(dedupeKey),
    );
    for (const { dedupeKey } of this.random.shuffle(due)) {
      if (this.random.chance(0.2)) continue;
      await this.execute(`job ${dedupeKey}`, { type: 'AdvanceMarket' } as Command);
      this.counts.jobs += 1;
      if (!this.random.chance(0.1)) this.doneJobs.add(dedupeKey);
    }
  }

  private async audit(): Promise<void> {
    const events = await this.store.readStream(this.stream, this.auditor.version, 10_000);
    for (const event of events) this.auditor.see(event);
    if (events.length > 0) this.auditor.check(this.book.now - AUDITED_BACK_MS);
  }

  private assertInLog(key: string, command: Command, { accepted }: Told['outcome']): void {
    if (!accepted) return;
    const isThere =
      command.type === 'HoldReservation'
        ? this.auditor.hasSale(command.reservationId)
        : command.type !== 'CreateListing' || this.auditor.hasOffer(command.listingId);
    if (!isThere) throw new AuditError(`I7: ${key} was acknowledged and is not in the log`);
  }

  private async replay(): Promise<MarketState> {
    const events = await this.store.readStream(this.stream, 0, 1_000_000);
    return events.reduce(
      (state, event) => marketDecider.evolve(state, this.definition.codec.decode(event)),
      marketDecider.initialState(),
    );
  }
}

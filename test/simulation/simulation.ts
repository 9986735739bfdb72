import { createHash } from 'node:crypto';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import type { EventStore, OutboxMessage } from '../../src/eventstore/event-store.js';
import { MemoryEventStore } from '../../src/eventstore/memory-event-store.js';
import { assertNever, present } from '../../src/kernel/assert.js';
import type { MarketId } from '../../src/kernel/ids.js';
import { HOUR_MS, MINUTE_MS, plus, SECOND_MS, type Instant } from '../../src/kernel/time.js';
import { Callers } from './callers.js';
import { DAY_ZERO, MARKETS } from './cast.js';
import { Jobs } from './jobs.js';
import type { MarketAuditor } from './market-auditor.js';
import { MarketProcess, type MarketDefinition } from './market-process.js';
import { MarketWatch } from './market-watch.js';
import { Meters } from './meters.js';
import { Network } from './network.js';
import { SeededRandom } from './random.js';
import type { Request } from './requests.js';
import { Traders } from './traders.js';
import { demand } from './violation.js';

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  /** What the processes run on; another one than the product's plants a fault. */
  readonly definition?: MarketDefinition;
  /** What the processes write to; a store that lies plants a fault. */
  readonly wrap?: (store: EventStore) => EventStore;
}

export type Counts = Readonly<Record<string, number>>;
interface Passed {
  readonly ok: true;
  readonly stateHash: string;
  readonly counts: Counts;
  readonly eventTypes: Counts;
  readonly refusals: Counts;
}
interface Failed {
  readonly ok: false;
  /** The step at which it was found; 0 before the first. */
  readonly step: number;
  readonly error: Error;
}
export type SimulationResult = Passed | Failed;

const PROCESSES = 2;
/** So few that processes which start again find snapshots of all ages. */
const SNAPSHOT_EVERY_EVENTS = 40;
/** With more than this on its way, half of it arrives before anything else happens. */
const TRAVELLING_MAX = 40;
const ARRIVALS_PER_STEP_MAX = 8;
const BURST_MAX = 50;
/** Attempts at all due jobs while nothing is lost: two processes may get in each other's way. */
const JOB_ROUNDS_MAX = 5;
/** How far the clock of a process is off: machines agree this well. */
const CLOCK_SKEW_MS_MAX = 20;

const ACTIONS = [
  [62, 'ask'],
  [6, 'repeat'],
  [6, 'ask again'],
  [3, 'tamper'],
  [4, 'look'],
  [9, 'run job'],
  [2, 'run old job'],
  [9, 'move clock'],
  [1, 'burst'],
  [3, 'crash'],
  [2, 'settle'],
] as const;
type Action = (typeof ACTIONS)[number][1];

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

/**
 * A whole market from one seed: traders, two processes on one store, a network that delays, loses
 * and reorders, jobs that run late and twice, crashes. An auditor follows the log after every step.
 */
export class Simulation {
  private now: Instant = DAY_ZERO;
  private step = 0;
  private crashes = 0;
  private failure: Error | null = null;
  private readonly random: SeededRandom;
  private readonly store = new MemoryEventStore();
  private readonly network: Network;
  private readonly definition: MarketDefinition;
  private readonly watches: readonly MarketWatch[];
  private readonly callers: Callers;
  private readonly traders: Traders;
  private readonly jobs: Jobs;
  private readonly processes: MarketProcess[];

  constructor(private readonly options: SimulationOptions) {
    const definition = options.definition ?? marketDefinition;
    const snapshot = { ...definition.snapshot, everyEvents: SNAPSHOT_EVERY_EVENTS };
    this.definition = { ...definition, snapshot };
    this.random = new SeededRandom(options.seed);
    this.network = new Network(this.random);
    this.watches = MARKETS.map((marketId) => new MarketWatch(this.store, marketId));
    this.callers = new Callers((request, outcome) =>
      this.watchOf(request.marketId).log.acknowledge(request, outcome),
    );
    const bookOf = (marketId: MarketId): MarketAuditor => this.watchOf(marketId).log.book;
    this.traders = new Traders(this.random, bookOf, () => this.now);
    this.jobs = new Jobs(this.store);
    this.processes = Array.from({ length: PROCESSES }, () => this.startProcess());
  }

  /** Takes every step, then lets the market run out and audits everything once more. */
  async run(): Promise<SimulationResult> {
    try {
      for (const request of this.traders.opening()) {
        this.begin(this.callers.send(this.anyone(), request));
      }
      while (this.step < this.options.steps) {
        this.step += 1;
        await this.takeStep();
      }
      const stateHash = await this.finish();
      return { ok: true, stateHash, ...this.tally() };
    } catch (error) {
      return { ok: false, step: this.step, error: asError(error) };
    }
  }

  private async takeStep(): Promise<void> {
    const isCrowded = this.network.travelling > TRAVELLING_MAX;
    if (isCrowded) await this.network.deliver(TRAVELLING_MAX / 2);
    await this.act(this.random.weighted(ACTIONS));
    await this.network.deliver(this.random.integer(0, ARRIVALS_PER_STEP_MAX));
    await this.audit();
  }

  private async act(action: Action): Promise<void> {
    switch (action) {
      case 'ask':
        return this.begin(this.callers.send(this.anyone(), this.traders.next()));
      case 'repeat':
        return this.begin(this.callers.repeat(this.anyone(), this.anyCall()));
      case 'ask again': {
        const index = this.random.pickAny(this.callers.unanswered);
        return index === null ? undefined : this.begin(this.callers.repeat(this.anyone(), index));
      }
      case 'tamper': {
        const change = (request: Request): Request => this.traders.tamper(request);
        return this.begin(this.callers.tamper(this.anyone(), this.anyCall(), change));
      }
      case 'look':
        return this.begin(this.random.pick(this.watches).look(this.anyone(), this.definition));
      case 'run job':
        return this.runJob(this.random.pickAny(this.jobs.due(this.now)));
      case 'run old job':
        return this.runJob(this.random.pickAny(this.jobs.finished));
      case 'move clock':
        return this.moveClock();
      case 'burst':
        return this.burst(this.anyone());
      case 'crash':
        return this.crash();
      case 'settle':
        return this.settle();
      default:
        return assertNever(action);
    }
  }

  private runJob(message: OutboxMessage | null): void {
    if (message !== null) this.begin(this.jobs.run(this.anyone(), message));
  }

  /** By seconds, minutes or hours, or right to when the next job comes due. */
  private moveClock(): void {
    const next = this.jobs.nextAt(this.now);
    const by = this.random.weighted([
      [6, this.random.integer(1, 30) * SECOND_MS],
      [3, this.random.integer(1, 20) * MINUTE_MS],
      [1, this.random.integer(1, 4) * HOUR_MS],
      [6, next === null ? SECOND_MS : next - this.now],
    ]);
    this.now = plus(this.now, by);
  }

  private crash(): void {
    const index = this.random.integer(0, PROCESSES - 1);
    this.processes[index]?.crash();
    const fresh = this.startProcess();
    this.processes[index] = fresh;
    this.crashes += 1;
    // Only a process that has met no other one yet sends batches behind one another.
    if (this.random.chance(60)) this.burst(fresh);
  }

  /** So many at once that they are sent in several batches. */
  private burst(process: MarketProcess): void {
    for (let left = this.random.integer(BURST_MAX / 2, BURST_MAX); left > 0; left -= 1) {
      this.begin(this.callers.send(process, this.traders.next()));
    }
  }

  /** All that is on its way arrives and all due jobs run: now everything must be as promised. */
  private async settle(): Promise<void> {
    await this.calmDown();
    for (let round = 1; this.jobs.due(this.now).length > 0; round += 1) {
      demand(round <= JOB_ROUNDS_MAX, 'jobs fail though nothing is lost');
      await this.runDueJobs();
    }
    const { waiting } = this.callers;
    demand(waiting === 0, `nothing is on its way, and ${waiting} callers are not answered`);
    for (const watch of this.watches) {
      await watch.settled(this.now - CLOCK_SKEW_MS_MAX);
      for (const process of this.processes) this.begin(watch.look(process, this.definition));
    }
    await this.calmDown();
  }

  private async runDueJobs(): Promise<void> {
    for (const message of this.random.shuffled(this.jobs.due(this.now))) this.runJob(message);
    await this.calmDown();
  }

  /** Lets the clock run from job to job until none is left: then nothing may be open any more. */
  private async finish(): Promise<string> {
    await this.settle();
    for (let at = this.jobs.nextAt(this.now); at !== null; at = this.jobs.nextAt(this.now)) {
      this.now = at;
      await this.runDueJobs();
    }
    await this.settle();
    const hash = createHash('sha256');
    for (const watch of this.watches) hash.update(await watch.ended());
    return hash.digest('hex');
  }

  private async calmDown(): Promise<void> {
    await this.network.calmDown();
    await this.audit();
  }

  private async audit(): Promise<void> {
    if (this.failure !== null) throw this.failure;
    for (const { log } of this.watches) await log.catchUp();
  }

  /** Goes on in the background; what it throws ends the simulation at the next audit. */
  private begin(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.failure ??= asError(error);
    });
  }

  private startProcess(): MarketProcess {
    const { network, definition } = this;
    const store = this.options.wrap?.(this.store) ?? this.store;
    const skew = this.random.integer(-CLOCK_SKEW_MS_MAX, CLOCK_SKEW_MS_MAX);
    const clock = { now: () => plus(this.now, skew) };
    const usage = new Meters(this.random);
    return new MarketProcess({ store, network, definition, clock, usage });
  }

  private anyone(): MarketProcess {
    return this.random.pick(this.processes);
  }

  private anyCall(): number {
    return this.random.integer(0, this.callers.sentCount - 1);
  }

  private watchOf(marketId: MarketId): MarketWatch {
    const watch = this.watches.find((one) => one.marketId === marketId);
    return present(watch, `watch of ${marketId}`);
  }

  private tally(): Pick<Passed, 'counts' | 'eventTypes' | 'refusals'> {
    const eventTypes: Record<string, number> = {};
    for (const [type, count] of this.watches.flatMap(({ log }) => [...log.book.eventTypes])) {
      eventTypes[type] = (eventTypes[type] ?? 0) + count;
    }
    const sum = (of: (watch: MarketWatch) => number): number =>
      this.watches.reduce((total, watch) => total + of(watch), 0);
    const counts = {
      events: sum(({ log }) => log.version),
      requests: this.callers.sentCount,
      ...this.callers.counts,
      ...this.jobs.counts,
      looks: sum(({ looks }) => looks),
      crashes: this.crashes,
      ...this.network.counts,
      returnedAboveCap: sum(({ log }) => log.book.returnedAboveCap),
    };
    return { counts, eventTypes, refusals: Object.fromEntries(this.callers.refusals) };
  }
}

import { createHash } from 'node:crypto';
import type { OrderRequest } from '../../src/allocation/contract.js';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import { problemOf } from '../../src/allocation/model/plan.offers.js';
import { solvePlan } from '../../src/allocation/application/plan.solving.js';
import { streamId, type RecordedEvent } from '../../src/eventstore/event.js';
import type { AnyProjection } from '../../src/eventstore/projection.js';
import type { EventStore } from '../../src/eventstore/event-store.js';
import { assertNever, present } from '../../src/kernel/assert.js';
import { marketOf, type MarketId } from '../../src/kernel/ids.js';
import { plus, type Instant } from '../../src/kernel/time.js';
import { curtailments } from '../../src/processes/curtailment.process.js';
import { Callers } from './callers.js';
import { DAY_ZERO, MARKETS } from './cast.js';
import type { LogAuditor } from './log-auditor.js';
import { Jobs, SimulatedStore, type Job } from './jobs.js';
import { MarketProcess, type MarketDefinition } from './market-process.js';
import { MarketWatch } from './market-watch.js';
import { Meters } from './meters.js';
import type { Move } from './moves.js';
import { Network, ShortLine } from './network.js';
import { Planners } from './planners.js';
import type { ReadFrom } from './process-readers.js';
import { readWish } from './reader-wishes.js';
import type { Request } from './requests.js';
import { RowChains, RowWaitlist, type TablesOf } from './row-queries.js';
import { PROJECTIONS } from './row-tables.js';
import { SeededRandom } from './random.js';
import { demand } from './violation.js';

/** What makes the product another one than it is: only tests plant faults. */
export interface Plant {
  /** What the processes run on. */
  readonly definition?: MarketDefinition;
  /** What the processes write to; called for every process that starts. */
  readonly wrap?: (store: EventStore) => EventStore;
  /** What makes plans, and out of which asks. */
  readonly problemOf?: typeof problemOf;
  readonly solvePlan?: typeof solvePlan;
  /** What follows curtailments. */
  readonly curtailments?: typeof curtailments;
  /** What makes rows. */
  readonly projections?: readonly AnyProjection[];
  /** What the waitlist's estimates are told from. */
  readonly waitlist?: (tablesOf: TablesOf) => RowWaitlist;
  /** What readers are shown of what is in memory. */
  readonly shown?: NonNullable<ReadFrom['shown']>;
}

export const PROCESSES = 2;
/** So few that processes which start again find snapshots of all ages. */
const SNAPSHOT_EVERY_EVENTS = 40;
/** With more than this on its way, half of it arrives before anything else happens. */
const TRAVELLING_MAX = 40;
/** Attempts at all due jobs while nothing is lost: two processes may get in each other's way. */
const JOB_ROUNDS_MAX = 5;
/** How far the clock of a process is off: machines agree this well. */
const CLOCK_SKEW_MS_MAX = 20;

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

/**
 * Where moves are made: two processes on one store, a network that delays, loses and reorders, jobs,
 * clocks. Auditors follow the log after every move. Chooses nothing by itself.
 */
export class Stage {
  now: Instant = DAY_ZERO;
  crashes = 0;
  readonly watches: readonly MarketWatch[];
  readonly callers: Callers;
  readonly planners: Planners;
  readonly jobs: Jobs;
  readonly network: Network;
  private failure: Error | null = null;
  /** Thrown anew for each move, from the dice that the move brings. */
  private readonly random = new SeededRandom(0);
  /** Those who only read have dice of their own: what happens does not depend on them. */
  private readonly onlookers = new SeededRandom(0);
  private readonly store = new SimulatedStore();
  private readonly definition: MarketDefinition;
  private readonly processes: MarketProcess[];
  private readonly readFrom: ReadFrom;
  private reader: MarketProcess;

  constructor(private readonly plant: Plant) {
    const definition = plant.definition ?? marketDefinition;
    const snapshot = { ...definition.snapshot, everyEvents: SNAPSHOT_EVERY_EVENTS };
    this.definition = { ...definition, snapshot };
    this.network = new Network(this.random);
    const tablesOf: TablesOf = (marketId) => this.watchOf(present(marketId, 'market')).tables;
    const waitlist = plant.waitlist?.(tablesOf) ?? new RowWaitlist(tablesOf);
    this.readFrom = { waitlist, ...(plant.shown === undefined ? {} : { shown: plant.shown }) };
    const chains = new RowChains(tablesOf, this.store);
    const answering = { projections: plant.projections ?? PROJECTIONS, chains, notedOf: waitlist.notedOf.bind(waitlist) };
    this.watches = MARKETS.map((marketId) => new MarketWatch(this.store, marketId, answering));
    this.callers = new Callers(
      (request) => this.logOf(request).announced(request, this.now),
      (request, outcome) => this.logOf(request).acknowledge(request, outcome),
    );
    const planning = { problemOf: plant.problemOf ?? problemOf, solvePlan: plant.solvePlan ?? solvePlan };
    this.planners = new Planners(this.callers, planning, (wish) => (poolId) => this.logOf(wish).book.orders.bids.promisesOf(poolId));
    this.jobs = new Jobs(this.store);
    this.processes = Array.from({ length: PROCESSES }, () => this.startProcess());
    this.reader = this.startReader();
  }

  /** @throws Violation at the first broken promise */
  async perform(move: Move): Promise<void> {
    this.random.reset(move.dice);
    this.onlookers.reset(~move.dice);
    const isCrowded = this.network.travelling > TRAVELLING_MAX;
    if (isCrowded && move.kind !== 'read') await this.network.deliver(TRAVELLING_MAX / 2);
    await this.act(move);
    if (move.arrivals === 'all') await this.network.calmDown();
    else await this.network.deliver(move.arrivals);
    await this.audit();
  }

  watchOf(marketId: MarketId): MarketWatch {
    const watch = this.watches.find((one) => one.marketId === marketId);
    return present(watch, `watch of ${marketId}`);
  }

  /** A market's log behind a version. */
  recorded(marketId: MarketId, after: number): Promise<RecordedEvent[]> {
    return this.store.readStream(streamId('market', marketId), after, Number.MAX_SAFE_INTEGER);
  }

  /** What every market came to: the same for the same moves. */
  async hash(): Promise<string> {
    const hash = createHash('sha256');
    for (const watch of this.watches) hash.update(await watch.ended());
    return hash.digest('hex');
  }

  /** What does not fit any more, because what came before it was left out, does nothing. */
  private act(move: Move): void | Promise<void> {
    switch (move.kind) {
      case 'ask':
        return this.begin(this.callers.send(this.process(move), move));
      case 'plan':
        return this.begin(this.planners.plan(this.process(move), move.wish, move.newId));
      case 'repeat':
        return this.begin(this.callers.repeat(this.process(move), move));
      case 'tamper':
        return this.begin(this.callers.tamper(this.process(move), move));
      case 'look':
        return this.begin(this.watchOf(move.marketId).look(this.process(move), this.definition));
      case 'read':
        return this.watchOf(move.marketId).readers.book(this.readerOf(move), move.wish);
      case 'job':
        return this.runKnown(this.process(move), this.jobs.find(move.job));
      case 'clock':
        this.now = Math.max(this.now, move.to) as Instant;
        return;
      case 'crash':
        return this.crash(move.process);
      case 'settle':
        return this.settle();
      case 'finish':
        return this.finish();
      default:
        return assertNever(move);
    }
  }

  private runKnown(process: MarketProcess, job: Job | null): void {
    if (job !== null && job.message.runAt <= this.now) this.begin(this.jobs.run(process, job));
  }

  private crash(index: number): void {
    this.processes[index]?.crash();
    this.processes[index] = this.startProcess();
    this.crashes += 1;
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
      await watch.settled(this.now - CLOCK_SKEW_MS_MAX, this.onlookers);
      for (const process of this.processes) this.begin(watch.look(process, this.definition));
    }
    await this.calmDown();
    await this.readAll();
  }

  private async readAll(): Promise<void> {
    for (const watch of this.watches) {
      const wish = readWish(this.onlookers, watch.log.book.listings.values(), this.now);
      this.begin(watch.read(this.processes, wish, this.onlookers));
      await this.calmDown();
    }
  }

  private async runDueJobs(): Promise<void> {
    for (const job of this.random.shuffled(this.jobs.due(this.now))) {
      this.begin(this.jobs.run(this.random.pick(this.processes), job));
    }
    await this.calmDown();
  }

  /** Lets the clock run from job to job until none is left: then nothing may be open any more. */
  private async finish(): Promise<void> {
    await this.settle();
    for (let at = this.jobs.nextAt(this.now); at !== null; at = this.jobs.nextAt(this.now)) {
      this.now = at;
      await this.runDueJobs();
    }
    await this.settle();
    for (const watch of this.watches) watch.demandEnded();
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

  /** A process beside the others that takes no orders; often it has only just started. */
  private readerOf({ isFresh }: { readonly isFresh: boolean }): MarketProcess {
    if (isFresh) this.reader = this.startReader();
    return this.reader;
  }

  private startReader(): MarketProcess {
    return this.startProcess(new ShortLine(this.onlookers), this.onlookers);
  }

  private startProcess(network = this.network, dice = this.random): MarketProcess {
    const { definition } = this;
    const store = this.plant.wrap?.(this.store) ?? this.store;
    const skew = dice.integer(-CLOCK_SKEW_MS_MAX, CLOCK_SKEW_MS_MAX);
    const clock = { now: () => plus(this.now, skew) };
    const { readFrom, plant } = this;
    const processOf = plant.curtailments ?? curtailments;
    return new MarketProcess({ store, network, definition, clock, usage: new Meters(dice), readFrom, processOf, ordered: (request) => this.ordered(request) });
  }

  /** Nobody is told what becomes of it; who judges refusals is. */
  private ordered(request: OrderRequest): void {
    if (request.type !== 'PlaceOrder') return;
    const marketId = present(marketOf(request.orderId), 'market of an order');
    this.logOf({ marketId }).refusals.announced(`system:order ${request.orderId}`, request, this.now);
  }

  private logOf({ marketId }: Pick<Request, 'marketId'>): LogAuditor {
    return this.watchOf(marketId).log;
  }

  private process({ process }: { readonly process: number }): MarketProcess {
    return present(this.processes[process], `process ${process}`);
  }
}

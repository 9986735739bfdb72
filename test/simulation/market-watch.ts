import type { AnyProjection } from '../../src/eventstore/projection.js';
import type { ChainQueries } from '../../src/allocation/projection/chain.queries.js';
import type { RecordedEvent } from '../../src/eventstore/event.js';
import type { MarketId } from '../../src/kernel/ids.js';
import type { SimulatedStore } from './jobs.js';
import { LogAuditor } from './log-auditor.js';
import type { MarketDefinition, MarketProcess } from './market-process.js';
import type { SeededRandom } from './random.js';
import { ReadModel } from './read-model.js';
import { Readers } from './readers.js';
import type { ReadWish } from './reader-wishes.js';
import { Replay } from './replay.js';
import type { RowTables } from './row-tables.js';
import { demand } from './violation.js';
import { WaitingReaders, type NotedOf } from './waiting-readers.js';

/** What its readers are answered from. */
export interface Answering {
  readonly projections: readonly AnyProjection[];
  readonly chains: ChainQueries;
  readonly notedOf: NotedOf;
}

/** Everything that is checked of one market: its log, its memory, its read model, its end. */
export class MarketWatch {
  readonly log: LogAuditor;
  looks = 0;
  readonly readers: Readers;
  readonly waiting: WaitingReaders;
  private readonly replay: Replay;
  private readonly readModel: ReadModel;
  /** What of the log is in the read model, and was not followed yet. */
  private fresh: readonly (readonly RecordedEvent[])[] = [];

  constructor(
    store: SimulatedStore,
    readonly marketId: MarketId,
    { projections, chains, notedOf }: Answering,
  ) {
    this.log = new LogAuditor(store, marketId);
    this.replay = new Replay(store, marketId);
    this.readModel = new ReadModel(store, marketId, projections);
    this.readers = new Readers(this.log, chains);
    this.waiting = new WaitingReaders(this.log, notedOf);
  }

  get tables(): RowTables {
    return this.readModel.tables;
  }

  /** I5: a process sees what the log folds to, byte for byte, and all that was committed before. */
  async look(process: MarketProcess, definition: MarketDefinition): Promise<void> {
    const isSeen = await this.replay.check(() => process.look(this.marketId, definition));
    if (isSeen) this.looks += 1;
  }

  /** Every job that was due by `now` has run, and nothing is on its way. */
  async settled(now: number, random: SeededRandom): Promise<void> {
    const overdue = this.log.overdue(now);
    demand(overdue === null, `all jobs have run, and ${String(overdue)}`);
    await this.replay.audit();
    this.fresh = await this.readModel.check(this.log, random);
    await this.readers.chainsOf(random);
  }

  /** Nothing is on its way: whatever anybody is shown is of this version. */
  async read(processes: readonly MarketProcess[], wish: ReadWish, random: SeededRandom): Promise<void> {
    await this.waiting.follow(processes, this.fresh, random);
    for (const process of processes) {
      await this.readers.book(process, wish);
      await this.waiting.look(process, random);
    }
  }

  /** No job is left. */
  demandEnded(): void {
    const { listings, reservations, quotes } = this.log.book;
    const open = [...listings.keys(), ...reservations.keys(), ...quotes.open.keys()];
    demand(open.length === 0, `no job is left, and these never end: ${open.join(', ')}`);
  }

  /** One line that says what the market came to. */
  ended(): Promise<string> {
    return this.replay.verifiedLine();
  }
}

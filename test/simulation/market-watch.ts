import type { MarketId } from '../../src/kernel/ids.js';
import type { SimulatedStore } from './jobs.js';
import { LogAuditor } from './log-auditor.js';
import type { MarketDefinition, MarketProcess } from './market-process.js';
import { ReadModel } from './read-model.js';
import { Replay } from './replay.js';
import { demand } from './violation.js';

/** Everything that is checked of one market: its log, its memory, its read model, its end. */
export class MarketWatch {
  readonly log: LogAuditor;
  looks = 0;
  private readonly replay: Replay;
  private readonly readModel: ReadModel;

  constructor(
    store: SimulatedStore,
    readonly marketId: MarketId,
  ) {
    this.log = new LogAuditor(store, marketId);
    this.replay = new Replay(store, marketId);
    this.readModel = new ReadModel(store, marketId);
  }

  /** I5: a process sees what the log folds to, byte for byte, and all that was committed before. */
  async look(process: MarketProcess, definition: MarketDefinition): Promise<void> {
    const isSeen = await this.replay.check(() => process.look(this.marketId, definition));
    if (isSeen) this.looks += 1;
  }

  /** Every job that was due by `now` has run, and nothing is on its way. */
  async settled(now: number): Promise<void> {
    const overdue = this.log.overdue(now);
    demand(overdue === null, `all jobs have run, and ${String(overdue)}`);
    await this.replay.audit();
    await this.readModel.check(this.log);
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

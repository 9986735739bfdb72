import { Director } from './director.js';
import { INSISTENCES } from './insistence.js';
import type { MarketWatch } from './market-watch.js';
import type { Move } from './moves.js';
import { Stage, type Plant } from './stage.js';

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  /** Makes what is wrong with the product, anew for each run. */
  readonly plant?: () => Plant;
  /** Hears of every move before it is made. */
  readonly record?: (move: Move) => void;
}

export type Counts = Readonly<Record<string, number>>;
interface Passed {
  readonly ok: true;
  readonly stateHash: string;
  readonly counts: Counts;
  readonly eventTypes: Counts;
  readonly refusals: Counts;
}
export interface Failed {
  readonly ok: false;
  /** The step at which it was found; 0 before the first. */
  readonly step: number;
  readonly error: Error;
}
export type SimulationResult = Passed | Failed;

/** How often a bid passed a cheaper ask over for each thing that it insisted on. */
function passedOverIn(watches: readonly MarketWatch[]): Counts {
  return Object.fromEntries(
    INSISTENCES.map((name) => [
      `passedOverFor ${name}`,
      watches.reduce((sum, { log }) => sum + (log.book.orders.bids.passedOver.get(name) ?? 0), 0),
    ]),
  );
}

/** How often a refusal for want of room was judged, by what it said. */
function judgedIn(watches: readonly MarketWatch[]): Counts {
  const counts: Record<string, number> = {};
  for (const [code, count] of watches.flatMap(({ log }) => [...log.refusals.judged])) {
    counts[`judged ${code}`] = (counts[`judged ${code}`] ?? 0) + count;
  }
  return counts;
}

/** How much was shown to readers, and judged. */
function shownIn(watches: readonly MarketWatch[]): Counts {
  const counts: Record<string, number> = {};
  for (const { readers, waiting } of watches) {
    for (const [name, count] of Object.entries({ ...readers.counts, ...waiting.counts })) counts[name] = (counts[name] ?? 0) + count;
  }
  return counts;
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

/** A whole market from one seed: a director chooses the moves, and a stage makes them. */
export class Simulation {
  private step = 0;
  private readonly stage: Stage;
  private readonly director: Director;

  constructor(private readonly options: SimulationOptions) {
    this.stage = new Stage(options.plant?.() ?? {});
    this.director = new Director(options.seed, this.stage);
  }

  /** Takes every step, then lets the market run out and audits everything once more. */
  async run(): Promise<SimulationResult> {
    try {
      await this.perform(this.director.opening());
      while (this.step < this.options.steps) {
        this.step += 1;
        await this.perform(this.director.next());
      }
      await this.perform([this.director.finish()]);
      const stateHash = await this.stage.hash();
      return { ok: true, stateHash, ...this.tally() };
    } catch (error) {
      return { ok: false, step: this.step, error: asError(error) };
    }
  }

  private async perform(moves: readonly Move[]): Promise<void> {
    for (const move of moves) {
      this.options.record?.(move);
      await this.stage.perform(move);
    }
  }

  private tally(): Pick<Passed, 'counts' | 'eventTypes' | 'refusals'> {
    const { watches, callers, jobs, network, planners, crashes } = this.stage;
    const eventTypes: Record<string, number> = {};
    for (const [type, count] of watches.flatMap(({ log }) => [...log.book.eventTypes])) {
      eventTypes[type] = (eventTypes[type] ?? 0) + count;
    }
    const sum = (of: (watch: (typeof watches)[number]) => number): number =>
      watches.reduce((total, watch) => total + of(watch), 0);
    const counts = {
      events: sum(({ log }) => log.version),
      requests: callers.sentCount,
      ...callers.counts,
      ...jobs.counts,
      ...planners.counts,
      insistingPlaced: sum(({ log }) => log.book.orders.bids.insisting.placed),
      insistingRested: sum(({ log }) => log.book.orders.bids.insisting.rested),
      insistingFilled: sum(({ log }) => log.book.orders.bids.insisting.filled),
      insistingRefused: sum(({ log }) => log.insistingRefused),
      ...passedOverIn(watches),
      ...judgedIn(watches),
      looks: sum(({ looks }) => looks),
      ...shownIn(watches),
      crashes,
      ...network.counts,
    };
    return { counts, eventTypes, refusals: Object.fromEntries(callers.refusals) };
  }
}

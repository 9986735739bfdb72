import { assertNever, present } from '../../src/kernel/assert.js';
import type { MarketId } from '../../src/kernel/ids.js';
import { HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/kernel/time.js';
import type { Job } from './jobs.js';
import type { MarketAuditor } from './market-auditor.js';
import type { Deed, Move } from './moves.js';
import { planWish } from './planners.js';
import { SeededRandom } from './random.js';
import { readWish } from './reader-wishes.js';
import type { Request } from './requests.js';
import { PROCESSES, type Stage } from './stage.js';
import { Traders } from './traders.js';

const ARRIVALS_PER_STEP_MAX = 8;
const BURST_MAX = 50;
/** How often somebody only looks, beside what happens in a step: per cent. */
const READ_PERCENT = 4;
const DICE_MAX = 0xffff_ffff;

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
  [5, 'plan'],
] as const;
type Action = (typeof ACTIONS)[number][1];

/** Chooses by dice what happens next, looking at what has become of the market so far. */
export class Director {
  private attempts = 0;
  private readonly random: SeededRandom;
  /** Of those who only look: what happens does not depend on them. */
  private readonly onlookers: SeededRandom;
  private readonly traders: Traders;

  constructor(
    seed: number,
    private readonly stage: Stage,
  ) {
    this.random = new SeededRandom(seed);
    this.onlookers = new SeededRandom(~seed);
    const bookOf = (marketId: MarketId): MarketAuditor => stage.watchOf(marketId).log.book;
    this.traders = new Traders(this.random, bookOf, () => stage.now);
  }

  /** What must be asked for before anything else can be. */
  opening(): Move[] {
    return this.traders
      .opening()
      .map((request) => this.deal(this.ask(this.anyone(), request), 'all'));
  }

  /** One step: mostly one move, and then some messages arrive. */
  next(): Move[] {
    const reads = this.onlookers.chance(READ_PERCENT) ? [this.read()] : [];
    const deeds = this.deeds(this.random.weighted(ACTIONS));
    const arrivals = this.random.integer(0, ARRIVALS_PER_STEP_MAX);
    const last = deeds.at(-1);
    if (last === undefined) return reads;
    return [...reads, ...this.together(deeds.slice(0, -1)), this.deal(last, arrivals)];
  }

  finish(): Move {
    return this.deal({ kind: 'finish' }, 0);
  }

  private deeds(action: Action): Deed[] {
    const { stage, random } = this;
    switch (action) {
      case 'ask':
        return [this.ask(this.anyone(), this.traders.next())];
      case 'repeat':
        return this.repeat(random.pickAny(stage.callers.keys));
      case 'ask again':
        return this.repeat(random.pickAny(stage.callers.unanswered));
      case 'tamper':
        return this.tamper(random.pickAny(stage.callers.keys));
      case 'look':
        return [{ kind: 'look', process: this.anyone(), marketId: random.pick(stage.watches).marketId }];
      case 'run job':
        return this.runJob(random.pickAny(stage.jobs.due(stage.now)));
      case 'run old job': {
        const { finished } = stage.jobs;
        return this.runJob(finished.length === 0 ? null : random.pick(finished));
      }
      case 'move clock':
        return [this.moveClock()];
      case 'burst':
        return this.burst(this.anyone());
      case 'crash':
        return this.crash();
      case 'plan':
        return [this.plan()];
      case 'settle':
        return [{ kind: 'settle' }];
      default:
        return assertNever(action);
    }
  }

  private ask(process: number, request: Request): Deed {
    return { kind: 'ask', process, newId: this.newId(), request };
  }

  private plan(): Deed {
    const { marketId, log } = this.random.pick(this.stage.watches);
    const ask = this.random.chance(90) ? this.random.pickAny(log.book.listings.values()) : null;
    const newId = this.newId();
    const occasion = { marketId, now: this.stage.now, key: `P-${newId}`, ask };
    const wish = planWish(this.random, occasion);
    return { kind: 'plan', process: this.anyone(), newId, wish };
  }

  /** Somebody looks at a book while messages travel. */
  private read(): Move {
    const { onlookers, stage } = this;
    const { marketId, log } = onlookers.pick(stage.watches);
    const wish = readWish(onlookers, log.book.listings.values(), stage.now);
    const isFresh = onlookers.chance(30);
    return { kind: 'read', isFresh, marketId, wish, dice: onlookers.integer(0, DICE_MAX), arrivals: 0 };
  }

  private repeat(key: string | null): Deed[] {
    if (key === null) return [];
    return [{ kind: 'repeat', process: this.anyone(), newId: this.newId(), key }];
  }

  private tamper(key: string | null): Deed[] {
    if (key === null) return [];
    const request = present(this.stage.callers.find(key), `request ${key}`);
    const { content } = this.traders.tamper(request);
    return [{ kind: 'tamper', process: this.anyone(), newId: this.newId(), key, content }];
  }

  private runJob(job: Job | null): Deed[] {
    return job === null ? [] : [{ kind: 'job', process: this.anyone(), job: job.id }];
  }

  /** By seconds, minutes or hours, or right to when the next job comes due. */
  private moveClock(): Deed {
    const { random, stage } = this;
    const next = stage.jobs.nextAt(stage.now);
    const by = random.weighted([
      [6, random.integer(1, 30) * SECOND_MS],
      [3, random.integer(1, 20) * MINUTE_MS],
      [1, random.integer(1, 4) * HOUR_MS],
      [6, next === null ? SECOND_MS : next - stage.now],
    ]);
    return { kind: 'clock', to: plus(stage.now, by) };
  }

  private crash(): Deed[] {
    const process = this.anyone();
    // Only a process that has met no other one yet sends batches behind one another.
    const burst = this.random.chance(60) ? this.burst(process) : [];
    return [{ kind: 'crash', process }, ...burst];
  }

  /** So many at once that they are sent in several batches. */
  private burst(process: number): Deed[] {
    const length = this.random.integer(BURST_MAX / 2, BURST_MAX);
    return Array.from({ length }, () => this.ask(process, this.traders.next()));
  }

  private together(deeds: readonly Deed[]): Move[] {
    return deeds.map((deed) => this.deal(deed, 0));
  }

  private deal(deed: Deed, arrivals: Move['arrivals']): Move {
    return { ...deed, dice: this.random.integer(0, DICE_MAX), arrivals };
  }

  private anyone(): number {
    return this.random.integer(0, PROCESSES - 1);
  }

  private newId(): string {
    this.attempts += 1;
    return `N${this.attempts}`;
  }
}

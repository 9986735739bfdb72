import type { SeededRandom } from '../simulation/random.js';
import type { Answer, Request, RetryingClient } from './retrying-client.js';
import { HOUR, span } from './trading.js';

/** An answer that was given, to be given again. */
export interface Told {
  readonly who: RetryingClient;
  readonly request: Request;
  readonly answer: Answer;
}

export interface Offered {
  readonly listingId: string;
  readonly from: number;
  readonly to: number;
}
export interface Held extends Offered {
  readonly reservationId: string;
  readonly quantity: number;
}
/** What is auctioned, from which price on. */
export interface Lot extends Offered {
  readonly quantity: number;
  readonly reserve: number;
}

/** Where all trade, and what everybody was told of what there is. */
export interface Stage {
  readonly markets: string[];
  /** Epoch ms of the first hour that is traded. */
  readonly start: number;
  readonly board: Offered[];
  readonly lots: Lot[];
  /** Offers of all hours, of a pool that nothing happens to. */
  readonly calm: Offered[];
  /** The product's clock. */
  now(): number;
}

/** So many hours are traded. */
export const HOURS = 8;
/** So many per cent of requests are sent to both servers at once. */
const TWINS = 15;

/**
 * Somebody who trades: what they ask is drawn from their seed and from what they were told before,
 * one request after another.
 */
export abstract class Trader {
  readonly told: Told[] = [];
  private asked = 0;

  constructor(
    protected readonly who: RetryingClient,
    protected readonly stage: Stage,
    private readonly name: string,
    protected readonly random: SeededRandom,
  ) {}

  /** Asks for one thing, or for what belongs together, and waits for the answers. */
  abstract step(): Promise<void>;

  protected window(from: number, to: number): ReturnType<typeof span> {
    const { start } = this.stage;
    return span(start + from * HOUR, start + to * HOUR);
  }

  protected hourOf(instant: string): number {
    return (Date.parse(instant) - this.stage.start) / HOUR;
  }

  /** Of those that have not begun. */
  protected hours(): readonly [from: number, to: number] {
    const begun = Math.max(0, Math.ceil((this.stage.now() - this.stage.start) / HOUR));
    const from = this.random.integer(Math.min(begun, HOURS - 1), HOURS - 1);
    return [from, this.random.integer(from + 1, HOURS)];
  }

  protected async send(mutation: string, input: Request['input'], success: string): Promise<Answer> {
    this.asked += 1;
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`;
    const fields = `... on ${mutation === 'extendPool' ? 'ChangePool' : type}Success { ${success} }`;
    const request = { mutation, inputType: `${type}Input`, input, fields, key: `${this.name}-${this.asked}` };
    const isTwin = this.random.chance(TWINS);
    const first = this.random.integer(0, 1);
    const answer = await (isTwin ? this.who.askAll(request) : this.who.ask(request, first));
    this.told.push({ who: this.who, request, answer });
    return answer;
  }
}

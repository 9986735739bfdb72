import type { MarketId } from '../../src/kernel/ids.js';
import type { Instant } from '../../src/kernel/time.js';
import type { PlanWish } from './planners.js';
import type { ReadWish } from './reader-wishes.js';
import type { Content, Request } from './requests.js';

/**
 * One thing that happens in a simulated market. All that it depends on is in it: a list of moves
 * comes out the same however it came about, and can be written down, cut short and played again.
 */
export type Deed =
  /** Somebody asks for something new; `newId` is the id that this attempt gives to what is new. */
  | { readonly kind: 'ask'; readonly process: number; readonly newId: string; readonly request: Request }
  /** Somebody asks for a plan, and then holds it. */
  | { readonly kind: 'plan'; readonly process: number; readonly newId: string; readonly wish: PlanWish }
  /** Asks again, as it was. */
  | { readonly kind: 'repeat'; readonly process: number; readonly newId: string; readonly key: string }
  /** Asks for something else under a key that was used. */
  | {
      readonly kind: 'tamper';
      readonly process: number;
      readonly newId: string;
      readonly key: string;
      readonly content: Content;
    }
  /** A process shows what it has in memory. */
  | { readonly kind: 'look'; readonly process: number; readonly marketId: MarketId }
  /** Somebody looks at the book of a market, in a process that has only just started or is there already. */
  | { readonly kind: 'read'; readonly isFresh: boolean; readonly marketId: MarketId; readonly wish: ReadWish }
  /** A job is run, whether or not it ran before. */
  | { readonly kind: 'job'; readonly process: number; readonly job: string }
  | { readonly kind: 'clock'; readonly to: Instant }
  /** A process dies and another one takes its place. */
  | { readonly kind: 'crash'; readonly process: number }
  /** All that is on its way arrives, and all due jobs run. */
  | { readonly kind: 'settle' }
  /** The clock runs from job to job until none is left. */
  | { readonly kind: 'finish' };

export interface Dealt {
  /** What the network and the meters do meanwhile. */
  readonly dice: number;
  /** How many messages arrive after it; `all`: until none is on its way, and none is lost. */
  readonly arrivals: number | 'all';
}

export type Move = Deed & Dealt;

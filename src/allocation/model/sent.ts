import type { HashKey } from '../../kernel/keyed-hash.js';
import type { Duration, Instant } from '../../kernel/time.js';

/** What comes with every command beside what somebody asked. Other ids in it are new and made by the sender. */
export interface Sent {
  /** The product's clock when the command was sent. */
  readonly now: Instant;
  /**
   * Chance, new for every command and kept nowhere: what ids are made of where only the decision says
   * how many there are.
   */
  readonly seed: HashKey;
}

/** Clocks of processes must agree better than this. */
export const CLOCK_TOLERANCE = 5_000 as Duration;

/** For who only asks what would be decided: nothing that is named by it is ever kept. */
export const NO_SEED: HashKey = [0, 0, 0, 0];

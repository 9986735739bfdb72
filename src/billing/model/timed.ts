import type { Instant } from '../../kernel/time.js';

/** `now` is the product's clock when the command was sent. */
export interface Timed {
  readonly now: Instant;
}

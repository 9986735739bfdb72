import type { MicroUsd } from '../../../kernel/money.js';
import { HOUR_MS, type Duration, type Instant } from '../../../kernel/time.js';
import type { Window } from '../../../kernel/window.js';

/** How long money may be on its way before it is said to hang: from one look to the next. */
export const HANGS_AFTER = HOUR_MS as Duration;

/** What of an escrow is still to be delivered, by what the market says of its reservation; null: it knows none. */
export function dueInEscrow(
  held: MicroUsd,
  sold: { readonly status: 'held' | 'scheduled' | 'active'; readonly window: Window } | null,
  now: Instant,
): MicroUsd {
  const isDue = sold !== null && sold.status !== 'held' && sold.window.end > now;
  return isDue ? held : (0n as MicroUsd);
}

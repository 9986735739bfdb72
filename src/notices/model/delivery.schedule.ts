import { MINUTE_MS, plus, type Duration, type Instant } from '../../kernel/time.js';

/** Pauses between attempts: 1, 2, 4 … 2,048 minutes, 2 days, 20 hours and 15 minutes in all. */
export const PAUSES: readonly Duration[] = Array.from({ length: 12 }, (_, index) => (2 ** index * MINUTE_MS) as Duration);

/** An endpoint that nothing reached for so long, when a delivery fails for the last time, is disabled. */
export const DISABLED_AFTER = PAUSES.reduce((sum, pause) => sum + pause, 0) as Duration;

/**
 * When to try again after an attempt has failed; null: that was the last one.
 *
 * @param attempt 1, 2, 3 … of one round
 */
export function nextAttemptAfter(attempt: number, now: Instant): Instant | null {
  const pause = PAUSES[attempt - 1];
  return pause === undefined ? null : plus(now, pause);
}

/** Whether an endpoint whose delivery has failed for the last time takes nothing any more. */
export function isDead(failingSince: Instant, now: Instant): boolean {
  return now - failingSince >= DISABLED_AFTER;
}

/** How often a message is tried: 1, 2, 4 … minutes after one another. */
export const MAIL_ATTEMPTS_MAX = 8;

export function nextMailAfter(attempt: number, now: Instant): Instant | null {
  return attempt >= MAIL_ATTEMPTS_MAX ? null : nextAttemptAfter(attempt, now);
}

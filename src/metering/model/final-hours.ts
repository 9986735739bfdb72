import { DAY_MS, plus, type Duration, type Instant } from '../../kernel/time.js';

/**
 * When what was rated of an hour never changes again: events and corrections are taken in for 35 days, a dispute
 * about counts that is opened by the last of them is open for 7, and a few days are for good measure.
 */
export const HOUR_FINAL_AFTER = (45 * DAY_MS) as Duration;

/** Hours before this are final, as soon as an hour is rated. */
export const finalBefore = (rated: Instant): Instant => plus(rated, -HOUR_FINAL_AFTER);

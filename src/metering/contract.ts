import type { ReservationId } from '../kernel/ids.js';
import type { Quantity } from '../kernel/quantity.js';
import type { Instant } from '../kernel/time.js';

export { usageCodec } from './application/usage.codec.js';
export type { Parties, UsageEvent, UsageHourRated } from './model/usage.events.js';
export { formatWeighted, type WeightedTokens } from './model/rating.js';
export type { TokenCounts } from './model/token-counts.js';

/** What was used of reservations, as far as it is rated. */
export abstract class UsageHistory {
  /** Weighted tokens/s of the busiest hour that began at an instant or later; zero without use. */
  abstract peakSince(reservationId: ReservationId, since: Instant): Promise<Quantity>;
}

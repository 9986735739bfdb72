export { usageCodec } from './application/usage.codec.js';
export type { Parties, UsageEvent, UsageHourRated } from './model/usage.events.js';
export { formatWeighted, type WeightedTokens } from './model/rating.js';
export type { TokenCounts } from './model/token-counts.js';

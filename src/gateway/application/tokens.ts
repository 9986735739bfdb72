/** Injection tokens for what has no class of its own. */
export const TIMERS = Symbol('Timers');
export const GATEWAY_LIMITS = Symbol('GatewayLimits');
/** What processes share their buckets over; null: each has its even share. */
export const BUCKET_STORE = Symbol('BucketStore');
/** Milliseconds with fractions that only go forward, whatever is done to clocks. */
export const MONOTONIC = Symbol('Monotonic');

/**
 * How fast one stream of a pool is promised to be, in classes. Each begins at its floor of output
 * tokens/s and ends where the next one begins; the floors are part of the API.
 */
export const SPEED_CLASSES = [
  { name: 'BASIC', floor: 0 },
  { name: 'INTERACTIVE', floor: 50 },
  { name: 'FAST', floor: 200 },
  { name: 'INSTANT', floor: 800 },
] as const;
export type SpeedClass = (typeof SPEED_CLASSES)[number]['name'];

export function speedClassOf(streamTokensPerSecondMin: number): SpeedClass {
  const reached = SPEED_CLASSES.filter(({ floor }) => floor <= streamTokensPerSecondMin);
  return reached.at(-1)?.name ?? SPEED_CLASSES[0].name;
}

/** From a bound up to, not at, the next one; null: there is no next one. */
export interface SpeedBucket {
  readonly from: number;
  readonly below: number | null;
}

/** Time to first token, 95th percentile, milliseconds. */
export const TTFT_BUCKETS = bucketsFrom([0, 100, 200, 400, 800, 1_600, 3_200]);
/** Output tokens/s of one stream. */
export const STREAM_BUCKETS = bucketsFrom([0, 25, 50, 100, 200, 400, 800, 1_600]);

function bucketsFrom(bounds: readonly number[]): readonly SpeedBucket[] {
  return bounds.map((from, index) => ({ from, below: bounds[index + 1] ?? null }));
}

import { isLanesFault, type Failure } from '../model/gateway.failure.js';
import { tpotOf } from '../model/lane.record.js';
import type { Tier } from '../model/tier.js';
import { outputOf } from '../model/token.count.js';
import type { AttemptOutcome } from './attempt.js';

/** How fast it was; null: it cannot be told. */
export interface Speed {
  readonly ttftMs: number | null;
  readonly tpotMs: number | null;
}

/** Answers that come whole have no first token. */
export function speedOf({ own, firstAt, lastAt, answer }: AttemptOutcome, askedAt: number): Speed {
  if (firstAt === null || lastAt === null || answer !== null) return { ttftMs: null, tpotMs: null };
  return { ttftMs: firstAt - askedAt, tpotMs: tpotOf(outputOf(own), lastAt - firstAt) };
}

/** Whether an end says something about the lane. What has no room for batch may have room for everybody else. */
export function isTelling(failure: Failure | null, tier: Tier): boolean {
  if (failure === null) return true;
  return isLanesFault(failure) && !(failure.reason === 'upstream_busy' && tier === 'batch');
}

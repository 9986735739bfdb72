import { isLanesFault, type Failure } from '../model/gateway.failure.js';
import { tpotOf } from '../model/lane.record.js';
import type { Tier } from '../model/tier.js';
import { outputOf } from '../model/token.count.js';
import type { AttemptOutcome } from './attempt.js';

/** What an end says of the lane; null times: they cannot be told. */
export interface Lesson {
  readonly hasFailed: boolean;
  readonly speed: { readonly ttftMs: number | null; readonly tpotMs: number | null };
}

interface Asked {
  readonly tier: Tier;
  readonly isStream: boolean;
  /** Of the lane. */
  readonly ttftPromisedMs: number;
  readonly askedAt: number;
  readonly now: number;
}

/** Null: nothing. Who left after the first token was promised waited so long at the least, and in vain. */
export function lessonOf(outcome: AttemptOutcome, asked: Asked): Lesson | null {
  const { failure, firstAt } = outcome;
  const { tier, isStream, ttftPromisedMs, askedAt, now } = asked;
  if (isTelling(failure, tier)) return { hasFailed: failure !== null, speed: speedOf(outcome, askedAt) };
  const ttftMs = now - askedAt;
  const isInVain = isImpatience(failure) && isStream && firstAt === null && ttftMs > ttftPromisedMs;
  return isInVain ? { hasFailed: true, speed: { ttftMs, tpotMs: null } } : null;
}

const isImpatience = (failure: Failure | null): boolean =>
  failure?.reason === 'client_abort' || failure?.reason === 'deadline_exceeded';


/** Answers that come whole have no first token. */
function speedOf({ own, firstAt, lastAt, answer }: AttemptOutcome, askedAt: number): Lesson['speed'] {
  if (firstAt === null || lastAt === null || answer !== null) return { ttftMs: null, tpotMs: null };
  return { ttftMs: firstAt - askedAt, tpotMs: tpotOf(outputOf(own), lastAt - firstAt) };
}

/** Whether an end says something about the lane. What has no room for batch may have room for everybody else. */
function isTelling(failure: Failure | null, tier: Tier): boolean {
  if (failure === null) return true;
  return isLanesFault(failure) && !(failure.reason === 'upstream_busy' && tier === 'batch');
}

import type { Lane } from './lane.js';
import { failureShare, tpotP95, ttftP95, type LaneRecord } from './lane.record.js';
import type { Policy } from './routing.js';

/** A lane with what was seen of it. */
export interface Candidate {
  readonly lane: Lane;
  readonly record: LaneRecord;
}

/** What a choice is made by. */
export interface Choice {
  readonly policy: Policy;
  readonly now: number;
  /** 0 up to 10,000, a new one for each request: who belongs to the canary's share. */
  readonly draw: number;
  /** Lanes measured slower come last, to the first token or for each one after it; null: no wish. */
  readonly ttftMs: number | null;
  readonly tpotMs: number | null;
  /** What the request would cost on a lane, in a unit that all lanes have in common. */
  readonly costOf: (lane: Lane) => number;
  /** Whether it may be sent to a lane only to see how that one is now. */
  readonly isPatient: boolean;
}

/** A lane that was passed over so often is tried first once, so that something is known of it. */
export const TRICKLE_EVERY = 64;

/** A canary retreats when it is measured this much worse than the others. */
export const CANARY = { samplesMin: 20, ttftFactor: 1.5, failureMargin: 0.05 } as const;

/** Measured, or promised as long as too little was. */
export function expectedTtft({ lane, record }: Candidate): number {
  return ttftP95(record) ?? lane.ttftPromisedMs;
}

export function expectedTpot({ lane, record }: Candidate): number {
  return tpotP95(record) ?? lane.tpotPromisedMs;
}

/** Lanes in the order in which they are tried; ties go by id, so that every process says the same. */
export function orderLanes(candidates: readonly Candidate[], choice: Choice): readonly Candidate[] {
  const { policy } = choice;
  switch (policy.kind) {
    case 'pinned':
      return candidates.filter(({ lane }) => lane.reservationId === policy.reservationId);
    case 'lowest-ttft':
      return withTrickle(sorted(candidates, choice, expectedTtft), choice);
    case 'lowest-cost':
      return sorted(candidates, choice, ({ lane }) => choice.costOf(lane));
    case 'canary': {
      const isCanary = ({ lane }: Candidate): boolean => lane.reservationId === policy.reservationId;
      const [canary] = candidates.filter(isCanary);
      const others = sorted(candidates.filter((one) => !isCanary(one)), choice, expectedTtft);
      if (canary === undefined) return others;
      const isFirst = choice.draw < policy.share && !hasRetreated(canary, others);
      const isAvoided = canary.record.avoidedUntil > choice.now;
      return isFirst && !isAvoided ? [canary, ...others] : [...others, canary];
    }
  }
}

/** One that failed a moment ago has to wait for that to be over. */
function withTrickle(ordered: readonly Candidate[], { isPatient, now }: Choice): readonly Candidate[] {
  if (!isPatient) return ordered;
  const due = ordered.find(({ record }) => record.passedOver >= TRICKLE_EVERY && record.avoidedUntil <= now);
  return due === undefined ? ordered : [due, ...ordered.filter((one) => one !== due)];
}

/** Tells lanes in which order they were taken. */
export function notePlaces(ordered: readonly Candidate[]): void {
  ordered.forEach(({ record }, place) => (record.passedOver = place === 0 ? 0 : record.passedOver + 1));
}

/** What a canary, or the lane that it is compared with, was seen to do. */
export interface Seen {
  readonly requests: number;
  /** 0 to 1. */
  readonly failureShare: number;
  readonly firstTokens: number;
  /** Milliseconds; of a canary null with too few. */
  readonly ttftP95: number | null;
}

export type Retreat = 'fails-more' | 'slower';

/** Why a canary is worse than what it would take traffic from; null: it is not, or too little was seen of it. */
export function retreatOf(canary: Seen, base: { readonly failureShare: number; readonly expectedTtft: number }): Retreat | null {
  if (canary.requests < CANARY.samplesMin) return null;
  if (canary.failureShare > base.failureShare + CANARY.failureMargin) return 'fails-more';
  const ours = canary.firstTokens < CANARY.samplesMin ? null : canary.ttftP95;
  return ours !== null && ours > base.expectedTtft * CANARY.ttftFactor ? 'slower' : null;
}

/** Whether a canary is measured to be worse than what it would take traffic from. */
export function hasRetreated(canary: Candidate, others: readonly Candidate[]): boolean {
  const [base] = others;
  if (base === undefined) return false;
  return retreatOf(seenOf(canary.record), { failureShare: failureShare(base.record), expectedTtft: expectedTtft(base) }) !== null;
}

function seenOf(record: LaneRecord): Seen {
  const { outcomes, ttfts } = record;
  return { requests: outcomes.values.length, failureShare: failureShare(record), firstTokens: ttfts.values.length, ttftP95: ttftP95(record) };
}

/** Those that failed a moment ago come last, before them those slower than wished for. */
function sorted(
  candidates: readonly Candidate[],
  choice: Choice,
  measure: (candidate: Candidate) => number,
): readonly Candidate[] {
  if (candidates.length < 2) return candidates;
  const rank = (candidate: Candidate): number => {
    if (candidate.record.avoidedUntil > choice.now) return 2;
    return isTooSlow(candidate, choice) ? 1 : 0;
  };
  return candidates
    .map((candidate) => ({ candidate, rank: rank(candidate), value: measure(candidate) }))
    .sort((a, b) => a.rank - b.rank || a.value - b.value || byId(a.candidate, b.candidate))
    .map(({ candidate }) => candidate);
}

function isTooSlow(candidate: Candidate, { ttftMs, tpotMs }: Choice): boolean {
  const isLate = ttftMs !== null && expectedTtft(candidate) > ttftMs;
  return isLate || (tpotMs !== null && expectedTpot(candidate) > tpotMs);
}

const byId = (a: Candidate, b: Candidate): number =>
  a.lane.reservationId < b.lane.reservationId ? -1 : 1;


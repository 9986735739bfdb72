import { CANARY, retreatOf, type Retreat, type Seen } from './lane.order.js';
import { RECORD_LIMITS } from './lane.record.js';
import type { Lane } from './lane.js';
import { modelOf } from './model.name.js';
import type { Policy } from './routing.js';

/** What a lane is to a routing now. */
export type Standing =
  /** It takes its turn by the policy. */
  | { readonly kind: 'in-order' }
  /** The only one that is used, and one that is not used beside it. */
  | { readonly kind: 'pinned' | 'unused' }
  /** A canary that too little was seen of, or that nothing can be compared with: it has its share. */
  | { readonly kind: 'on-trial' }
  /** A canary that was compared, and has its share. */
  | { readonly kind: 'canary'; readonly than: Compared }
  /** A canary that is measured to be worse than this lane: it comes last. */
  | { readonly kind: 'retreated'; readonly why: Retreat; readonly than: Compared };

/** The lane that a canary was compared with, and what of it counted. */
export interface Compared {
  readonly lane: Lane;
  /** Milliseconds: measured, or promised as long as too little was. */
  readonly expectedTtft: number;
  /** 0 to 1. */
  readonly failureShare: number;
}

/** Where a lane stands in the order: market by market, the canary or the pinned one first, then by what the policy goes by, then by id. */
export interface Place {
  readonly marketId: string;
  readonly isNamed: boolean;
  /** Milliseconds, or micro-USD for the lowest cost. */
  readonly value: number;
  readonly reservationId: string;
}

export interface StandingLane {
  readonly lane: Lane;
  readonly seen: Seen;
  readonly standing: Standing;
  readonly place: Place;
}

type Watched = Pick<StandingLane, 'lane' | 'seen'>;

/** Of the lanes that hold something now, in the order of their places. */
export function standingsOf(policy: Policy, watched: readonly Watched[]): readonly StandingLane[] {
  const valueOf = policy.kind === 'lowest-cost' ? ({ lane }: Watched): number => Number(lane.unitPrice) : expectedOf;
  return watched
    .map((one) => {
      const { marketId, reservationId } = one.lane;
      return { ...one, standing: standingOf(policy, one, watched), place: { marketId, isNamed: isNamedIn(policy, one), value: valueOf(one), reservationId } };
    })
    .sort((a, b) => comparePlaces(a.place, b.place));
}

/** What comes after a place, whether or not a lane stands there still. */
export const standingAfter = (all: readonly StandingLane[], place: Place): readonly StandingLane[] =>
  all.filter((one) => comparePlaces(one.place, place) > 0);

function comparePlaces(a: Place, b: Place): number {
  return (
    compare(a.marketId, b.marketId) ||
    Number(b.isNamed) - Number(a.isNamed) ||
    a.value - b.value ||
    compare(a.reservationId, b.reservationId)
  );
}

function standingOf(policy: Policy, one: Watched, watched: readonly Watched[]): Standing {
  switch (policy.kind) {
    case 'pinned':
      return { kind: isNamedIn(policy, one) ? 'pinned' : 'unused' };
    case 'lowest-ttft':
    case 'lowest-cost':
      return { kind: 'in-order' };
    case 'canary':
      return isNamedIn(policy, one) ? canaryOf(one, watched) : { kind: 'in-order' };
  }
}

/** Compared with the best other lane of its model, as requests are that name no quantization. */
function canaryOf(canary: Watched, watched: readonly Watched[]): Standing {
  const [best] = watched
    .filter((one) => one !== canary && modelOf(one.lane.marketId) === modelOf(canary.lane.marketId))
    .sort((a, b) => expectedOf(a) - expectedOf(b) || compare(a.lane.reservationId, b.lane.reservationId));
  if (best === undefined || canary.seen.requests < CANARY.samplesMin) return { kind: 'on-trial' };
  const than = { lane: best.lane, expectedTtft: expectedOf(best), failureShare: best.seen.failureShare };
  const why = retreatOf(canary.seen, than);
  return why === null ? { kind: 'canary', than } : { kind: 'retreated', why, than };
}

/** Measured, or promised as long as too little was. */
function expectedOf({ lane, seen }: Watched): number {
  return seen.firstTokens < RECORD_LIMITS.samplesMin || seen.ttftP95 === null ? lane.ttftPromisedMs : seen.ttftP95;
}

const isNamedIn = (policy: Policy, { lane }: Watched): boolean => 'reservationId' in policy && policy.reservationId === lane.reservationId;

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

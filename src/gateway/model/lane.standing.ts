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
  | { readonly kind: 'canary'; readonly than: Lane }
  /** A canary that is measured to be worse than this lane: it comes last. */
  | { readonly kind: 'retreated'; readonly why: Retreat; readonly than: Lane };

export interface StandingLane {
  readonly lane: Lane;
  readonly seen: Seen;
  readonly standing: Standing;
}

type Watched = Pick<StandingLane, 'lane' | 'seen'>;

/** Of the lanes that hold something now: market by market, the canary or the pinned one first, then as the policy takes them. */
export function standingsOf(policy: Policy, watched: readonly Watched[]): readonly StandingLane[] {
  const valueOf = policy.kind === 'lowest-cost' ? ({ lane }: Watched): number => Number(lane.unitPrice) : expectedOf;
  return watched
    .map((one) => ({ ...one, standing: standingOf(policy, one, watched) }))
    .sort(
      (a, b) =>
        compare(a.lane.marketId, b.lane.marketId) ||
        Number(isNamedIn(policy, b)) - Number(isNamedIn(policy, a)) ||
        valueOf(a) - valueOf(b) ||
        compare(a.lane.reservationId, b.lane.reservationId),
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
  const why = retreatOf(canary.seen, { failureShare: best.seen.failureShare, expectedTtft: expectedOf(best) });
  return why === null ? { kind: 'canary', than: best.lane } : { kind: 'retreated', why, than: best.lane };
}

/** Measured, or promised as long as too little was. */
function expectedOf({ lane, seen }: Watched): number {
  return seen.firstTokens < RECORD_LIMITS.samplesMin || seen.ttftP95 === null ? lane.ttftPromisedMs : seen.ttftP95;
}

const isNamedIn = (policy: Policy, { lane }: Watched): boolean => 'reservationId' in policy && policy.reservationId === lane.reservationId;

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

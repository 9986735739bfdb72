import type { MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import { isZero, restrict, type StepFunction } from '../../kernel/step-function.js';
import { ceilToGrid, DAY_MS, floorToGrid, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { PoolAttributes } from '../../providers/contract.js';
import { openAsks } from './book.sides.js';
import { roomOver } from './buyer-room.js';
import type { MarketState } from './market.state.js';
import { isEvidenced, POOL_CHECKS, type PoolConstraints } from './order.constraints.js';
import type { EvidenceLevel } from './order.state.js';
import type { Ask, ConstraintName, PlanProblem, Spread } from './plan.problem.js';
import { poolOf } from './titles.js';

/** What a buyer insists on. Null and empty: anything goes. Constraints exclude, never reorder. */
export interface PlanConstraints extends Spread, PoolConstraints {
  readonly quantizations: readonly string[];
  readonly evidenceMin: EvidenceLevel;
  readonly unitPriceMax: UnitPrice | null;
}

/** An ask, with what its pool promises and how well that is shown. */
export interface Offer {
  readonly ask: Ask;
  readonly attributes: PoolAttributes;
  readonly level: EvidenceLevel;
}

/** What can be bought in some markets, as one buyer sees it. */
export interface Offers {
  readonly offers: readonly Offer[];
  readonly rooms: ReadonlyMap<PoolId, StepFunction>;
}

/** All that one market offers this buyer in a window: the cells of grids that are running included. */
export function offersIn(
  state: MarketState,
  { buyerId, window, now }: { buyerId: OrganizationId; window: Window; now: Instant },
): Offers {
  const start = floorToGrid(window.start, DAY_MS);
  const end = ceilToGrid(window.end, DAY_MS);
  const rooms = new Map<PoolId, StepFunction>();
  const offers: Offer[] = [];
  for (const { listingId, poolId, sellerId, unitPrice, remaining } of openAsks(state)) {
    const pool = poolOf(state, poolId);
    const { marketId, providerId, grid, lotSize, attributes } = pool.facts;
    const from = Math.max(start, floorToGrid(now, grid)) as Instant;
    if (sellerId === buyerId || from >= end) continue;
    const left = restrict(remaining, { start: from, end });
    if (isZero(left)) continue;
    const names = { listingId, marketId, poolId, sellerId, providerId };
    offers.push({ ask: { ...names, unitPrice, grid, lotSize, remaining: left }, attributes, level: pool.evidence.level });
    const buying = { buyerId, window: { start, end } };
    const room = rooms.has(poolId) ? null : roomOver(pool, buying, now);
    if (room !== null) rooms.set(poolId, room);
  }
  return { offers, rooms };
}

type Check = (constraints: PlanConstraints, offer: Offer) => boolean;

/** What each constraint asks of a single offer. */
const CHECKS: Readonly<Record<Exclude<ConstraintName, keyof Spread>, Check>> = {
  quantizations: ({ quantizations }, { ask }) =>
    quantizations.length === 0 || quantizations.includes(quantizationOf(ask.marketId)),
  platforms: ofPool('platforms'),
  regions: ofPool('regions'),
  residency: ofPool('residency'),
  ttftP95Max: ofPool('ttftP95Max'),
  streamTokensPerSecondMin: ofPool('streamTokensPerSecondMin'),
  evidenceMin: (constraints, { level }) => isEvidenced(constraints, level),
  unitPriceMax: ({ unitPriceMax }, { ask }) =>
    unitPriceMax === null || ask.unitPrice <= unitPriceMax,
};
export type OfferConstraint = keyof typeof CHECKS;
export const OFFER_CONSTRAINTS = Object.keys(CHECKS) as readonly OfferConstraint[];

function ofPool(name: keyof PoolConstraints): Check {
  return (constraints, { attributes }) => POOL_CHECKS[name](constraints, attributes);
}

export function quantizationOf(marketId: MarketId): string {
  return marketId.slice(marketId.indexOf('@') + 1);
}

/** The problem over the offers that meet every constraint, or every one but some. */
export function problemOf(
  demand: StepFunction,
  { offers, rooms }: Offers,
  constraints: PlanConstraints,
  without: readonly ConstraintName[] = [],
): PlanProblem {
  const checked = OFFER_CONSTRAINTS.filter((name) => !without.includes(name));
  const asks = offers
    .filter((offer) => checked.every((name) => CHECKS[name](constraints, offer)))
    .map(({ ask }) => ask);
  const pools = new Set(asks.map(({ poolId }) => poolId));
  const { providersMin, providerShareMax } = constraints;
  const spread = { providersMin, providerShareMax };
  return { demand, asks, rooms: new Map([...rooms].filter(([id]) => pools.has(id))), spread };
}

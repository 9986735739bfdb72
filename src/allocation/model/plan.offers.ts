import type { MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import { BASIS_POINTS_WHOLE, divide, type UnitPrice } from '../../kernel/money.js';
import {
  fromSegments,
  isZero,
  restrict,
  segmentsOf,
  subtract,
  ZERO,
  type StepFunction,
} from '../../kernel/step-function.js';
import { ceilToGrid, DAY_MS, floorToGrid, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { PoolAttributes } from '../../providers/contract.js';
import type { MarketState, PoolState } from './market.state.js';
import type { Ask, ConstraintName, PlanProblem, Spread } from './plan.problem.js';
import { poolOf } from './titles.js';

/** What a buyer insists on. Null and empty: anything goes. Constraints exclude, never reorder. */
export interface PlanConstraints extends Spread {
  readonly quantizations: readonly string[];
  readonly platforms: readonly string[];
  readonly regions: readonly string[];
  /** ISO 3166-1 alpha-2 codes; prompts must stay in these countries. */
  readonly residency: readonly string[];
  readonly ttftP95Max: Duration | null;
  readonly streamTokensPerSecondMin: number | null;
  readonly unitPriceMax: UnitPrice | null;
}

/** An ask, with what its pool promises. */
export interface Offer {
  readonly ask: Ask;
  readonly attributes: PoolAttributes;
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
  for (const { listingId, poolId, sellerId, unitPrice, remaining } of state.listings.values()) {
    const pool = poolOf(state, poolId);
    const { marketId, providerId, grid, attributes } = pool.facts;
    const from = Math.max(start, floorToGrid(now, grid)) as Instant;
    if (sellerId === buyerId || from >= end) continue;
    const left = restrict(remaining, { start: from, end });
    if (isZero(left)) continue;
    const names = { listingId, marketId, poolId, sellerId, providerId };
    offers.push({ ask: { ...names, unitPrice, grid, remaining: left }, attributes });
    const room = rooms.has(poolId) ? null : roomFor(pool, buyerId, { start, end });
    if (room !== null) rooms.set(poolId, room);
  }
  return { offers, rooms };
}

/** What a pool's cap leaves to a buyer, in whole tokens/s; null where there is none. */
function roomFor(
  { facts, positions }: PoolState,
  buyerId: OrganizationId,
  window: Window,
): StepFunction | null {
  const { buyerShareMax, nameplate, providerId } = facts;
  if (buyerShareMax === null || buyerId === providerId) return null;
  const scaled = (fn: StepFunction, by: bigint): StepFunction => ({
    starts: fn.starts,
    values: fn.values.map((value) => value * by),
  });
  const capped = scaled(nameplate, BigInt(buyerShareMax));
  const held = scaled(positions.get(buyerId) ?? ZERO, BASIS_POINTS_WHOLE);
  const room = segmentsOf(restrict(subtract(capped, held), window));
  return fromSegments(
    room.flatMap(({ window: own, value }) =>
      value > 0n ? [{ window: own, value: divide(value, BASIS_POINTS_WHOLE).quotient }] : [],
    ),
  );
}

type Check = (constraints: PlanConstraints, offer: Offer) => boolean;

/** What each constraint asks of a single offer. */
const CHECKS: Readonly<Record<Exclude<ConstraintName, keyof Spread>, Check>> = {
  quantizations: ({ quantizations }, { ask }) =>
    isAmong(quantizations, quantizationOf(ask.marketId)),
  platforms: ({ platforms }, { attributes }) => isAmong(platforms, attributes.platform),
  regions: ({ regions }, { attributes }) => isAmong(regions, attributes.region),
  residency: ({ residency }, { attributes }) => staysIn(residency, attributes.residency),
  ttftP95Max: ({ ttftP95Max }, { attributes }) =>
    ttftP95Max === null || attributes.serviceLevel.ttftP95 <= ttftP95Max,
  streamTokensPerSecondMin: ({ streamTokensPerSecondMin }, { attributes }) =>
    attributes.serviceLevel.streamTokensPerSecondMin >= (streamTokensPerSecondMin ?? 0),
  unitPriceMax: ({ unitPriceMax }, { ask }) =>
    unitPriceMax === null || ask.unitPrice <= unitPriceMax,
};
export type OfferConstraint = keyof typeof CHECKS;
export const OFFER_CONSTRAINTS = Object.keys(CHECKS) as readonly OfferConstraint[];

const isAmong = (wanted: readonly string[], given: string): boolean =>
  wanted.length === 0 || wanted.includes(given);

/** A pool that promises no country may send prompts anywhere. */
function staysIn(wanted: readonly string[], promised: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return promised.length > 0 && promised.every((country) => wanted.includes(country));
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

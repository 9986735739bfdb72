import { BASIS_POINTS_WHOLE } from '../../kernel/money.js';
import {
  add,
  fromSegments,
  isNonNegative,
  rectangle,
  segmentsOf,
  subtract,
  ZERO,
  type StepFunction,
} from '../../kernel/step-function.js';
import { isOnGrid } from '../../kernel/window.js';
import { groupBy, volumeOf } from './plan.fills.js';
import type { Ask, Fill, Plan, PlanProblem } from './plan.problem.js';
import { amountOf } from './titles.js';

/** Everything that is wrong with a plan, in exact arithmetic; nothing for one that can be held. */
export function faultsOf(problem: PlanProblem, { fills, amount }: Plan): readonly string[] {
  const total = fills.reduce<bigint>((sum, fill) => sum + fill.amount, 0n);
  return [
    ...(total === amount ? [] : ['the amount is not the sum']),
    ...(isNonNegative(subtract(sumOf(fills), problem.demand)) ? [] : ['demand is not covered']),
    ...faultsOfFills(problem, fills),
    ...faultsOfOffers(problem, fills),
    ...spreadFaultsOf(problem, fills),
  ];
}

function faultsOfFills({ asks }: PlanProblem, fills: readonly Fill[]): readonly string[] {
  const byId = new Map(asks.map((ask) => [ask.listingId, ask]));
  return fills.flatMap((fill) => faultsOfFill(byId.get(fill.listingId), fill));
}

function faultsOfFill(ask: Ask | undefined, fill: Fill): readonly string[] {
  const { listingId, window, quantity, unitPrice, amount } = fill;
  if (ask === undefined) return [`${listingId} is not offered`];
  return [
    ...(isOnGrid(window, ask.grid) ? [] : [`${listingId} is off the grid`]),
    ...(quantity % ask.lotSize === 0n ? [] : [`${listingId} is off the lot`]),
    ...(unitPrice === ask.unitPrice ? [] : [`${listingId} has another price`]),
    ...(amount === amountOf(unitPrice, quantity, window) ? [] : [`${listingId} has another amount`]),
  ];
}

function faultsOfOffers({ asks, rooms }: PlanProblem, fills: readonly Fill[]): readonly string[] {
  const byListing = groupBy(fills, ({ listingId }) => listingId);
  const byPool = groupBy(fills, ({ poolId }) => poolId);
  return [
    ...asks.flatMap(({ listingId, remaining }) =>
      isWithin(byListing.get(listingId), remaining) ? [] : [`${listingId} offers less`],
    ),
    ...[...rooms].flatMap(([poolId, room]) =>
      isWithin(byPool.get(poolId), room) ? [] : [`${poolId} caps one buyer`],
    ),
  ];
}

/** Where the rules over providers are broken. */
export function spreadFaultsOf(
  { spread }: PlanProblem,
  fills: readonly Pick<Fill, 'providerId' | 'window' | 'quantity'>[],
): readonly string[] {
  const { providersMin, providerShareMax } = spread;
  const byProvider = [...groupBy(fills, ({ providerId }) => providerId).values()];
  const most = volumeOf(fills) * BigInt(providerShareMax ?? BASIS_POINTS_WHOLE);
  const isShared = byProvider.every((own) => volumeOf(own) * BASIS_POINTS_WHOLE <= most);
  return [
    ...(byProvider.length >= providersMin ? [] : ['too few providers']),
    ...(isShared ? [] : ['one provider has too large a share']),
  ];
}

function isWithin(fills: readonly Fill[] | undefined, limit: StepFunction): boolean {
  return fills === undefined || isNonNegative(subtract(limit, sumOf(fills)));
}

function sumOf(fills: readonly Fill[]): StepFunction {
  return fills.reduce((sum, { window, quantity }) => add(sum, rectangle(window, quantity)), ZERO);
}

/** What is bought above the demand. */
export function surplusOf({ demand }: PlanProblem, { fills }: Plan): StepFunction {
  return fromSegments(segmentsOf(subtract(sumOf(fills), demand)));
}

import type { CapacitySegmentInput } from '../../api/graphql/window.types.js';
import { unless, within, type Issue } from '../../kernel/issue.js';
import { isMarketId, type ListingId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { fromSegments, type StepFunction } from '../../kernel/step-function.js';
import { DAY_MS, HOUR_MS, type Duration } from '../../kernel/time.js';
import { checkOrder } from '../../kernel/window.rules.js';
import type { PlannedHold, PlanRequest } from '../application/plan.service.js';
import { useIssues } from './tco.reading.js';
import type { HoldPlanInput, PlanInput } from './plan.types.js';

export const PLAN_LIMITS = {
  segments: 1_000,
  days: 1_100,
  /** Tokens/s at any instant; beyond, a solver's numbers are not exact. */
  quantity: 1_000_000_000n,
  values: 100,
  providers: 20,
  holds: 1_000,
} as const;

/** What no planner could make sense of. */
export function planIssues(input: PlanInput): readonly Issue[] {
  const accepted = 'the name of a model, such as llama-3.3-70b';
  return [
    ...unless(isMarketId(`${input.model}@fp8`), { field: 'model', reason: 'is no model', accepted }),
    ...demandIssues(input.demand),
    ...(['quantizations', 'platforms', 'regions', 'residency'] as const).flatMap((field) =>
      unless(input[field].length <= PLAN_LIMITS.values, {
        field,
        reason: 'names too many',
        accepted: `up to ${PLAN_LIMITS.values}`,
      }),
    ),
    ...limitIssues(input),
    ...spreadIssues(input),
    ...costIssues(input),
  ];
}

function demandIssues(demand: readonly CapacitySegmentInput[]): readonly Issue[] {
  const field = 'demand';
  const { segments, days, quantity } = PLAN_LIMITS;
  const isCounted = demand.length > 0 && demand.length <= segments;
  const many = { field, reason: 'is empty or too long', accepted: `1 to ${segments} windows` };
  if (!isCounted) return [many];
  const disordered = demand.flatMap(({ window }, index) =>
    checkOrder(`${field}.${index}.window`, window),
  );
  if (disordered.length > 0) return disordered;
  const length = lengthOf(demand);
  const { values } = demandOf(demand);
  return [
    ...unless(length <= days * DAY_MS, {
      field,
      reason: 'reaches too far',
      accepted: `up to ${days} days from first to last`,
    }),
    ...unless(values.every((value) => value <= quantity), {
      field,
      reason: 'is too high',
      accepted: `up to ${quantity} tokens/s at any instant`,
    }),
  ];
}

function limitIssues(input: PlanInput): readonly Issue[] {
  const { ttftP95MsMax = null, streamTokensPerSecondMin = null, unitPriceMax = null } = input;
  return [
    ...unless(ttftP95MsMax === null || ttftP95MsMax > 0, {
      field: 'ttftP95MsMax',
      reason: 'is not above zero',
      accepted: '1 or more milliseconds, or nothing',
    }),
    ...unless(streamTokensPerSecondMin === null || streamTokensPerSecondMin >= 0, {
      field: 'streamTokensPerSecondMin',
      reason: 'is below zero',
      accepted: '0 or more tokens/s, or nothing',
    }),
    ...unless(unitPriceMax === null || unitPriceMax >= 0n, {
      field: 'unitPriceMax',
      reason: 'is below zero',
      accepted: '0 or more micro-USD per token/s and hour, or nothing',
    }),
  ];
}

function spreadIssues({ providersMin, providerShareMax = null }: PlanInput): readonly Issue[] {
  const { providers } = PLAN_LIMITS;
  return [
    ...unless(providersMin >= 1 && providersMin <= providers, {
      field: 'providersMin',
      reason: 'is no number of providers',
      accepted: `1 to ${providers}`,
    }),
    ...unless(providerShareMax === null || (providerShareMax >= 1 && providerShareMax <= 10_000), {
      field: 'providerShareMax',
      reason: 'is no share',
      accepted: '1 to 10000 hundredths of a per cent, or nothing',
    }),
  ];
}

function costIssues({ totalCost = null, demand }: PlanInput): readonly Issue[] {
  if (totalCost === null) return [];
  const { everyHours = null } = totalCost;
  const least = Math.max(1, Math.ceil(lengthOf(demand) / HOUR_MS));
  const most = (PLAN_LIMITS.days * DAY_MS) / HOUR_MS;
  const often = unless(everyHours === null || (everyHours >= least && everyHours <= most), {
    field: 'everyHours',
    reason: 'is less than the demand lasts, or too long',
    accepted: `${least} to ${most} hours, or nothing`,
  });
  return within('totalCost', [...useIssues(totalCost), ...often]);
}

function lengthOf(demand: readonly CapacitySegmentInput[]): number {
  const starts = demand.map(({ window }) => window.start);
  const ends = demand.map(({ window }) => window.end);
  return Math.max(...ends) - Math.min(...starts);
}

export function demandOf(demand: readonly CapacitySegmentInput[]): StepFunction {
  return fromSegments(
    demand.map(({ window: { start, end }, quantity }) => ({ window: { start, end }, value: quantity })),
  );
}

export function readPlan(input: PlanInput): PlanRequest {
  const { model, quantizations, platforms, regions, residency, evidenceMin, providersMin } = input;
  const providerShareMax = (input.providerShareMax ?? null) as BasisPoints | null;
  return {
    model,
    demand: demandOf(input.demand),
    constraints: {
      ...{ quantizations, platforms, regions, residency, evidenceMin, providersMin },
      ttftP95Max: (input.ttftP95MsMax ?? null) as Duration | null,
      streamTokensPerSecondMin: input.streamTokensPerSecondMin ?? null,
      unitPriceMax: input.unitPriceMax ?? null,
      // The whole is no limit.
      providerShareMax: providerShareMax === 10_000 ? null : providerShareMax,
    },
  };
}

export function holdIssues({ holds }: HoldPlanInput): readonly Issue[] {
  const most = PLAN_LIMITS.holds;
  if (holds.length === 0 || holds.length > most) {
    return [{ field: 'holds', reason: 'is empty or too long', accepted: `1 to ${most} holds` }];
  }
  return holds.flatMap(({ window }, index) => checkOrder(`holds.${index}.window`, window));
}

export function readHolds({ holds }: HoldPlanInput): readonly PlannedHold[] {
  return holds.map(({ listingId, window: { start, end }, quantity }) => ({
    ...{ listingId: listingId as ListingId, window: { start, end }, quantity },
  }));
}

import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { MICRO_USD_MAX } from '../../kernel/money.js';
import { HOUR_MS, type Duration } from '../../kernel/time.js';
import { PlanService } from '../application/plan.service.js';
import { repeatedPlan } from '../model/tco.js';
import { showHeld, showPlan } from './plan.presentation.js';
import { holdIssues, planIssues, readHolds, readPlan } from './plan.reading.js';
import { isTellable, readUse, showTotalCost } from './tco.reading.js';
import { HoldPlanInput, HoldPlanResult, PlanInput, PlanResult } from './plan.types.js';

const COSTS_TOO_MUCH = {
  field: 'totalCost',
  reason: 'is more than can be told over 36 months',
  accepted: `a demand, and oneOffCost, that come to ${MICRO_USD_MAX} micro-USD or less`,
};

@Resolver()
export class PlanResolver {
  constructor(private readonly plans: PlanService) {}

  @Query(() => PlanResult, {
    description:
      'The cheapest way to cover a demand over time, across listings, quantizations and providers. Listings of your own are left out.',
  })
  @AllowMembers(ROLES, 'market:read')
  async plan(
    @Args('input', { description: 'The demand, and what you insist on.' }) input: PlanInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = planIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const request = readPlan(input);
    const answer = await this.plans.plan(caller, request);
    if (answer.kind !== 'plan' || !input.totalCost) return showPlan(answer);
    const { totalCost } = input;
    const every = totalCost.everyHours ? ((totalCost.everyHours * HOUR_MS) as Duration) : null;
    const question = readUse(repeatedPlan(request.demand, answer.plan, every), totalCost);
    if (!isTellable(question)) return invalidInput([COSTS_TOO_MUCH]);
    return { ...showPlan(answer), totalCost: showTotalCost(question) };
  }

  @Mutation(() => HoldPlanResult, {
    description:
      'Sets several parts of listings aside for you, all or none. Pay each within 15 minutes: see payReservation.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async holdPlan(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What to hold.' }) input: HoldPlanInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = holdIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'holdPlan', idempotencyKey, input };
    return showHeld(await this.plans.hold(request, readHolds(input)));
  }
}

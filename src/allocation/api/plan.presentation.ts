import type { Refusal } from '../../api/graphql/refusals.js';
import { assertNever } from '../../kernel/assert.js';
import { formatInstant } from '../../kernel/time.js';
import { PLAN_LIMITS, type HoldPlanOutcome, type TooManyPlans } from '../application/plan.service.js';
import type { Infeasible, PlanAnswer, Undecided } from '../model/plan.problem.js';
import { PLAN_CONSTRAINTS } from './plan.types.js';
import { showReservation } from './reservation.presentation.js';
import { showRejection } from './trade.rejections.js';

export function showPlan(answer: PlanAnswer | TooManyPlans): object {
  switch (answer.kind) {
    case 'plan':
      return { __typename: 'Plan', ...answer.plan };
    case 'infeasible':
      return showInfeasible(answer.infeasible);
    case 'too-many':
      return showTooMany(answer);
    default:
      return showUndecided(answer);
  }
}

const NAMES = new Map<string, string>(
  Object.entries(PLAN_CONSTRAINTS).map(([shown, name]) => [name, shown]),
);

function showTooMany({ retryAfterSeconds }: TooManyPlans): object {
  const message = `your organization has asked for ${PLAN_LIMITS.attemptsMax} plans in a minute: ask again in ${retryAfterSeconds} s`;
  const code = 'TOO_MANY_REQUESTS';
  return { __typename: 'TooManyRequestsRejection', code, message, retryAfterSeconds };
}

function showInfeasible(infeasible: Infeasible): object {
  const { inTheWay } = infeasible;
  const common = { __typename: 'InfeasiblePlanRejection', code: 'PLAN_INFEASIBLE', inTheWay };
  const names = inTheWay.map((name) => NAMES.get(name)).join(', ');
  if (infeasible.kind === 'spread') {
    const { providers: providersOffering } = infeasible;
    const message = `${providersOffering} providers offer this, which is not enough for ${names}`;
    const nothing = { firstUncoveredAt: null, window: null, demanded: null, available: null };
    return { ...common, message, ...nothing, missing: null, providersOffering };
  }
  const { window, demanded, available } = infeasible;
  const missing = demanded - available;
  const help = inTheWay.length === 0 ? 'nothing you left out would help' : `in the way: ${names}`;
  const message = `${missing} tokens/s are missing from ${formatInstant(window.start)} on; ${help}`;
  const found = { firstUncoveredAt: window.start, window, demanded, available, missing };
  return { ...common, message, ...found, providersOffering: null };
}

function showUndecided({ kind }: Undecided): Refusal {
  const __typename = 'UndecidedPlanRejection';
  switch (kind) {
    case 'busy':
      return { __typename, code: 'PLANNER_BUSY', message: 'many plans are being made: try again in a moment' };
    case 'too-slow':
      return { __typename, code: 'PLAN_TOO_SLOW', message: 'no plan was found in time: ask for less, or with fewer rules' };
    case 'too-large':
      return { __typename, code: 'PLAN_TOO_LARGE', message: 'this is too much for one plan: ask for a shorter time' };
    default:
      return assertNever(kind);
  }
}

export function showHeld(outcome: HoldPlanOutcome): object {
  if (outcome.accepted) {
    const reservations = outcome.reservations.map(showReservation);
    return { __typename: 'HoldPlanSuccess', reservations };
  }
  const { index, rejection } = outcome;
  const reason = showRejection(rejection, 'reserve');
  const message = `hold ${index} cannot be made, so none is: ${reason.message}`;
  return { __typename: 'PlanHoldRejection', code: 'PLAN_NOT_HELD', message, index, reason };
}

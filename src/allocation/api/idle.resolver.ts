import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ReservationId } from '../../kernel/ids.js';
import { unless, type Issue } from '../../kernel/issue.js';
import type { BasisPoints } from '../../kernel/money.js';
import { IdleService } from '../application/idle.service.js';
import type { IdleRule } from '../model/idle.state.js';
import { SetIdleRuleInput, SetIdleRuleResult, type IdleRuleInput } from './idle.types.js';
import { showRejection } from './trade.rejections.js';

@Resolver()
export class IdleResolver {
  constructor(private readonly idle: IdleService) {}

  @Mutation(() => SetIdleRuleResult, {
    description:
      'Lists what a reservation of yours is measured not to need: every hour, for the day to come, from three hours after its start on.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async setIdleRule(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The rule, or none.' }) input: SetIdleRuleInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const given = input.rule ?? null;
    const issues = given === null ? [] : ruleIssues(given);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'setIdleRule', idempotencyKey, input };
    const reservationId = input.reservationId as ReservationId;
    const outcome = await this.idle.setRule(request, reservationId, readRule(given));
    if (!outcome.accepted) return showRejection(outcome.rejection, 'idle');
    return { __typename: 'SetIdleRuleSuccess', reservationId };
  }
}

function ruleIssues({ unitPrice, margin }: IdleRuleInput): readonly Issue[] {
  return [
    ...unless(unitPrice >= 1n, {
      field: 'rule.unitPrice',
      reason: 'is below 1',
      accepted: '1 or more micro-USD per token/s and hour',
    }),
    ...unless(Number.isInteger(margin) && margin >= 0 && margin <= 10_000, {
      field: 'rule.margin',
      reason: 'is out of range',
      accepted: '0 to 10000 hundredths of a per cent',
    }),
  ];
}

function readRule(given: IdleRuleInput | null): IdleRule | null {
  if (given === null) return null;
  const { unitPrice, margin, keepMin } = given;
  return { unitPrice, margin: margin as BasisPoints, keepMin };
}

import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { assertNever } from '../../kernel/assert.js';
import type { AutoTopUp } from '../../platform/prisma/generated/client.js';
import { AutoTopUpService } from '../application/auto-top-up.service.js';
import type { AutoTopUpStanding } from '../model/auto-top-up.js';
import { AutoTopUpType, RemoveAutoTopUpResult, SetAutoTopUpInput, SetAutoTopUpResult } from './auto-top-up.types.js';

@Resolver()
export class AutoTopUpResolver {
  constructor(private readonly service: AutoTopUpService) {}

  @Query(() => AutoTopUpType, { nullable: true, description: 'Money that comes by itself when your wallet is low; null until you say so.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async autoTopUp(@Caller() { organizationId }: AuthenticatedPrincipal): Promise<AutoTopUpType | null> {
    const known = await this.service.standing(organizationId);
    return known === null ? null : show(known.rule, known.standing);
  }

  @Mutation(() => SetAutoTopUpResult, {
    description: 'Says when money comes by itself; what was declined before is forgotten.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async setAutoTopUp(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The rule.' }) input: SetAutoTopUpInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.service.setRule(caller, input, idempotencyKey);
    switch (outcome.kind) {
      case 'invalid':
        return invalidInput(outcome.issues);
      case 'not-found':
        return notFound('paymentMethodId', 'your organization has saved no such payment method: see setUpPaymentMethod');
      case 'set':
        return { __typename: 'SetAutoTopUpSuccess', autoTopUp: show(outcome.rule, outcome.standing) };
      default:
        return assertNever(outcome);
    }
  }

  @Mutation(() => RemoveAutoTopUpResult, { description: 'No money comes by itself any more. What is under way still comes.' })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async removeAutoTopUp(
    @IdempotencyKey() idempotencyKey: string,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const wasSet = await this.service.removeRule(caller, idempotencyKey);
    return { __typename: 'RemoveAutoTopUpSuccess', wasSet };
  }
}

function show(rule: AutoTopUp, standing: AutoTopUpStanding): AutoTopUpType {
  return {
    ...rule,
    state: standing.state,
    until: 'until' in standing ? new Date(standing.until) : null,
    failureCode: 'failureCode' in standing ? standing.failureCode : null,
    topUpId: 'topUpId' in standing ? standing.topUpId : null,
  };
}

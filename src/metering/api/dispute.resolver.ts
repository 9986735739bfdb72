import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import { readName } from '../../api/graphql/scalars.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ReservationId } from '../../kernel/ids.js';
import { formatInstant } from '../../kernel/time.js';
import { ServiceLevelService } from '../application/service-level.service.js';
import { SERVICE_LIMITS, type ServiceRejection } from '../model/service-hour.commands.js';
import {
  DisputeCreditInput,
  DisputeCreditResult,
  ResolveDisputeInput,
  ResolveDisputeResult,
} from './dispute.types.js';

/** What is no text that can be kept is as if it were empty. */
const readText = (text: string): string => readName(text, SERVICE_LIMITS.textLength) ?? '';

@Resolver()
export class DisputeResolver {
  constructor(private readonly levels: ServiceLevelService) {}

  @Mutation(() => DisputeCreditResult, {
    description: 'Says that a credit for an hour you sold or provided is wrong, within 7 days of it.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async disputeCredit(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The hour.' }) input: DisputeCreditInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const context = commandOf(caller, 'disputeCredit', idempotencyKey, { ...input });
    const { hour, reason } = input;
    const reservationId = input.reservationId as ReservationId;
    const { organizationId: callerId } = caller;
    const said = { reservationId, hour, callerId, reason: readText(reason) };
    const outcome = await this.levels.settle(context, { type: 'DisputeCredit', ...said });
    if (!outcome.accepted) return showRejection(outcome.rejection);
    return { __typename: 'DisputeCreditSuccess', reservationId };
  }

  @Mutation(() => ResolveDisputeResult, {
    description: 'Ends a dispute for good; the credit is posted back where it was wrong.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async resolveDispute(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The hour, and how.' }) input: ResolveDisputeInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const context = commandOf(caller, 'resolveDispute', idempotencyKey, { ...input });
    const { hour, outcome: how } = input;
    const reservationId = input.reservationId as ReservationId;
    const { organizationId: callerId } = caller;
    const isExchange = caller.kind === 'member' && caller.isPlatformAdmin;
    const said = { reservationId, hour, outcome: how, callerId, isExchange, note: readText(input.note) };
    const outcome = await this.levels.settle(context, { type: 'ResolveDispute', ...said });
    if (!outcome.accepted) return showRejection(outcome.rejection);
    return { __typename: 'ResolveDisputeSuccess', reservationId, ...outcome.answer };
  }
}

function showRejection(rejection: JsonOf<ServiceRejection>): object {
  switch (rejection.code) {
    case 'HOUR_NOT_FOUND':
      return notFound('reservationId', 'your organization has no such hour that was judged');
    case 'VALIDATION_FAILED':
      return invalidInput(rejection.issues);
    case 'NOT_THE_SELLER':
    case 'NOT_CREDITED':
    case 'ALREADY_DISPUTED':
    case 'DISPUTE_OVER':
    case 'NOT_DISPUTED':
    case 'DISPUTE_RESOLVED':
    case 'NOT_YOURS_TO_SAY': {
      const { code, ...found } = rejection;
      const data = { until: null, outcome: null, allowed: [], ...found };
      return { __typename: 'DisputeRejection', code, message: messageOf(rejection), ...data };
    }
  }
}

type Shown = Exclude<JsonOf<ServiceRejection>, { code: 'HOUR_NOT_FOUND' | 'VALIDATION_FAILED' }>;

function messageOf(rejection: Shown): string {
  switch (rejection.code) {
    case 'NOT_THE_SELLER':
      return 'a credit is disputed by who sold the hour or provides it';
    case 'NOT_CREDITED':
      return 'nothing was given back for this hour';
    case 'ALREADY_DISPUTED':
      return 'this hour has a dispute that is open';
    case 'DISPUTE_OVER':
      return `the hour could be disputed until ${formatInstant(rejection.until)}`;
    case 'NOT_DISPUTED':
      return 'this hour has no dispute';
    case 'DISPUTE_RESOLVED':
      return `the dispute of this hour was ${rejection.outcome}, for good`;
    case 'NOT_YOURS_TO_SAY':
      return `you can say: ${rejection.allowed.join(', ') || 'nothing'}`;
  }
}

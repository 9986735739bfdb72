import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowPlatformAdmins } from '../../../api/graphql/access.js';
import { Caller } from '../../../api/graphql/current.js';
import { IdempotencyKey } from '../../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../../identity/contract.js';
import { assertNever } from '../../../kernel/assert.js';
import { StandInService, type StandInOutcome } from '../../application/stand-in/stand-in.service.js';
import type { StandInView } from '../../model/stand-in.js';
import { MICRO_USD_PER_CENT } from '../../model/top-up.js';
import {
  ClearStandInFaultsResult,
  FailStandInInput,
  FailStandInResult,
  FinishStandInPaymentInput,
  FinishStandInPaymentResult,
  HappenAtStandInInput,
  HappenAtStandInResult,
  HoldStandInEventsResult,
  ReleaseStandInEventsInput,
  ReleaseStandInEventsResult,
  ResendStandInEventInput,
  ResendStandInEventResult,
} from './stand-in.types.js';
import { StripeStandInType } from './stand-in.view.types.js';

const NOTHING: StandInView = {
  ...{ operations: [], faults: [], isHolding: false, eventsWaiting: 0, events: [] },
  ...{ waitingPayments: [], paidPayments: [], disputes: [], refunds: [], accounts: [] },
};
const STRIPE_ITSELF =
  'Stripe itself is asked, since STRIPE_SECRET_KEY is set: nothing was done, and Stripe was asked nothing. Without the key a stand-in answers, where things can be made to go wrong';

/** Trying what goes wrong with payments, for those who run the exchange, where no money moves. */
@Resolver()
export class StandInResolver {
  constructor(@Inject(StandInService) private readonly service: StandInService) {}

  @Query(() => StripeStandInType, { description: 'What the local stand-in for Stripe has, and what was set to go wrong there.' })
  @AllowPlatformAdmins()
  stripeStandIn(): object {
    return show(this.service.look());
  }

  @Mutation(() => FailStandInResult, { description: 'Lets requests to the stand-in for Stripe fail.' })
  @AllowPlatformAdmins()
  async failStandIn(
    @IdempotencyKey() key: string,
    @Args('input', { description: 'What, and how.' }) { operation, effect, status, when, times }: FailStandInInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const fault = { operation: operation ?? null, effect, status: status ?? null, when, times };
    return answer('FailStandInSuccess', await this.service.fail({ caller, key }, fault));
  }

  @Mutation(() => ClearStandInFaultsResult, { description: 'Nothing fails any more at the stand-in for Stripe.' })
  @AllowPlatformAdmins()
  async clearStandInFaults(@IdempotencyKey() key: string, @Caller() caller: AuthenticatedPrincipal): Promise<object> {
    return answer('ClearStandInFaultsSuccess', await this.service.clearFaults({ caller, key }));
  }

  @Mutation(() => FinishStandInPaymentResult, { description: 'Ends a payment at the stand-in for Stripe that waits for a bank or for its payer.' })
  @AllowPlatformAdmins()
  async finishStandInPayment(
    @IdempotencyKey() key: string,
    @Args('input', { description: 'Which, and how.' }) { paymentId, outcome }: FinishStandInPaymentInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    return answer('FinishStandInPaymentSuccess', await this.service.finish({ caller, key }, paymentId, outcome));
  }

  @Mutation(() => HappenAtStandInResult, { description: 'Lets something happen by itself at the stand-in for Stripe, such as a dispute.' })
  @AllowPlatformAdmins()
  async happenAtStandIn(
    @IdempotencyKey() key: string,
    @Args('input', { description: 'What, and to what.' }) { happening, subject, amount }: HappenAtStandInInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    return answer('HappenAtStandInSuccess', await this.service.happen({ caller, key }, { happening, subject, amount: amount ?? null }));
  }

  @Mutation(() => HoldStandInEventsResult, { description: 'Keeps the events of the stand-in for Stripe back, until they are released or the process ends.' })
  @AllowPlatformAdmins()
  async holdStandInEvents(@IdempotencyKey() key: string, @Caller() caller: AuthenticatedPrincipal): Promise<object> {
    return answer('HoldStandInEventsSuccess', await this.service.hold({ caller, key }));
  }

  @Mutation(() => ReleaseStandInEventsResult, { description: 'Sends the events of the stand-in for Stripe that wait, in an order, once or more often.' })
  @AllowPlatformAdmins()
  async releaseStandInEvents(
    @IdempotencyKey() key: string,
    @Args('input', { description: 'In which order, and how often.' }) { order, times }: ReleaseStandInEventsInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    return answer('ReleaseStandInEventsSuccess', await this.service.release({ caller, key }, order, times));
  }

  @Mutation(() => ResendStandInEventResult, { description: 'Sends an event of the stand-in for Stripe once more, also while others are kept back.' })
  @AllowPlatformAdmins()
  async resendStandInEvent(
    @IdempotencyKey() key: string,
    @Args('input', { description: 'Which.' }) { eventId }: ResendStandInEventInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    return answer('ResendStandInEventSuccess', await this.service.resend({ caller, key }, eventId));
  }
}

function answer(success: string, outcome: StandInOutcome): object {
  switch (outcome.kind) {
    case 'done':
      return { __typename: success, standIn: show(outcome.view) };
    case 'stripe-itself':
      return { __typename: 'StripeItselfRejection', code: 'STRIPE_ITSELF', message: STRIPE_ITSELF };
    case 'invalid':
      return invalidInput(outcome.issues);
    case 'not-found':
      return notFound(outcome.field, 'the stand-in has no such thing: see stripeStandIn');
    case 'refused':
      return { __typename: 'StandInRefusedRejection', code: 'STAND_IN_REFUSED', message: outcome.message };
    default:
      return assertNever(outcome);
  }
}

function show(view: StandInView | null): object {
  const { waitingPayments, paidPayments, disputes, refunds, ...rest } = view ?? NOTHING;
  return {
    ...{ ...rest, isAnswering: view !== null },
    ...{ waitingPayments: waitingPayments.map(priced), paidPayments: paidPayments.map(priced) },
    ...{ disputes: disputes.map(priced), refunds: refunds.map(priced) },
  };
}

const priced = <Row extends { readonly cents: bigint }>(row: Row): Row & { readonly amount: bigint } => ({ ...row, amount: row.cents * MICRO_USD_PER_CENT });

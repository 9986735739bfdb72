import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { NotFoundRejection, Rejection, ValidationRejection } from '../../../api/graphql/rejection.js';
import { resultUnion } from '../../../api/graphql/result-union.js';
import { MicroUsdScalar } from '../../../api/graphql/scalars.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { EventOrder, FaultEffect, FaultMoment, StandInHappening } from '../../model/stand-in.js';
import { FAULT_EFFECT_NAMES, FAULT_MOMENT_NAMES, StripeStandInType } from './stand-in.view.types.js';

export const HAPPENING_NAMES = {
  DISPUTE_OPENED: 'dispute_opened',
  DISPUTE_REVIEWED: 'dispute_reviewed',
  DISPUTE_WON: 'dispute_won',
  DISPUTE_LOST: 'dispute_lost',
  REFUND_FAILED: 'refund_failed',
  ACCOUNT_RESTRICTED: 'account_restricted',
  ACCOUNT_SATISFIED: 'account_satisfied',
  BANK_PAYOUT_FAILED: 'bank_payout_failed',
} as const satisfies { readonly [Happening in StandInHappening as Uppercase<Happening>]: Happening };
registerEnumType(HAPPENING_NAMES, {
  name: 'StandInHappening',
  description: 'What happens by itself: at Stripe, at a bank or at a card network.',
  valuesMap: {
    DISPUTE_OPENED: { description: 'The holder of a card disputes a payment, or a part of it; subject: the payment (pi_…).' },
    DISPUTE_REVIEWED: { description: 'Evidence was submitted; subject: the dispute (dp_…).' },
    DISPUTE_WON: { description: 'The bank decides for us, and the money comes back; subject: the dispute (dp_…).' },
    DISPUTE_LOST: { description: 'The bank decides for the holder of the card, in full or in part; subject: the dispute (dp_…).' },
    REFUND_FAILED: { description: 'The bank of the card sends a refund back; subject: the refund (re_…).' },
    ACCOUNT_RESTRICTED: { description: 'Stripe asks a seller for more and moves no money to it; subject: the account (acct_…).' },
    ACCOUNT_SATISFIED: { description: 'The seller has given what was asked for; subject: the account (acct_…).' },
    BANK_PAYOUT_FAILED: { description: 'The bank of a seller sends back what Stripe paid out; subject: the account (acct_…).' },
  },
});

export const PAYMENT_END_NAMES = { SUCCEEDED: 'succeeded', FAILED: 'failed' } as const;
registerEnumType(PAYMENT_END_NAMES, {
  name: 'StandInPaymentEnd',
  description: 'How a payment ends that waits for a bank or for its payer.',
  valuesMap: {
    SUCCEEDED: { description: 'The bank pays, or the payer authenticates.' },
    FAILED: { description: 'The bank refuses, or the payer does not authenticate.' },
  },
});

export const EVENT_ORDER_NAMES = { AS_MADE: 'as_made', REVERSED: 'reversed' } as const satisfies Record<string, EventOrder>;
registerEnumType(EVENT_ORDER_NAMES, {
  name: 'StandInEventOrder',
  description: 'In which order events are sent that were kept back.',
  valuesMap: {
    AS_MADE: { description: 'The oldest first.' },
    REVERSED: { description: 'The newest first.' },
  },
});

@InputType({ description: 'What is to fail, and how.' })
export class FailStandInInput {
  @Field(() => String, { nullable: true, description: 'Such as transfers.create: see stripeStandIn { operations }. Left out: whatever is asked next.' })
  operation!: string | null;

  @Field(() => FAULT_EFFECT_NAMES, { description: 'What goes wrong.' })
  effect!: FaultEffect;

  @Field(() => Int, { nullable: true, description: 'With STATUS, and with nothing else: 400 to 599.' })
  status!: number | null;

  @Field(() => FAULT_MOMENT_NAMES, { defaultValue: FAULT_MOMENT_NAMES.BEFORE, description: 'Before or after it was carried out.' })
  when!: FaultMoment;

  @Field(() => Int, { defaultValue: 1, description: 'How many requests it hits, 1 to 1000. What gets no answer is asked once more at once: that is two.' })
  times!: number;
}

@InputType({ description: 'Which payment ends, and how.' })
export class FinishStandInPaymentInput {
  @Field(() => ID, { description: 'Stripe’s id of it, pi_….' })
  paymentId!: string;

  @Field(() => PAYMENT_END_NAMES, { description: 'How.' })
  outcome!: 'succeeded' | 'failed';
}

@InputType({ description: 'What happens at the stand-in.' })
export class HappenAtStandInInput {
  @Field(() => HAPPENING_NAMES, { description: 'What.' })
  happening!: StandInHappening;

  @Field(() => ID, { description: 'To what: Stripe’s id of it.' })
  subject!: string;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'In whole cents. With DISPUTE_OPENED the part that is disputed; left out: all that was not refunded. With DISPUTE_LOST the part that comes back all the same; left out: nothing. With nothing else.',
  })
  amount!: MicroUsd | null;
}

@InputType({ description: 'How events are sent that were kept back.' })
export class ReleaseStandInEventsInput {
  @Field(() => EVENT_ORDER_NAMES, { defaultValue: EVENT_ORDER_NAMES.AS_MADE, description: 'In which order.' })
  order!: EventOrder;

  @Field(() => Int, { defaultValue: 1, description: 'How often each comes, 1 to 5: all of them, then all of them again.' })
  times!: number;
}

@InputType({ description: 'Which event is sent once more.' })
export class ResendStandInEventInput {
  @Field(() => ID, { description: 'Its id, evt_….' })
  eventId!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'A key is set, so Stripe itself is asked: nothing can be made to go wrong there.' })
export class StripeItselfRejection extends Rejection {}

@ObjectType({ implements: () => [Rejection], description: 'The stand-in has it, and not in a state for that.' })
export class StandInRefusedRejection extends Rejection {}

@ObjectType({ isAbstract: true })
abstract class StandInSuccess {
  @Field(() => StripeStandInType, { description: 'What the stand-in has now.' })
  standIn!: StripeStandInType;
}

@ObjectType({ description: 'It will fail.' })
export class FailStandInSuccess extends StandInSuccess {}

@ObjectType({ description: 'Nothing fails any more.' })
export class ClearStandInFaultsSuccess extends StandInSuccess {}

@ObjectType({ description: 'The payment has ended; its events are on their way, unless they are kept back.' })
export class FinishStandInPaymentSuccess extends StandInSuccess {}

@ObjectType({ description: 'It has happened; its events are on their way, unless they are kept back.' })
export class HappenAtStandInSuccess extends StandInSuccess {}

@ObjectType({ description: 'Events are kept back from now on.' })
export class HoldStandInEventsSuccess extends StandInSuccess {}

@ObjectType({ description: 'They are on their way, and so is what comes after.' })
export class ReleaseStandInEventsSuccess extends StandInSuccess {}

@ObjectType({ description: 'It is on its way once more.' })
export class ResendStandInEventSuccess extends StandInSuccess {}

export const FailStandInResult = resultUnion('failStandIn', [FailStandInSuccess, StripeItselfRejection, ValidationRejection, StandInRefusedRejection]);
export const ClearStandInFaultsResult = resultUnion('clearStandInFaults', [ClearStandInFaultsSuccess, StripeItselfRejection]);
export const FinishStandInPaymentResult = resultUnion('finishStandInPayment', [
  FinishStandInPaymentSuccess,
  ...[StripeItselfRejection, NotFoundRejection, StandInRefusedRejection],
]);
export const HappenAtStandInResult = resultUnion('happenAtStandIn', [
  HappenAtStandInSuccess,
  ...[StripeItselfRejection, ValidationRejection, NotFoundRejection, StandInRefusedRejection],
]);
export const HoldStandInEventsResult = resultUnion('holdStandInEvents', [HoldStandInEventsSuccess, StripeItselfRejection]);
export const ReleaseStandInEventsResult = resultUnion('releaseStandInEvents', [
  ReleaseStandInEventsSuccess,
  ...[StripeItselfRejection, ValidationRejection],
]);
export const ResendStandInEventResult = resultUnion('resendStandInEvent', [
  ResendStandInEventSuccess,
  ...[StripeItselfRejection, NotFoundRejection],
]);

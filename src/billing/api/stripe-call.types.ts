import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection, Rejection, StateRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import type { StripeCallKind, StripeCallState } from '../model/stripe-call.js';
import type { Verdict } from '../model/stripe-call.verdict.js';

export const STRIPE_CALL_STATE_NAMES = {
  PENDING: 'pending',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  NEEDS_REVIEW: 'needs_review',
} as const satisfies Record<string, StripeCallState>;
registerEnumType(STRIPE_CALL_STATE_NAMES, {
  name: 'StripeCallState',
  description: 'What became of something that Stripe was asked.',
  valuesMap: {
    PENDING: { description: 'Stripe has not answered yet: it is asked again.' },
    SUCCEEDED: { description: 'Stripe did it.' },
    FAILED: { description: 'Stripe refused it.' },
    NEEDS_REVIEW: { description: 'No answer came for too long: a person looks at it.' },
  },
});

export const STRIPE_CALL_KIND_NAMES = {
  CHARGE_TOP_UP: 'charge_top_up',
  CREATE_CUSTOMER: 'create_customer',
  SET_UP_PAYMENT_METHOD: 'set_up_payment_method',
  DETACH_PAYMENT_METHOD: 'detach_payment_method',
  REFUND_TOP_UP: 'refund_top_up',
  CREATE_PAYOUT_ACCOUNT: 'create_payout_account',
  CREATE_TRANSFER: 'create_transfer',
  REVERSE_TRANSFER: 'reverse_transfer',
  CREATE_INVOICE: 'create_invoice',
  PAY_INVOICE: 'pay_invoice',
  VOID_INVOICE: 'void_invoice',
  CREATE_CREDIT_NOTE: 'create_credit_note',
  CREATE_METER: 'create_meter',
  SEND_METER_EVENT: 'send_meter_event',
  CALCULATE_TAX: 'calculate_tax',
  RECORD_TAX: 'record_tax',
  REVERSE_TAX: 'reverse_tax',
} as const satisfies { readonly [Kind in StripeCallKind as Uppercase<Kind>]: Kind };
registerEnumType(STRIPE_CALL_KIND_NAMES, {
  name: 'StripeCallKind',
  description: 'What Stripe is asked to do.',
  valuesMap: {
    CHARGE_TOP_UP: { description: 'To charge a card for a top-up.' },
    CREATE_CUSTOMER: { description: 'To make the customer whom an organization’s payment methods belong to.' },
    SET_UP_PAYMENT_METHOD: { description: 'To save a payment method for later charges.' },
    DETACH_PAYMENT_METHOD: { description: 'To forget a payment method.' },
    REFUND_TOP_UP: { description: 'To give back what a top-up brought.' },
    CREATE_PAYOUT_ACCOUNT: { description: 'To make a seller’s account.' },
    CREATE_TRANSFER: { description: 'To pay a seller.' },
    REVERSE_TRANSFER: { description: 'To take a payment to a seller back.' },
    CREATE_INVOICE: { description: 'To make a copy of an invoice.' },
    PAY_INVOICE: { description: 'To mark the copy of an invoice as paid.' },
    VOID_INVOICE: { description: 'To make the copy of an invoice void.' },
    CREATE_CREDIT_NOTE: { description: 'To make a copy of a credit note.' },
    CREATE_METER: { description: 'To make the meter that counts overage.' },
    SEND_METER_EVENT: { description: 'To count overage.' },
    CALCULATE_TAX: { description: 'To determine the tax of a month.' },
    RECORD_TAX: { description: 'To record the tax of an invoice.' },
    REVERSE_TAX: { description: 'To take recorded tax back.' },
  },
});

@ObjectType('StripeCall', { description: 'Something that Stripe is asked to do for an organization.' })
export class StripeCallType {
  @Field(() => ID, { description: 'Its id.' })
  callId!: string;

  @Field(() => ID, { description: 'For whom.' })
  organizationId!: string;

  @Field(() => STRIPE_CALL_KIND_NAMES, { description: 'What is asked.' })
  kind!: string;

  @Field({ description: 'What it is about: a top-up, a setup, a payment method, a refund, a payout, a reversal, an invoice, a credit note, a rated hour, a month with what its tax follows from.' })
  subject!: string;

  @Field(() => STRIPE_CALL_STATE_NAMES, { description: 'What became of it.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'Stripe’s name for what was made or changed.' })
  stripeId!: string | null;

  @Field(() => String, { nullable: true, description: 'What Stripe said last, in its words; null once it did it.' })
  failureCode!: string | null;

  @Field(() => Int, { description: 'How often Stripe was asked.' })
  attempts!: number;

  @Field(() => InstantScalar, { description: 'When it was written down.' })
  createdAt!: Date;
}

export const StripeCallConnection = connectionOf(StripeCallType, 'StripeCall', 'calls to Stripe');

@InputType({ description: 'Which call Stripe is asked about now.' })
export class RetryStripeCallInput {
  @Field(() => ID, { description: 'The call.' })
  callId!: string;
}

@ObjectType({ description: 'Stripe was asked, unless the call had ended.' })
export class RetryStripeCallSuccess {
  @Field(() => StripeCallType, { description: 'What it is now.' })
  call!: StripeCallType;
}

export const RetryStripeCallResult = resultUnion('retryStripeCall', [RetryStripeCallSuccess, NotFoundRejection]);

export const STRIPE_CALL_VERDICT_NAMES = { MADE: 'made', AGAIN: 'again', GIVEN_UP: 'given_up' } as const satisfies Record<string, Verdict>;
registerEnumType(STRIPE_CALL_VERDICT_NAMES, {
  name: 'StripeCallVerdict',
  description: 'What became of a call, as somebody says who looked at Stripe.',
  valuesMap: {
    MADE: { description: 'Stripe did it, under the id that is given: it is looked at there, and booked.' },
    AGAIN: { description: 'Stripe did not do it: it is asked for under another key.' },
    GIVEN_UP: { description: 'Stripe did not do it, and is not asked again: what was set aside for it is free.' },
  },
});

@InputType({ description: 'What somebody who looked at Stripe says of a call that needs review.' })
export class JudgeStripeCallInput {
  @Field(() => ID, { description: 'The call.' })
  callId!: string;

  @Field(() => STRIPE_CALL_VERDICT_NAMES, { description: 'What became of it.' })
  verdict!: Verdict;

  @Field(() => String, { nullable: true, description: 'With MADE: Stripe’s id of what was made, such as pi_… or tr_….' })
  stripeId!: string | null;

  @Field({ description: 'How it is known, in 1 to 500 characters; is in the audit trail.' })
  note!: string;
}

@ObjectType({ description: 'It is noted, with what follows. What Stripe has after all is booked, whatever was said.' })
export class JudgeStripeCallSuccess {
  @Field(() => StripeCallType, { description: 'What it is now.' })
  call!: StripeCallType;
}

@ObjectType({ implements: () => [Rejection], description: 'Of calls of that kind this cannot be said.' })
export class VerdictNotPossibleRejection extends Rejection {
  @Field(() => STRIPE_CALL_VERDICT_NAMES, { description: 'What can.' })
  accepted!: Verdict;
}

@ObjectType({ implements: () => [Rejection], description: 'Stripe has something else than was said, has not ended it, or does not answer.' })
export class StripeSaysOtherwiseRejection extends Rejection {
  @Field({ description: 'What Stripe says, in its words; not_this_call: it is of something else; not_ended: its message will end it.' })
  failureCode!: string;
}

export const JudgeStripeCallResult = resultUnion('judgeStripeCall', [
  JudgeStripeCallSuccess,
  ValidationRejection,
  NotFoundRejection,
  StateRejection,
  VerdictNotPossibleRejection,
  StripeSaysOtherwiseRejection,
]);

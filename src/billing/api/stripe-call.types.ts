import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import { STRIPE_CALL_KINDS, type StripeCallState } from '../model/stripe-call.js';

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

@ObjectType('StripeCall', { description: 'Something that Stripe is asked to do for an organization.' })
export class StripeCallType {
  @Field(() => ID, { description: 'Its id.' })
  callId!: string;

  @Field(() => ID, { description: 'For whom.' })
  organizationId!: string;

  @Field({ description: `What is asked: ${STRIPE_CALL_KINDS.join(', ')}.` })
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

import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection, Rejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import type { MethodStatus } from '../application/payment-method.service.js';
import type { SetupState } from '../application/payment-method-setup.service.js';

const METHOD_STATUS_NAMES = {
  ACTIVE: 'active',
  REMOVING: 'removing',
  REMOVED: 'removed',
} as const satisfies Record<string, MethodStatus>;
registerEnumType(METHOD_STATUS_NAMES, {
  name: 'PaymentMethodStatus',
  description: 'Whether a saved payment method may be charged.',
  valuesMap: {
    ACTIVE: { description: 'It may be charged.' },
    REMOVING: { description: 'It is not charged any more; Stripe has not confirmed that it is forgotten there.' },
    REMOVED: { description: 'It is gone, for good.' },
  },
});

const SETUP_STATE_NAMES = {
  PENDING: 'pending',
  REQUIRES_ACTION: 'requires_action',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'canceled',
} as const satisfies Record<string, SetupState>;
registerEnumType(SETUP_STATE_NAMES, {
  name: 'PaymentMethodSetupStatus',
  description: 'How far the saving of a payment method has come.',
  valuesMap: {
    PENDING: { description: 'It waits for the payer, or for Stripe.' },
    REQUIRES_ACTION: { description: 'The payer must prove who they are, in the browser.' },
    SUCCEEDED: { description: 'It is saved.' },
    FAILED: { description: 'It was declined; the payer may try another with the same client secret.' },
    CANCELED: { description: 'It was given up.' },
  },
});

@ObjectType('SavedPaymentMethod', { description: 'A card or an account that may be charged again. The rest of it is at Stripe only.' })
export class SavedPaymentMethodType {
  @Field(() => ID, { description: 'Stripe’s id, pm_….' })
  paymentMethodId!: string;

  @Field({ description: 'card, us_bank_account, …' })
  type!: string;

  @Field({ description: 'Of the card, or the name of the bank.' })
  brand!: string;

  @Field({ description: 'Its last four digits.' })
  last4!: string;

  @Field(() => Int, { nullable: true, description: 'Month in which a card expires, from 1.' })
  expiryMonth!: number | null;

  @Field(() => Int, { nullable: true, description: 'Year in which a card expires.' })
  expiryYear!: number | null;

  @Field(() => METHOD_STATUS_NAMES, { description: 'Whether it may be charged.' })
  status!: string;

  @Field({ description: 'It is offered first.' })
  isDefault!: boolean;

  @Field(() => InstantScalar, { description: 'When it was saved.' })
  createdAt!: Date;
}

export const SavedPaymentMethodConnection = connectionOf(SavedPaymentMethodType, 'SavedPaymentMethod', 'saved payment methods');

@ObjectType('PaymentMethodSetup', { description: 'A payment method on its way to be saved.' })
export class PaymentMethodSetupType {
  @Field(() => ID, { description: 'Its id.' })
  setupId!: string;

  @Field(() => SETUP_STATE_NAMES, { description: 'How far it has come.' })
  status!: string;

  @Field(() => ID, { nullable: true, description: 'The payment method, once one was named.' })
  paymentMethodId!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it failed, in Stripe’s words.' })
  failureCode!: string | null;
}

@InputType({ description: 'What is to be saved.' })
export class SetUpPaymentMethodInput {
  @Field(() => ID, {
    nullable: true,
    description: 'A payment method that Stripe’s own form has made, pm_…; left out, the browser names it with the client secret.',
  })
  paymentMethodId?: string | null;
}

@InputType({ description: 'Which payment method.' })
export class PaymentMethodInput {
  @Field(() => ID, { description: 'Stripe’s id, pm_….' })
  paymentMethodId!: string;
}

@ObjectType({ description: 'It is saved, or waits for the payer.' })
export class SetUpPaymentMethodSuccess {
  @Field(() => PaymentMethodSetupType, { description: 'How far it has come.' })
  setup!: PaymentMethodSetupType;

  @Field(() => String, {
    nullable: true,
    description: 'For Stripe’s form in the browser of whoever asked. Null once it is saved, and while Stripe gives no answer: ask again with the same key.',
  })
  clientSecret!: string | null;
}

@ObjectType({ implements: () => [Rejection], description: 'The bank declined it; it is not saved.' })
export class PaymentMethodDeclinedRejection extends Rejection {
  @Field(() => ID, { description: 'The setup that failed.' })
  setupId!: string;

  @Field({ description: 'Why, in Stripe’s words.' })
  reason!: string;
}

@ObjectType({ description: 'It is offered first from now on.' })
export class MakeDefaultPaymentMethodSuccess {
  @Field(() => SavedPaymentMethodType, { description: 'The payment method.' })
  paymentMethod!: SavedPaymentMethodType;
}

@ObjectType({ description: 'It is not charged any more.' })
export class RemovePaymentMethodSuccess {
  @Field(() => SavedPaymentMethodType, { description: 'The payment method.' })
  paymentMethod!: SavedPaymentMethodType;
}

export const SetUpPaymentMethodResult = resultUnion('setUpPaymentMethod', [
  SetUpPaymentMethodSuccess,
  ValidationRejection,
  PaymentMethodDeclinedRejection,
]);
export const MakeDefaultPaymentMethodResult = resultUnion('makeDefaultPaymentMethod', [
  MakeDefaultPaymentMethodSuccess,
  NotFoundRejection,
]);
export const RemovePaymentMethodResult = resultUnion('removePaymentMethod', [
  RemovePaymentMethodSuccess,
  NotFoundRejection,
]);

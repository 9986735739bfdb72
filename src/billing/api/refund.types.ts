import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import {
  InsufficientFundsRejection,
  NotFoundRejection,
  Rejection,
  ValidationRejection,
} from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { MicroUsd } from '../../kernel/money.js';

const REFUND_STATUS_NAMES = { RESERVED: 'reserved', PAID: 'paid', RETURNED: 'returned' } as const;
registerEnumType(REFUND_STATUS_NAMES, {
  name: 'RefundStatus',
  description: 'Where money on its way back to a card is.',
  valuesMap: {
    RESERVED: { description: 'Set aside: it cannot be spent, and Stripe has not said the end. See stripeCalls.' },
    PAID: { description: 'Stripe sent it to the card.' },
    RETURNED: { description: 'It did not reach the card: it is in the wallet again.' },
  },
});

@ObjectType('TopUpRefund', { description: 'Money on its way back to the card it came from.' })
export class TopUpRefundType {
  @Field(() => ID, { description: 'Its id.' })
  refundId!: string;

  @Field(() => ID, { description: 'The top-up that it is of.' })
  topUpId!: string;

  @Field(() => MicroUsdScalar, { description: 'How much.' })
  amount!: bigint;

  @Field(() => REFUND_STATUS_NAMES, { description: 'Where it is.' })
  status!: string;

  @Field(() => InstantScalar, { description: 'When it was set aside.' })
  reservedAt!: Date;
}

@ObjectType('PaymentDispute', { description: 'The payer of a top-up went to the bank: Stripe has taken the money until it is decided.' })
export class PaymentDisputeType {
  @Field(() => ID, { description: 'Stripe’s id.' })
  disputeId!: string;

  @Field(() => ID, { description: 'The top-up that it is about.' })
  topUpId!: string;

  @Field(() => MicroUsdScalar, { description: 'How much is disputed.' })
  amount!: bigint;

  @Field({ description: 'What Stripe last said: needs_response, under_review, won, lost and others.' })
  status!: string;

  @Field({ description: 'Why, in Stripe’s words.' })
  reason!: string;

  @Field(() => InstantScalar, { description: 'When it was opened.' })
  openedAt!: Date;

  @Field(() => InstantScalar, { nullable: true, description: 'Until when evidence is taken.' })
  evidenceDueAt!: Date | null;
}

export const TopUpRefundConnection = connectionOf(TopUpRefundType, 'TopUpRefund', 'refunds');
export const PaymentDisputeConnection = connectionOf(PaymentDisputeType, 'PaymentDispute', 'disputes');

@InputType({ description: 'What goes back to its card.' })
export class RefundTopUpInput {
  @Field(() => ID, { description: 'A top-up that succeeded.' })
  topUpId!: string;

  @Field(() => MicroUsdScalar, { description: 'How much of it: whole cents.' })
  amount!: MicroUsd;
}

@ObjectType({ description: 'It is set aside, and Stripe has been asked.' })
export class RefundTopUpSuccess {
  @Field(() => ID, { description: 'The refund.' })
  refundId!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'More than what of the top-up has not gone back yet.' })
export class RefundTooHighRejection extends Rejection {
  @Field(() => MicroUsdScalar, { description: 'What has not.' })
  available!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'The top-up is disputed: its bank decides.' })
export class TopUpDisputedRejection extends Rejection {}

@ObjectType({ implements: () => [Rejection], description: 'Stripe refused the refund: the money is in the wallet again.' })
export class RefundFailedRejection extends Rejection {
  @Field(() => ID, { description: 'The refund that failed.' })
  refundId!: string;

  @Field({ description: 'Why, in Stripe’s words.' })
  reason!: string;
}

export const RefundTopUpResult = resultUnion('refundTopUp', [
  RefundTopUpSuccess,
  ValidationRejection,
  NotFoundRejection,
  TopUpDisputedRejection,
  RefundTooHighRejection,
  InsufficientFundsRejection,
  RefundFailedRejection,
]);

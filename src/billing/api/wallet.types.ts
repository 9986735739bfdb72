import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import {
  NotFoundRejection,
  PartOfQuoteRejection,
  Rejection,
  StateRejection,
  ValidationRejection,
  SPEND_REJECTIONS,
} from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { TopUpOrigin, TopUpState } from '../model/top-up.js';

@ObjectType('Wallet', { description: 'What your organization has at this exchange.' })
export class WalletType {
  @Field(() => MicroUsdScalar, { description: 'To spend.' })
  balance!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Set aside for orders in the book.' })
  reserved!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Paid for capacity that is not delivered yet.' })
  inEscrow!: bigint;

  @Field(() => MicroUsdScalar, { description: 'On its way back to cards.' })
  refunding!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Overage, penalties, credits and what Stripe took away, as far as the balance could not cover them. While it is above zero the balance is zero: nothing can be bought.' })
  owed!: bigint;
}

@ObjectType('LedgerEntry', {
  description: 'One line of your books. The lines of one transaction sum to zero.',
})
export class LedgerEntryType {
  @Field(() => Int, { description: 'Which transaction, from 1 without gaps.' })
  version!: number;

  @Field(() => Int, { description: 'Which line of the transaction, from 0.' })
  line!: number;

  @Field({ description: 'What happened, such as EscrowFunded.' })
  kind!: string;

  @Field({
    description:
      'wallet, payable, external, clearing, receivable, uncollected, taxes, reserved:<order>, escrow:<reservation>, refund:<refund> or payout:<payout>.',
  })
  account!: string;

  @Field(() => MicroUsdScalar, { description: 'Credits are above zero.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Of the account, after this line.' })
  balance!: bigint;

  @Field({ description: 'Of both, as ISO 4217 has it: USD.' })
  currency!: string;

  @Field(() => ID, { nullable: true, description: 'The reservation it is about.' })
  reservationId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The order it is about.' })
  orderId!: string | null;

  @Field(() => InstantScalar, { description: 'When.' })
  postedAt!: Date;
}

export const LedgerEntryConnection = connectionOf(LedgerEntryType, 'LedgerEntry', 'ledger entries');

export const TOP_UP_STATE_NAMES = {
  PENDING: 'pending',
  PROCESSING: 'processing',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  NEEDS_REVIEW: 'needs_review',
} as const satisfies Record<string, TopUpState>;
registerEnumType(TOP_UP_STATE_NAMES, {
  name: 'TopUpState',
  description: 'What became of a top-up.',
  valuesMap: {
    PENDING: { description: 'Whether the money comes is not known yet.' },
    PROCESSING: { description: 'A bank was asked for it and answers in days: it may still fail, and cannot be spent before it has SUCCEEDED.' },
    SUCCEEDED: { description: 'It is in the wallet.' },
    FAILED: { description: 'It was declined.' },
    NEEDS_REVIEW: { description: 'No answer came for too long: a person looks at it.' },
  },
});

export const TOP_UP_ORIGIN_NAMES = {
  MEMBER: 'member',
  AUTOMATIC: 'automatic',
} as const satisfies Record<string, TopUpOrigin>;
registerEnumType(TOP_UP_ORIGIN_NAMES, {
  name: 'TopUpOrigin',
  description: 'Who asked for a top-up.',
  valuesMap: {
    MEMBER: { description: 'A member, or a program with a key.' },
    AUTOMATIC: { description: 'The rule for a wallet that is low.' },
  },
});

@ObjectType('TopUp', { description: 'A payment into your wallet.' })
export class TopUpType {
  @Field(() => ID, { description: 'Its id.' })
  topUpId!: string;

  @Field(() => MicroUsdScalar, { description: 'How much.' })
  amount!: bigint;

  @Field(() => TOP_UP_STATE_NAMES, { description: 'What became of it.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'Why it was declined, in Stripe’s words.' })
  failureCode!: string | null;

  @Field(() => TOP_UP_ORIGIN_NAMES, { description: 'Who asked for it.' })
  origin!: string;

  @Field(() => InstantScalar, { description: 'When it was asked for.' })
  createdAt!: Date;
}

export const TopUpConnection = connectionOf(TopUpType, 'TopUp', 'top-ups');

@InputType({ description: 'Money to put into the wallet.' })
export class TopUpWalletInput {
  @Field(() => MicroUsdScalar, { description: 'How much: whole cents from 0.50 to 999999.99 USD.' })
  amount!: MicroUsd;

  @Field({ description: 'Stripe’s id of the card or account to charge, pm_….' })
  paymentMethod!: string;
}

@InputType({ description: 'Which hold to pay.' })
export class PayReservationInput {
  @Field(() => ID, { description: 'The reservation that is held.' })
  reservationId!: string;
}

@ObjectType({ description: 'The payment was taken or is on its way.' })
export class TopUpWalletSuccess {
  @Field(() => TopUpType, { description: 'The top-up.' })
  topUp!: TopUpType;
}

@ObjectType({ implements: () => [Rejection], description: 'The payment was declined; nothing was charged.' })
export class PaymentDeclinedRejection extends Rejection {
  @Field(() => ID, { description: 'The top-up that failed.' })
  topUpId!: string;

  @Field({ description: 'Why, in Stripe’s words.' })
  reason!: string;
}

@ObjectType({ description: 'Title is yours; its price is in escrow until it is delivered.' })
export class PayReservationSuccess {
  @Field(() => ID, { description: 'The reservation, now scheduled.' })
  reservationId!: string;

  @Field(() => MicroUsdScalar, { description: 'What is left in the wallet.' })
  walletBalance!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'The hold ended before it was paid; nothing was charged.' })
export class HoldExpiredRejection extends Rejection {}

export const TopUpWalletResult = resultUnion('topUpWallet', [
  TopUpWalletSuccess,
  ValidationRejection,
  PaymentDeclinedRejection,
]);
export const PayReservationResult = resultUnion('payReservation', [
  PayReservationSuccess,
  NotFoundRejection,
  StateRejection,
  PartOfQuoteRejection,
  HoldExpiredRejection,
  ...SPEND_REJECTIONS,
]);

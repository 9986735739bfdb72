import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../../api/graphql/connection.js';
import { Rejection, ValidationRejection } from '../../../api/graphql/rejection.js';
import { resultUnion } from '../../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../../api/graphql/scalars.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { LotKind } from '../../model/payout/earnings.state.js';
import type { PayoutAccountState } from '../../model/payout/payout-account.js';
import { LedgerEntryType } from '../wallet.types.js';

export const ACCOUNT_STATE_NAMES = {
  NOT_STARTED: 'not-started',
  CREATING: 'creating',
  NEEDS_REVIEW: 'needs-review',
  ONBOARDING: 'onboarding',
  RESTRICTED: 'restricted',
  PAYABLE: 'payable',
} as const satisfies Record<string, PayoutAccountState>;
registerEnumType(ACCOUNT_STATE_NAMES, {
  name: 'PayoutAccountState',
  description: 'Where a seller stands on the way to being paid out.',
  valuesMap: {
    NOT_STARTED: { description: 'Nobody asked to be paid out: what is earned goes to the wallet.' },
    CREATING: { description: 'Stripe is asked for an account.' },
    NEEDS_REVIEW: { description: 'Stripe gave no answer for too long: a person looks at it.' },
    ONBOARDING: { description: 'Stripe has questions that were not answered yet.' },
    RESTRICTED: { description: 'Stripe needs more, and takes no money for it meanwhile.' },
    PAYABLE: { description: 'What is due is paid out.' },
  },
});

export const PAYOUT_STATES = {
  PENDING: 'pending',
  NEEDS_REVIEW: 'needs_review',
  PAID: 'paid',
  PARTLY_REVERSED: 'partly_reversed',
  REVERSED: 'reversed',
  FAILED: 'failed',
} as const;
export type PayoutState = (typeof PAYOUT_STATES)[keyof typeof PAYOUT_STATES];
registerEnumType(PAYOUT_STATES, {
  name: 'PayoutState',
  description: 'What became of a payout.',
  valuesMap: {
    PENDING: { description: 'Stripe is asked to move the money.' },
    NEEDS_REVIEW: { description: 'Stripe gave no answer for too long: a person looks at it.' },
    PAID: { description: 'The money is in the seller’s account at Stripe.' },
    PARTLY_REVERSED: { description: 'Some of it came back.' },
    REVERSED: { description: 'All of it came back.' },
    FAILED: { description: 'Stripe refused: the money is payable again.' },
  },
});

export const LINE_KINDS = {
  PROCEEDS: 'proceeds',
  ROYALTY: 'royalty',
  CANCELLATION: 'cancellation',
  OVERAGE: 'overage',
  CARRIED_OVER: 'carried-over',
  RETURNED: 'returned',
} as const satisfies Record<string, LotKind>;
registerEnumType(LINE_KINDS, {
  name: 'PayoutLineKind',
  description: 'What a line of a payout pays.',
  valuesMap: {
    PROCEEDS: { description: 'Capacity that was delivered.' },
    ROYALTY: { description: 'A share of capacity that somebody resold.' },
    CANCELLATION: { description: 'A share of a cancellation fee.' },
    OVERAGE: { description: 'A share of use above a reservation.' },
    CARRIED_OVER: { description: 'Earned before payouts began, and not spent since.' },
    RETURNED: { description: 'Of a payout that failed or was reversed.' },
  },
});

@ObjectType('PayoutRule', { description: 'When a seller is paid: what is due by it is paid out every day.' })
export class PayoutRuleType {
  @Field(() => MicroUsdScalar, { description: 'Less than this waits.' })
  minimum!: bigint;

  @Field(() => Int, { description: 'So many days after the day it was earned, for credits and disputes.' })
  holdBackDays!: number;
}

@ObjectType('PayableDay', { description: 'What of one day is earned, and not paid out.' })
export class PayableDayType {
  @Field(() => InstantScalar, { description: 'First instant of the day that it was earned on; 1970 for what may be paid out again at once.' })
  earnedOn!: number;

  @Field(() => InstantScalar, { description: 'When it comes due.' })
  dueAt!: number;

  @Field(() => MicroUsdScalar, { description: 'How much.' })
  amount!: bigint;
}

@ObjectType('PayoutAccount', { description: 'How your organization is paid what it earns.' })
export class PayoutAccountType {
  @Field(() => ACCOUNT_STATE_NAMES, { description: 'Where it stands.' })
  state!: string;

  @Field(() => [String], { description: 'What Stripe still needs, in its words, such as external_account.' })
  needs!: readonly string[];

  @Field(() => String, { nullable: true, description: 'Why Stripe takes no money for it, in its words.' })
  disabledReason!: string | null;

  @Field(() => PayoutRuleType, { description: 'The rule that it is paid by.' })
  rule!: PayoutRuleType;

  @Field(() => MicroUsdScalar, { description: 'Earned, and not paid out.' })
  payable!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What of it is due now, in whole cents.' })
  due!: bigint;

  @Field(() => InstantScalar, { nullable: true, description: 'When more of it comes due; null: all is due.' })
  nextDueAt!: number | null;

  @Field(() => [PayableDayType], { description: 'What is payable, by the day it was earned on; the first 100 days.' })
  days!: readonly PayableDayType[];

  @Field(() => MicroUsdScalar, { description: 'Left what is payable, and is not at Stripe yet.' })
  inFlight!: bigint;

  @Field(() => MicroUsdScalar, {
    description: 'What your organization owes, for credits and penalties above all: it comes out of what it earns next.',
  })
  owed!: bigint;

  @Field(() => String, { nullable: true, description: 'Why your bank sent back what Stripe paid to it.' })
  bankFailureCode!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it did.' })
  bankFailedAt!: Date | null;
}

@ObjectType('PayoutLine', { description: 'What a payout pays. The lines of one sum to it.' })
export class PayoutLineType {
  @Field(() => ID, { description: 'The payout.' })
  payoutId!: string;

  @Field(() => Int, { description: 'Which line of it, from 0.' })
  line!: number;

  @Field(() => LINE_KINDS, { description: 'What it is.' })
  kind!: string;

  @Field(() => ID, { nullable: true, description: 'The reservation that was delivered.' })
  reservationId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The payout that came back.' })
  returnedPayoutId!: string | null;

  @Field(() => InstantScalar, { description: 'First instant of the day that it was earned on; 1970 for what failed.' })
  earnedOn!: Date;

  @Field(() => MicroUsdScalar, {
    description: 'How much: what the day brought, less what went out of it for credits or in another payout.',
  })
  amount!: bigint;

  @Field(() => [LedgerEntryType], { description: 'The lines of your books that brought it; the first 500.' })
  entries!: readonly LedgerEntryType[];
}

@ObjectType('Payout', { description: 'Money on its way from this exchange to your account at Stripe.' })
export class PayoutType {
  @Field(() => ID, { description: 'Its id.' })
  payoutId!: string;

  @Field(() => ID, { description: 'The seller.' })
  organizationId!: string;

  @Field(() => MicroUsdScalar, { description: 'How much.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What of it came back.' })
  reversed!: bigint;

  @Field(() => PAYOUT_STATES, { description: 'What became of it.' })
  state!: string;

  @Field(() => ID, { nullable: true, description: 'Stripe’s name for the transfer.' })
  transferId!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it failed, in Stripe’s words.' })
  failureReason!: string | null;

  @Field(() => Int, { description: 'The transaction of your books that began it.' })
  version!: number;

  @Field(() => InstantScalar, { description: 'When it began.' })
  startedAt!: Date;

  @Field(() => [PayoutLineType], { description: 'What it pays: all of its lines sum to it, and 500 are told at once.' })
  lines!: readonly PayoutLineType[];

  @Field(() => Int, { description: 'How many lines it has.' })
  lineCount!: number;
}

export const PayoutConnection = connectionOf(PayoutType, 'Payout', 'payouts');
export const PayoutLineConnection = connectionOf(PayoutLineType, 'PayoutLine', 'lines of payouts');

@InputType({ description: 'Where Stripe sends you once you answered its questions.' })
export class StartPayoutOnboardingInput {
  @Field({ description: 'A path of this product, such as /app/finance/payouts.', defaultValue: '/app/finance/payouts' })
  returnPath!: string;
}

@ObjectType({ description: 'Stripe is asked for an account, or has one, and asks its questions behind the link.' })
export class StartPayoutOnboardingSuccess {
  @Field(() => PayoutAccountType, { description: 'How it stands.' })
  account!: PayoutAccountType;

  @Field(() => String, {
    nullable: true,
    description: 'Stripe’s page, for minutes and once: ask again for another. Null while Stripe does not answer.',
  })
  url!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When the link ends.' })
  expiresAt!: number | null;
}

@ObjectType({ implements: () => [Rejection], description: 'Only who sells, or earned something, is paid out.' })
export class NotASellerRejection extends Rejection {}

export const StartPayoutOnboardingResult = resultUnion('startPayoutOnboarding', [
  StartPayoutOnboardingSuccess,
  ValidationRejection,
  NotASellerRejection,
]);

@ObjectType({ description: 'The money left what is payable; Stripe is asked to move it.' })
export class RequestPayoutSuccess {
  @Field(() => ID, { description: 'The payout: see payout(payoutId).' })
  payoutId!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'Stripe does not pay out to your organization yet.' })
export class NotPayableRejection extends Rejection {
  @Field(() => ACCOUNT_STATE_NAMES, { description: 'Where it stands.' })
  state!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'Nothing, or too little, is due.' })
export class NothingDueRejection extends Rejection {
  @Field(() => MicroUsdScalar, { description: 'What is due.' })
  due!: bigint;

  @Field(() => MicroUsdScalar, { description: 'From how much on it is paid out.' })
  minimum!: bigint;
}

export const RequestPayoutResult = resultUnion('requestPayout', [
  RequestPayoutSuccess,
  NotPayableRejection,
  NothingDueRejection,
]);

@InputType({ description: 'How much of what was earned is spent here instead of being paid out.' })
export class SpendEarningsInput {
  @Field(() => MicroUsdScalar, { description: 'From one micro-USD to all that is payable, due or not.' })
  amount!: MicroUsd;
}

@ObjectType({ description: 'It is in the wallet.' })
export class SpendEarningsSuccess {
  @Field(() => MicroUsdScalar, { description: 'What the wallet holds now.' })
  walletBalance!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'That much was not earned.' })
export class NotEarnedRejection extends Rejection {
  @Field(() => MicroUsdScalar, { description: 'What is payable.' })
  payable!: bigint;
}

export const SpendEarningsResult = resultUnion('spendEarnings', [
  SpendEarningsSuccess,
  ValidationRejection,
  NotPayableRejection,
  NotEarnedRejection,
]);


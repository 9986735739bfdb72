import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../../api/graphql/connection.js';
import { NotFoundRejection, Rejection, StateRejection, ValidationRejection } from '../../../api/graphql/rejection.js';
import { resultUnion } from '../../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../../api/graphql/scalars.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { DifferenceKind, DifferenceUnit } from '../../model/reconciliation/compare.js';
import type { StripeCallState } from '../../model/stripe-call.js';
import { PayoutRuleType } from './payout.types.js';

export const REVERSAL_STATES = {
  PENDING: 'pending',
  DONE: 'succeeded',
  FAILED: 'failed',
  NEEDS_REVIEW: 'needs_review',
} as const satisfies Record<string, StripeCallState>;
registerEnumType(REVERSAL_STATES, {
  name: 'TransferReversalState',
  description: 'What became of the wish to take money back.',
  valuesMap: {
    PENDING: { description: 'Stripe is asked.' },
    DONE: { description: 'The money is back, and booked.' },
    FAILED: { description: 'Stripe refused: nothing came back.' },
    NEEDS_REVIEW: { description: 'Stripe gave no answer for too long: look at the transfer there.' },
  },
});

export const DIFFERENCE_KIND_NAMES = {
  MISSING_HERE: 'missing-here',
  MISSING_THERE: 'missing-there',
  AMOUNT_DIFFERS: 'amount-differs',
  STATUS_DIFFERS: 'status-differs',
} as const satisfies Record<string, DifferenceKind>;
registerEnumType(DIFFERENCE_KIND_NAMES, {
  name: 'ReconciliationDifferenceKind',
  description: 'How the books and Stripe’s balance differ.',
  valuesMap: {
    MISSING_HERE: { description: 'Stripe has it, the books do not.' },
    MISSING_THERE: { description: 'The books have it, Stripe does not.' },
    AMOUNT_DIFFERS: { description: 'Both have it, with other amounts.' },
    STATUS_DIFFERS: { description: 'An invoice that is open, paid or void on one side only.' },
  },
});

export const DIFFERENCE_UNIT_NAMES = {
  MICRO_USD: 'micro-usd',
  WEIGHTED_TOKENS: 'weighted-tokens',
} as const satisfies Record<string, DifferenceUnit>;
registerEnumType(DIFFERENCE_UNIT_NAMES, {
  name: 'ReconciliationUnit',
  description: 'What both sides of a difference are counted in.',
  valuesMap: {
    MICRO_USD: { description: 'Millionths of a US dollar.' },
    WEIGHTED_TOKENS: { description: 'Overage of a day, as the meter at Stripe was told of it.' },
  },
});

@InputType({ description: 'How much of a payout is taken back, and why.' })
export class ReverseTransferInput {
  @Field(() => ID, { description: 'The payout.' })
  payoutId!: string;

  @Field(() => MicroUsdScalar, { description: 'Whole cents, at most what did not come back yet.' })
  amount!: MicroUsd;

  @Field({ description: 'Why, in 1 to 500 characters; it is in the audit trail.' })
  note!: string;
}

@ObjectType('TransferReversal', { description: 'Money that is taken back from a seller’s account.' })
export class TransferReversalType {
  @Field(() => ID, { description: 'Its id.' })
  reversalId!: string;

  @Field(() => ID, { description: 'The payout.' })
  payoutId!: string;

  @Field(() => MicroUsdScalar, { description: 'How much.' })
  amount!: bigint;

  @Field(() => REVERSAL_STATES, { description: 'What became of it.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'What Stripe said last, in its words.' })
  lastError!: string | null;

  @Field({ description: 'Why.' })
  note!: string;

  @Field(() => InstantScalar, { description: 'When it was asked for.' })
  createdAt!: Date;
}

@ObjectType({ description: 'Stripe is asked; what comes back first pays what the seller owes.' })
export class ReverseTransferSuccess {
  @Field(() => TransferReversalType, { description: 'The reversal.' })
  reversal!: TransferReversalType;
}

@ObjectType({ implements: () => [Rejection], description: 'That much of the payout is not there to come back.' })
export class ReversalTooLargeRejection extends Rejection {
  @Field(() => MicroUsdScalar, { description: 'What can come back.' })
  left!: bigint;
}

export const ReverseTransferResult = resultUnion('reverseTransfer', [
  ReverseTransferSuccess,
  ValidationRejection,
  NotFoundRejection,
  StateRejection,
  ReversalTooLargeRejection,
]);

@InputType({ description: 'A rule for one seller, in place of the published one.' })
export class SetPayoutRuleInput {
  @Field(() => ID, { description: 'The seller.' })
  organizationId!: string;

  @Field(() => MicroUsdScalar, { description: 'Less than this waits: whole cents.' })
  minimum!: MicroUsd;

  @Field(() => Int, { description: 'So many days after the day it was earned: 0 to 180.' })
  holdBackDays!: number;
}

@ObjectType({ description: 'The seller sees it, and is paid by it from now on.' })
export class SetPayoutRuleSuccess {
  @Field(() => PayoutRuleType, { description: 'The rule.' })
  rule!: PayoutRuleType;
}

export const SetPayoutRuleResult = resultUnion('setPayoutRule', [
  SetPayoutRuleSuccess,
  ValidationRejection,
  NotFoundRejection,
]);

@ObjectType('Reconciliation', { description: 'The books against Stripe’s balance, of a day or of several that were left out.' })
export class ReconciliationType {
  @Field(() => ID, { description: 'The first day, such as 2026-11-28.' })
  day!: string;

  @Field(() => InstantScalar, { description: 'The first day that it does not look at.' })
  until!: Date;

  @Field({ description: 'fetching, comparing or done.' })
  status!: string;

  @Field(() => Int, { description: 'Lines of Stripe’s: of these days once they are compared, before that all that were read, the hour before and after included.' })
  lines!: number;

  @Field(() => Int, { description: 'What both sides say the same of.' })
  matched!: number;

  @Field(() => Int, { description: 'What they do not, older differences included.' })
  differences!: number;

  @Field(() => MicroUsdScalar, { description: 'What Stripe kept as fees.' })
  fees!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What moved between Stripe and the exchange itself, such as to its bank.' })
  unbooked!: bigint;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was done.' })
  finishedAt!: Date | null;
}
export const ReconciliationConnection = connectionOf(ReconciliationType, 'Reconciliation', 'reconciliations');

@ObjectType('ReconciliationDifference', { description: 'Something that the books and Stripe’s balance say differently.' })
export class ReconciliationDifferenceType {
  @Field(() => ID, { description: 'Its id.' })
  differenceId!: string;

  @Field(() => ID, { description: 'Stripe’s name for what it is about.' })
  reference!: string;

  @Field(() => DIFFERENCE_KIND_NAMES, { description: 'How they differ.' })
  kind!: string;

  @Field(() => DIFFERENCE_UNIT_NAMES, { description: 'What both sides are counted in.' })
  unit!: DifferenceUnit;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'What the books say, in the unit; null: nothing.' })
  ours!: bigint | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'What Stripe says, in the unit; null: nothing.' })
  theirs!: bigint | null;

  @Field(() => ID, { nullable: true, description: 'Whose books; null where they say nothing.' })
  organizationId!: string | null;

  @Field(() => InstantScalar, { description: 'When it happened, by whoever says so.' })
  happenedAt!: Date;

  @Field(() => Int, { description: 'Whole days since then.' })
  ageDays!: number;

  @Field(() => InstantScalar, { nullable: true, description: 'When both sides came to say the same.' })
  resolvedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'Who looked at it.' })
  acknowledgedBy!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When.' })
  acknowledgedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'What it is, as who looked at it says.' })
  note!: string | null;
}
export const ReconciliationDifferenceConnection = connectionOf(
  ReconciliationDifferenceType,
  'ReconciliationDifference',
  'differences',
);

@InputType({ description: 'What a difference is, as somebody who looked at it says.' })
export class AcknowledgeDifferenceInput {
  @Field(() => ID, { description: 'The difference.' })
  differenceId!: string;

  @Field({ description: 'What it is, in 1 to 500 characters.' })
  note!: string;
}

@ObjectType({ description: 'It is noted; the difference stays listed until both sides say the same.' })
export class AcknowledgeDifferenceSuccess {
  @Field(() => ID, { description: 'The difference.' })
  differenceId!: string;
}

export const AcknowledgeDifferenceResult = resultUnion('acknowledgeDifference', [
  AcknowledgeDifferenceSuccess,
  ValidationRejection,
  NotFoundRejection,
]);

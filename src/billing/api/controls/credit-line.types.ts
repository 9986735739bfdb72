import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { NotFoundRejection, ValidationRejection } from '../../../api/graphql/rejection.js';
import { resultUnion } from '../../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../../api/graphql/scalars.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';

@ObjectType('CreditLineAge', { description: 'What is due, by how long it has been.' })
export class CreditLineAgeType {
  @Field({ description: 'Days since it was due: current (not yet), 1-30, 31-60, 61-90 or 91+.' })
  age!: string;

  @Field(() => MicroUsdScalar, { description: 'How much.' })
  amount!: bigint;
}

@ObjectType('CreditLineBill', { description: 'What of the line is due with an invoice.' })
export class CreditLineBillType {
  @Field(() => ID, { description: 'The invoice.' })
  invoiceNumber!: string;

  @Field(() => MicroUsdScalar, { description: 'What was due with it.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What of it is paid.' })
  repaid!: bigint;

  @Field(() => InstantScalar, { description: 'Until when it is to be paid.' })
  dueAt!: Instant;
}

@ObjectType('CreditLine', { description: 'What an organization may owe the exchange, and what it does.' })
export class CreditLineType {
  @Field(() => MicroUsdScalar, { nullable: true, description: 'The most it may owe; null: there is no line.' })
  limit!: bigint | null;

  @Field(() => Int, { nullable: true, description: 'Days from an invoice to when it is due.' })
  termDays!: number | null;

  @Field(() => InstantScalar, { nullable: true, description: 'From when on it can be drawn.' })
  from!: number | null;

  @Field(() => MicroUsdScalar, { description: 'What is owed, due or not.' })
  drawn!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What can be drawn now.' })
  unused!: bigint;

  @Field(() => String, { nullable: true, description: 'Number of the overdue invoice that it is frozen by; null: it is not.' })
  frozenBy!: string | null;

  @Field(() => MicroUsdScalar, { description: 'What Stripe took back, for a dispute or a refund of its dashboard, and is still owed: while it is above zero nothing can be drawn.' })
  takenBack!: bigint;

  @Field(() => [CreditLineAgeType], { description: 'What is due with invoices, by age.' })
  ages!: readonly CreditLineAgeType[];

  @Field(() => [CreditLineBillType], { description: 'Invoices with something due, the oldest first.' })
  bills!: readonly CreditLineBillType[];
}

@InputType({ description: 'A line for a customer, in place of the one before.' })
export class SetCreditLineInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId!: string;

  @Field(() => MicroUsdScalar, { description: 'The most it may owe, above zero.' })
  limit!: MicroUsd;

  @Field(() => Int, { description: 'Days from an invoice to when it is due, 1 to 180.' })
  termDays!: number;

  @Field(() => InstantScalar, { nullable: true, description: 'From when on it can be drawn; left out: now.' })
  from?: Instant | null;
}

@InputType({ description: 'Whose line is taken away.' })
export class WithdrawCreditLineInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId!: string;
}

@ObjectType({ description: 'The line counts from now on; what is drawn stays owed.' })
export class SetCreditLineSuccess {
  @Field(() => CreditLineType, { description: 'As it is now.' })
  creditLine!: CreditLineType;
}

@ObjectType({ description: 'Nothing more is drawn; what is drawn stays owed.' })
export class WithdrawCreditLineSuccess {
  @Field(() => CreditLineType, { description: 'As it is now.' })
  creditLine!: CreditLineType;
}

export const SetCreditLineResult = resultUnion('setCreditLine', [
  SetCreditLineSuccess,
  ValidationRejection,
  NotFoundRejection,
]);
export const WithdrawCreditLineResult = resultUnion('withdrawCreditLine', [
  WithdrawCreditLineSuccess,
  NotFoundRejection,
]);

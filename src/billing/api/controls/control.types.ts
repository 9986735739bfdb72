import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../../api/graphql/connection.js';
import { NotFoundRejection, Rejection, ValidationRejection } from '../../../api/graphql/rejection.js';
import { resultUnion } from '../../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../../api/graphql/scalars.js';
import type { MicroUsd } from '../../../kernel/money.js';

const SUBJECT = 'organization, role:<role>, member:<id> (with the keys that it made) or key:<id>';
const SCOPE = 'organization, team:<id>, member:<id> (with the keys that it made) or key:<id>';

@ObjectType('SpendLimits', { description: 'What somebody of your organization may spend; null is no limit.' })
export class SpendLimitsType {
  @Field({ description: `Whose: ${SUBJECT}.` })
  subject!: string;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'What one order may cost, what it was raised by included.' })
  perOrder!: bigint | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'In a UTC day.' })
  perDay!: bigint | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'In a UTC month.' })
  perMonth!: bigint | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'An order above it waits for an approval.' })
  approvalAbove!: bigint | null;

  @Field(() => MicroUsdScalar, { description: 'Bought today, less what came back of it.' })
  spentToday!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Bought this month, less what came back of it.' })
  spentThisMonth!: bigint;
}

export const SpendLimitsConnection = connectionOf(SpendLimitsType, 'SpendLimits', 'limits of spending');

@InputType({ description: 'What somebody may spend; what is left out has no limit.' })
export class SpendLimitsInput {
  @Field(() => MicroUsdScalar, { nullable: true, description: 'What one order may cost.' })
  perOrder?: MicroUsd | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'In a UTC day.' })
  perDay?: MicroUsd | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'In a UTC month.' })
  perMonth?: MicroUsd | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'An order above it waits for an approval.' })
  approvalAbove?: MicroUsd | null;
}

@InputType({ description: 'Whose limits, and which.' })
export class SetSpendLimitsInput {
  @Field({ description: `Whose: ${SUBJECT}.` })
  subject!: string;

  @Field(() => SpendLimitsInput, { nullable: true, description: 'In place of those before; null takes them away.' })
  limits?: SpendLimitsInput | null;
}

@ObjectType({ description: 'The limits count from now on, for what waits for an approval too.' })
export class SetSpendLimitsSuccess {
  @Field({ description: 'Whose.' })
  subject!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'So many have limits of their own already.' })
export class TooManyLimitsRejection extends Rejection {
  @Field(() => Int, { description: 'How many may.' })
  limitsMax!: number;
}

export const SetSpendLimitsResult = resultUnion('setSpendLimits', [
  SetSpendLimitsSuccess,
  ValidationRejection,
  NotFoundRejection,
  TooManyLimitsRejection,
]);

@ObjectType('Budget', { description: 'What a month is meant to cost. It refuses nothing: it tells.' })
export class BudgetType {
  @Field({ description: `Whose: ${SCOPE}.` })
  scope!: string;

  @Field(() => MicroUsdScalar, { description: 'For each calendar month, UTC.' })
  amount!: bigint;

  @Field(() => [Int], { description: 'Percentages of it at which you are told what the month has cost.' })
  spentAlerts!: readonly number[];

  @Field(() => [Int], { description: 'Percentages of it at which you are told what was bought in the month.' })
  committedAlerts!: readonly number[];

  @Field({ description: 'The month that runs, such as 2026-11.' })
  month!: string;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'What it has cost: delivered capacity, overage and cancellation fees; null: not known of a member or a key.',
  })
  spent!: bigint | null;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'Of the organization: what of it is no team’s. With what it has cost every team it is all of it.',
  })
  spentByNoTeam!: bigint | null;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'What was bought in it, whenever it is delivered, less what came back; null: teams buy nothing.',
  })
  committed!: bigint | null;

  @Field(() => [String], { description: 'Alerts of the month that were given, such as 2026-11 spent 80.' })
  told!: readonly string[];
}

export const BudgetConnection = connectionOf(BudgetType, 'Budget', 'budgets');

@InputType({ description: 'A budget for each calendar month.' })
export class BudgetInput {
  @Field(() => MicroUsdScalar, { description: 'How much, above zero.' })
  amount!: MicroUsd;

  @Field(() => [Int], { description: 'Percentages, 1 to 1000, each once, up to ten: of what the month has cost. Of a member or a key: none.' })
  spentAlerts!: number[];

  @Field(() => [Int], { description: 'The same of what was bought in the month. Of a team: none.' })
  committedAlerts!: number[];
}

@InputType({ description: 'Whose budget, or that there is none.' })
export class SetBudgetInput {
  @Field({ defaultValue: 'organization', description: `Whose: ${SCOPE}.` })
  scope!: string;

  @Field(() => BudgetInput, { nullable: true, description: 'In place of the one before; null takes it away.' })
  budget?: BudgetInput | null;
}

@ObjectType({ description: 'The budget counts from now on. An alert is given once for its month.' })
export class SetBudgetSuccess {
  @Field(() => BudgetType, { nullable: true, description: 'As it is now; null: there is none.' })
  budget!: BudgetType | null;
}

@ObjectType({ implements: () => [Rejection], description: 'There are so many budgets already.' })
export class TooManyBudgetsRejection extends Rejection {
  @Field(() => Int, { description: 'How many there may be.' })
  budgetsMax!: number;
}

export const SetBudgetResult = resultUnion('setBudget', [
  SetBudgetSuccess,
  ValidationRejection,
  NotFoundRejection,
  TooManyBudgetsRejection,
]);


@ObjectType('ControlValue', { description: 'One value of a control that was changed.' })
export class ControlValueType {
  @Field({ description: 'Its name, such as perDay.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it was; null: none. Amounts are micro-USD.' })
  before!: string | null;

  @Field(() => String, { nullable: true, description: 'What it became.' })
  after!: string | null;
}

@ObjectType('ControlChange', { description: 'A change of a finance control, as the log has it.' })
export class ControlChangeType {
  @Field(() => Int, { description: 'Of the books: its place in the log.' })
  version!: number;

  @Field(() => InstantScalar, { description: 'When.' })
  changedAt!: Date;

  @Field({ description: 'Who: member:<id> or key:<id>.' })
  actor!: string;

  @Field({ description: 'spend-limits, credit-line or budget.' })
  control!: string;

  @Field({ description: `Whose: ${SUBJECT}; of a budget team:<id> too.` })
  subject!: string;

  @Field(() => [ControlValueType], { description: 'From what to what; values that stayed are left out.' })
  values!: readonly ControlValueType[];
}

export const ControlChangeConnection = connectionOf(ControlChangeType, 'ControlChange', 'changes of controls');

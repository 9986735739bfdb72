import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection, StateRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar, TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import { WindowType } from '../../api/graphql/window.types.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';

@InputType({ description: 'What the inference gateway may buy by itself. Stands in place of what was set for the market.' })
export class SetSpotRuleInput {
  @Field(() => ID, { description: 'The market, such as llama-3.3-70b@fp8.' })
  marketId!: string;

  @Field(() => MicroUsdScalar, { description: 'The most that is paid for a token/s and hour.' })
  priceMax!: MicroUsd;

  @Field(() => TokensPerSecondScalar, { description: 'How much is bought at a time.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, { description: 'The most that is spent in a UTC day in this market and all others together.' })
  spendPerDayMax!: MicroUsd;
}

@InputType({ description: 'A rule that is to end.' })
export class RemoveSpotRuleInput {
  @Field(() => ID, { description: 'Of which market.' })
  marketId!: string;
}

@ObjectType('SpotRule', { description: 'What the inference gateway may buy when a request finds no room.' })
export class SpotRuleType {
  @Field(() => ID, { description: 'The market.' })
  marketId!: string;

  @Field(() => MicroUsdScalar, { description: 'The most that is paid for a token/s and hour.' })
  priceMax!: MicroUsd;

  @Field(() => TokensPerSecondScalar, { description: 'How much is bought at a time.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, { description: 'The most that is spent in a UTC day.' })
  spendPerDayMax!: MicroUsd;
}

@ObjectType('SpotPurchase', { description: 'An attempt of the gateway to buy the running window for you.' })
export class SpotPurchaseType {
  @Field(() => ID, { description: 'Its id.' })
  purchaseId!: string;

  @Field(() => ID, { description: 'The market.' })
  marketId!: string;

  @Field(() => WindowType, { description: 'What was to be bought.' })
  window!: Window;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, { description: 'The limit of its order.' })
  priceMax!: MicroUsd;

  @Field(() => InstantScalar, { description: 'When a request found no room.' })
  startedAt!: Instant;

  @Field(() => InstantScalar, { nullable: true, description: 'When its order was answered; null: it is under way.' })
  endedAt!: Instant | null;

  @Field(() => ID, { nullable: true, description: 'Its order, among your others; null: it was refused.' })
  orderId!: string | null;

  @Field(() => MicroUsdScalar, { description: 'What was paid.' })
  spent!: MicroUsd;

  @Field(() => [ID], { description: 'What was bought; none: nothing was for sale at the price.' })
  reservationIds!: readonly string[];

  @Field(() => String, { nullable: true, description: 'Code of why the order was refused; null: it was not.' })
  refusal!: string | null;
}

export const SpotRuleConnection = connectionOf(SpotRuleType, 'SpotRule', 'rules');
export const SpotPurchaseConnection = connectionOf(SpotPurchaseType, 'SpotPurchase', 'purchases');

@ObjectType({ description: 'The gateway buys by it from now on; in other processes within two seconds.' })
export class SetSpotRuleSuccess {
  @Field(() => SpotRuleType, { description: 'What is set.' })
  rule!: SpotRuleType;
}

@ObjectType({ description: 'The gateway buys nothing in the market any more; what it bought stays yours.' })
export class RemoveSpotRuleSuccess {
  @Field(() => ID, { description: 'Of which market.' })
  marketId!: string;
}

export const SetSpotRuleResult = resultUnion('setSpotRule', [
  SetSpotRuleSuccess,
  ValidationRejection,
  StateRejection,
]);
export const RemoveSpotRuleResult = resultUnion('removeSpotRule', [
  RemoveSpotRuleSuccess,
  NotFoundRejection,
]);

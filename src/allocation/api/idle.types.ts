import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { NotFoundRejection, StateRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondCountScalar,
} from '../../api/graphql/scalars.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { ResaleTermsRejection } from './trade.rejections.js';

@InputType({ description: 'What to list of a reservation by itself.' })
export class IdleRuleInput {
  @Field(() => MicroUsdScalar, {
    description: 'At which price, 1 or more; waiting bids above it pay what they bid.',
  })
  unitPrice!: UnitPrice;

  @Field(() => Int, {
    defaultValue: 2_500,
    description: 'What to keep above the busiest hour of the last day, 0 to 10000 hundredths of a per cent of it.',
  })
  margin!: number;

  @Field(() => TokensPerSecondCountScalar, {
    defaultValue: '0',
    description: 'What to keep whatever was used.',
  })
  keepMin!: Quantity;
}

@InputType({ description: 'Whether to list what is not used of a reservation.' })
export class SetIdleRuleInput {
  @Field(() => ID, { description: 'Which reservation of yours.' })
  reservationId!: string;

  @Field(() => IdleRuleInput, {
    nullable: true,
    description: 'The rule; left out or null: none, and what is offered by it is withdrawn.',
  })
  rule?: IdleRuleInput | null;
}

@ObjectType('IdleReview', { description: 'What came of looking at the use of a reservation.' })
export class IdleReviewType {
  @Field(() => InstantScalar, { description: 'When.' })
  reviewedAt!: string;

  @Field(() => TokensPerSecondCountScalar, {
    description: 'Weighted tokens/s of the busiest hour of the day before.',
  })
  peak!: string;

  @Field(() => TokensPerSecondCountScalar, { description: 'What was idle, with the margin kept.' })
  idle!: string;

  @Field(() => ID, { nullable: true, description: 'The listing that offers it; null: nothing is offered.' })
  listingId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the market does not take the offer, as a rejection’s code; else null.',
  })
  refusal!: string | null;
}

@ObjectType('IdleRule', { description: 'What is listed of a reservation by itself.' })
export class IdleRuleType {
  @Field(() => MicroUsdScalar, { description: 'At which price.' })
  unitPrice!: string;

  @Field(() => Int, { description: 'What is kept above the busiest hour, in hundredths of a per cent.' })
  margin!: number;

  @Field(() => TokensPerSecondCountScalar, { description: 'What is kept whatever was used.' })
  keepMin!: string;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'When use is looked at next; null: never again, because the window is nearly over.',
  })
  nextReviewAt!: string | null;

  @Field(() => IdleReviewType, { nullable: true, description: 'The last look; null: none yet.' })
  lastReview!: IdleReviewType | null;
}

@ObjectType({ description: 'What is not used is listed by this rule from now on.' })
export class SetIdleRuleSuccess {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;
}

export const SetIdleRuleResult = resultUnion('setIdleRule', [
  SetIdleRuleSuccess,
  ValidationRejection,
  NotFoundRejection,
  StateRejection,
  ResaleTermsRejection,
]);

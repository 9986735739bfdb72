import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { BigCountScalar, MicroUsdScalar, TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';

@InputType({ description: 'An on-demand price to compare with.' })
export class OnDemandPriceInput {
  @Field({ description: 'What to call it, 1 to 60 characters.' })
  name!: string;

  @Field(() => MicroUsdScalar, { description: 'For a million tokens, 0 or more.' })
  pricePerMillionTokens!: MicroUsd;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How it moves each year, -9999 to 10000 hundredths of a per cent; below 0 it falls.',
  })
  yearlyChange!: number;
}

/** How capacity is used, and what it is compared with. */
@InputType({ isAbstract: true })
export abstract class ExpectedUse {
  @Field(() => Int, {
    description: 'Share of it that is used, 1 to 10000 hundredths of a per cent.',
  })
  utilization!: number;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'Paid once; left out: nothing.' })
  oneOffCost?: MicroUsd | null;

  @Field(() => [OnDemandPriceInput], { description: 'What to compare with, up to 20 prices.' })
  onDemand!: OnDemandPriceInput[];
}

@InputType({ description: 'Capacity that is reserved round the clock, and how it is used.' })
export class TotalCostInput extends ExpectedUse {
  @Field(() => TokensPerSecondScalar, { description: 'How much is reserved.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, { description: 'Price per token/s and hour, 0 or more.' })
  unitPrice!: UnitPrice;
}

@InputType({ description: 'How what a plan buys is used, were it bought again and again for years.' })
export class PlanTotalCostInput extends ExpectedUse {
  @Field(() => Int, {
    nullable: true,
    description:
      'How often it is bought, in hours: as long as the demand lasts, or more, up to 26400. Left out: again when it is over, and what it bought with it.',
  })
  everyHours?: number | null;
}

@ObjectType({ description: 'The same tokens bought on demand.' })
export class OnDemandCost {
  @Field({ description: 'Whose price it is.' })
  name!: string;

  @Field(() => MicroUsdScalar, { description: 'What the tokens cost there.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'For a million tokens, over the whole time.' })
  perMillionTokens!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What reserving costs less; below 0: more.' })
  saving!: bigint;

  @Field(() => Int, {
    nullable: true,
    description:
      'Utilisation from which on reserving costs no more, in hundredths of a per cent, rounded up; null: at none.',
  })
  breakEvenUtilization!: number | null;
}

@ObjectType({ description: 'What capacity costs over some months of 730 hours.' })
export class TotalCostPeriod {
  @Field(() => Int, { description: 'How many months.' })
  months!: number;

  @Field(() => BigCountScalar, { description: 'Tokens that are used of it.' })
  usefulTokens!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What it costs, what is paid once included.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'For a million tokens that are used, rounded half to even.' })
  perMillionTokens!: bigint;

  @Field(() => [OnDemandCost], { description: 'The same tokens bought on demand.' })
  onDemand!: readonly OnDemandCost[];
}

@ObjectType({ description: 'What capacity costs over one, two and three years.' })
export class TotalCost {
  @Field(() => [TotalCostPeriod], { description: 'Over 12, 24 and 36 months.' })
  periods!: readonly TotalCostPeriod[];
}

export const TotalCostResult = resultUnion('totalCostOfOwnership', [TotalCost, ValidationRejection]);

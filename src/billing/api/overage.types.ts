import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { BigCountScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { TokenClass } from '../../metering/contract.js';

export const TOKEN_CLASS_NAMES = {
  INPUT: 'input',
  CACHED_INPUT: 'cached_input',
  OUTPUT: 'output',
  REASONING: 'reasoning',
} as const satisfies Record<string, TokenClass>;
registerEnumType(TOKEN_CLASS_NAMES, {
  name: 'TokenClass',
  description: 'What a token is. Each is of one class.',
  valuesMap: {
    INPUT: { description: 'Input that was not in the cache.' },
    CACHED_INPUT: { description: 'Input that was in the cache.' },
    OUTPUT: { description: 'Output that is no reasoning.' },
    REASONING: { description: 'Reasoning.' },
  },
});

const TIER_DESCRIPTION = 'At which tier our gateway served them, as x-headroom-tier said; null: they were reported by others, who say none.';

@ObjectType('OveragePart', { description: 'What of a charge for overage, or of what came back of it, is for tokens of one class that were served at one tier.' })
export class OveragePartType {
  @Field(() => TOKEN_CLASS_NAMES, { description: 'Which tokens.' })
  tokenClass!: string;

  @Field(() => String, { nullable: true, description: TIER_DESCRIPTION })
  tier!: string | null;

  @Field(() => BigCountScalar, { description: 'How many of them the hour had, those within the reservation included.' })
  tokens!: bigint;

  @Field(() => Int, { description: 'What one of them weighs, in ten-thousandths of an output token.' })
  weight!: number;

  @Field(() => MicroUsdScalar, { description: 'Its part of the charge, or below zero of the credit; all parts sum to it.' })
  amount!: bigint;
}

@ObjectType('OverageTotal', { description: 'What overage comes to for tokens of one class at one tier.' })
export class OverageTotalType {
  @Field(() => TOKEN_CLASS_NAMES, { description: 'Which tokens.' })
  tokenClass!: string;

  @Field(() => String, { nullable: true, description: TIER_DESCRIPTION })
  tier!: string | null;

  @Field(() => Int, { description: 'In how many lines they are.' })
  count!: number;

  @Field(() => MicroUsdScalar, { description: 'What was charged for them.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What of that came back since they were fewer, on the same invoice; it is for the rest that is paid.' })
  credited!: bigint;
}

export const PARTS_DESCRIPTION = 'Of overage, and of a credit where it fell again: the amount by token class and served tier. None otherwise, and in books of before these were told apart.';

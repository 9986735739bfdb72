import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondCountScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import { EVIDENCE } from './order.constraints.types.js';

export const LISTING_ORDER = { PRICE: 'PRICE', START: 'START', QUANTITY: 'QUANTITY', TTFT: 'TTFT' } as const;
registerEnumType(LISTING_ORDER, {
  name: 'ListingOrder',
  description: 'What listings are ordered by; the older comes first among equals.',
  valuesMap: {
    PRICE: { description: 'The price, of an auction the reserve price.' },
    START: { description: 'When its window starts.' },
    QUANTITY: { description: 'The most that is left of it at any time.' },
    TTFT: { description: 'The time to first token, p95, that its pool promises.' },
  },
});

@InputType({
  description: 'What a listing must be like. What is left out does not matter; what is asked of a pool means what it means in a bid.',
})
export class ListingFilterInput {
  @Field(() => String, { nullable: true, description: 'This model, such as llama-3.3-70b, at every quantization.' })
  model?: string | null;

  @Field(() => [ID], { defaultValue: [], description: 'Only on these platforms, by slug.' })
  platforms!: string[];

  @Field(() => [String], { defaultValue: [], description: 'Only in these regions.' })
  regions!: string[];

  @Field(() => [String], { defaultValue: [], description: 'Prompts stay in these countries, ISO 3166-1 alpha-2.' })
  residency!: string[];

  @Field(() => Int, { nullable: true, description: 'Time to first token, p95, at most; milliseconds.' })
  ttftP95MaxMs?: number | null;

  @Field(() => Int, { nullable: true, description: 'Output tokens/s of one stream, at least.' })
  streamTokensPerSecondMin?: number | null;

  @Field(() => EVIDENCE, { defaultValue: EVIDENCE.L1, description: 'How well its pool is shown, at least.' })
  evidenceMin!: keyof typeof EVIDENCE;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'Price of a million tokens at full use, at most.' })
  pricePerMillionTokensMax?: bigint | null;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'Something is left from here on until `availableUntil`; without that: at this instant.',
  })
  availableFrom?: Instant | null;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'Something is left from `availableFrom` up to here; without that: right before this instant.',
  })
  availableUntil?: Instant | null;

  @Field(() => TokensPerSecondScalar, {
    nullable: true,
    description: 'So much is left throughout that time; without one: at some time.',
  })
  quantityMin?: Quantity | null;
}

@ObjectType({ description: 'What one market has to offer at fixed prices now.' })
export class MarketSummary {
  @Field(() => ID, { description: 'Its name: model@quantization.' })
  marketId!: string;

  @Field(() => Int, { description: 'How many listings are open.' })
  listings!: number;

  @Field(() => MicroUsdScalar, { description: 'The lowest price per token/s and hour.' })
  unitPrice!: bigint;

  @Field(() => MicroUsdScalar, { description: 'The same for a million tokens at full use, rounded half to even.' })
  pricePerMillionTokens!: bigint;

  @Field(() => TokensPerSecondCountScalar, {
    description: 'The most that is left of each listing at any time, together: not all of it at one time.',
  })
  quantity!: bigint;
}

export const MarketSummaryConnection = connectionOf(MarketSummary, 'MarketSummary', 'markets');

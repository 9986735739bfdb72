import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { EvidenceLevel, OrderConstraints } from '../model/order.state.js';

export const EVIDENCE = { L1: 'L1', L2: 'L2', L3: 'L3', L4: 'L4' } as const;
registerEnumType(EVIDENCE, {
  name: 'EvidenceLevel',
  description: 'How well what a provider promises is shown.',
  valuesMap: {
    L1: { description: 'Declared by the provider.' },
    L2: { description: 'Contract-tested.' },
    L3: { description: 'Measured at our gateway.' },
    L4: { description: 'Attested by the hardware.' },
  },
});

@ObjectType('OrderConstraints', { description: 'What a bid insists on.' })
export class OrderConstraintsType {
  @Field(() => [ID], { description: 'Only these platforms; empty: any.' })
  platforms!: readonly string[];

  @Field(() => [String], { description: 'Only these regions; empty: any.' })
  regions!: readonly string[];

  @Field(() => [String], { description: 'Prompts must stay in these countries; empty: anywhere.' })
  residency!: readonly string[];

  @Field(() => Int, { nullable: true, description: 'Time to first token, p95, at most; milliseconds.' })
  ttftP95MaxMs!: number | null;

  @Field(() => Int, { nullable: true, description: 'Output tokens/s of one stream, at least.' })
  streamTokensPerSecondMin!: number | null;

  @Field(() => EVIDENCE, { description: 'How well it must be shown.' })
  evidenceMin!: EvidenceLevel;

  @Field(() => Int, { nullable: true, description: 'At most this share of the quantity from one provider, in hundredths of a per cent.' })
  providerShareMax!: number | null;
}

@InputType({ description: 'What a bid insists on. What is left out does not matter.' })
export class OrderConstraintsInput {
  @Field(() => [ID], { defaultValue: [], description: 'Only these platforms.' })
  platforms!: string[];

  @Field(() => [String], { defaultValue: [], description: 'Only these regions.' })
  regions!: string[];

  @Field(() => [String], {
    defaultValue: [],
    description: 'Prompts must stay in these countries, ISO 3166-1 alpha-2.',
  })
  residency!: string[];

  @Field(() => Int, { nullable: true, description: 'Time to first token, p95, at most; milliseconds.' })
  ttftP95MaxMs?: number | null;

  @Field(() => Int, { nullable: true, description: 'Output tokens/s of one stream, at least.' })
  streamTokensPerSecondMin?: number | null;

  @Field(() => EVIDENCE, { defaultValue: EVIDENCE.L1, description: 'How well it must be shown.' })
  evidenceMin!: keyof typeof EVIDENCE;

  @Field(() => Int, {
    nullable: true,
    description:
      'At most this share of the quantity from one provider, 1 to 10000 hundredths of a per cent. Of what is ordered, not of what is filled: at 5000, and filled in part, it may still be all of one. For two at least: minimumFill above the share, all or none, or FOK.',
  })
  providerShareMax?: number | null;
}

export function showConstraints({ ttftP95Max, ...constraints }: OrderConstraints): OrderConstraintsType {
  return { ...constraints, ttftP95MaxMs: ttftP95Max };
}

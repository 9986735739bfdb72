import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import type { Tier } from '../model/tier.js';

export const LOWER_TIERS = {
  PRIORITY: 'priority',
  STANDARD: 'standard',
  BATCH: 'batch',
} as const satisfies Record<string, Tier>;
registerEnumType(LOWER_TIERS, {
  name: 'LowerTier',
  description: 'A tier that a request may move down to.',
  valuesMap: {
    PRIORITY: { description: 'After fast.' },
    STANDARD: { description: 'After priority.' },
    BATCH: { description: 'After everything else; leaves a quarter of the bucket to others.' },
  },
});

@InputType({ description: 'Fewer, larger chunks of a stream while a key has many streams under way.' })
export class CoalescingInput {
  @Field(() => Int, { description: 'How long a token may wait for those after it, 1 to 1000 milliseconds.' })
  windowMs!: number;

  @Field(() => Int, {
    defaultValue: 1,
    description: 'From so many streams of the key on, in one gateway process; 1 to 10000, 1: always.',
  })
  fromStreams!: number;
}

@InputType({ description: 'What happens to a request of whose answer nothing has come by then.' })
export class DeadlineInput {
  @Field(() => Int, { description: 'From the last byte of the request on, 1 to 600000 milliseconds.' })
  afterMs!: number;

  @Field(() => LOWER_TIERS, {
    nullable: true,
    description: 'Waits on at this tier, if it is lower than its own; left out: the request is refused.',
  })
  lowerTo?: Tier | null;
}

@InputType({ description: 'What keys may do, and how they are served. Stands in place of all that was set before.' })
export class SetGuardrailsInput {
  @Field(() => ID, {
    nullable: true,
    description: 'For which API key; left out: for every key that has none of its own.',
  })
  keyId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Tokens of prompt, by the gateway’s count, and answer together, 2 to 10000000; left out: no cap.',
  })
  contextTokensMax?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Tokens of an answer, 1 to 1000000; left out: no cap.',
  })
  outputTokensMax?: number | null;

  @Field(() => CoalescingInput, { nullable: true, description: 'Left out: chunks go out as they come.' })
  coalescing?: CoalescingInput | null;

  @Field(() => DeadlineInput, { nullable: true, description: 'Left out: a request waits as long as its tier does.' })
  deadline?: DeadlineInput | null;
}

@ObjectType('Coalescing', { description: 'Fewer, larger chunks of a stream while a key has many streams under way.' })
export class CoalescingType {
  @Field(() => Int, { description: 'How long a token may wait for those after it, in milliseconds.' })
  windowMs!: number;

  @Field(() => Int, { description: 'From so many streams of the key on, in one gateway process.' })
  fromStreams!: number;
}

@ObjectType('Deadline', { description: 'What happens to a request of whose answer nothing has come by then.' })
export class DeadlineType {
  @Field(() => Int, { description: 'From the last byte of the request on, in milliseconds.' })
  afterMs!: number;

  @Field(() => LOWER_TIERS, { nullable: true, description: 'Waits on at this tier; null: the request is refused.' })
  lowerTo!: Tier | null;
}

@ObjectType('Guardrails', { description: 'What keys may do, and how they are served. Null is off.' })
export class GuardrailsType {
  @Field(() => ID, { nullable: true, description: 'Of which API key; null: of every key without any of its own.' })
  keyId!: string | null;

  @Field(() => Int, { nullable: true, description: 'Tokens of prompt and answer together.' })
  contextTokensMax!: number | null;

  @Field(() => Int, { nullable: true, description: 'Tokens of an answer.' })
  outputTokensMax!: number | null;

  @Field(() => CoalescingType, { nullable: true, description: 'Null: chunks go out as they come.' })
  coalescing!: CoalescingType | null;

  @Field(() => DeadlineType, { nullable: true, description: 'Null: a request waits as long as its tier does.' })
  deadline!: DeadlineType | null;
}

export const GuardrailsConnection = connectionOf(GuardrailsType, 'Guardrails', 'guardrails');

@ObjectType({ description: 'In force from now on; in other processes within two seconds.' })
export class SetGuardrailsSuccess {
  @Field(() => GuardrailsType, { description: 'What is set.' })
  guardrails!: GuardrailsType;
}

export const SetGuardrailsResult = resultUnion('setGuardrails', [
  SetGuardrailsSuccess,
  ValidationRejection,
  NotFoundRejection,
]);

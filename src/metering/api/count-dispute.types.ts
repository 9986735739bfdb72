import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import {
  NotFoundRejection,
  Rejection,
  ValidationRejection,
} from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { BigCountScalar, InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { Instant } from '../../kernel/time.js';
import { COUNT_POSITIONS, type CountPosition } from '../model/count-dispute.events.js';
import type { WeightedTokens } from '../model/rating.js';
import { WeightedTokensScalar } from './usage.types.js';

const [COUNTED, CLAIMED] = COUNT_POSITIONS;
export const COUNT_POSITION_NAMES = { COUNTED, CLAIMED };
registerEnumType(COUNT_POSITION_NAMES, {
  name: 'CountPosition',
  description: 'Whose count an hour may be billed by instead.',
  valuesMap: {
    COUNTED: { description: 'What our gateway counted of what it forwarded.' },
    CLAIMED: { description: 'What the upstream claims.' },
  },
});
export const COUNT_DISPUTE_STATES = { OPEN: 'open', CONCEDED: 'conceded', LAPSED: 'lapsed' } as const;
registerEnumType(COUNT_DISPUTE_STATES, {
  name: 'CountDisputeState',
  description: 'Where a dispute about counts stands.',
  valuesMap: {
    OPEN: { description: 'Whoever loses by a position may concede it.' },
    CONCEDED: { description: 'The hour was rated again by what was conceded, for good.' },
    LAPSED: { description: 'Nobody conceded in time: it stays as the published rule billed it.' },
  },
});

@ObjectType('CountedTokens', { description: 'Tokens by one count, over all requests of an hour.' })
export class CountedTokensType {
  @Field(() => BigCountScalar, { description: 'Input tokens, cached ones included.' })
  input!: bigint;

  @Field(() => BigCountScalar, { description: 'Input tokens that were cached.' })
  cachedInput!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens, reasoning tokens included.' })
  output!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens that were reasoning.' })
  reasoning!: bigint;

  @Field(() => WeightedTokensScalar, { description: 'All of them, weighted.' })
  weighted!: WeightedTokens;
}

@ObjectType('CountStake', { description: 'What a position would change.' })
export class CountStakeType {
  @Field(() => COUNT_POSITION_NAMES, { description: 'Whose count.' })
  position!: string;

  @Field(() => CountedTokensType, { description: 'The hour by it.' })
  tokens!: CountedTokensType;

  @Field(() => ID, {
    nullable: true,
    description: 'Which organization can concede it, because it loses by it; null: nobody does.',
  })
  conceder!: string | null;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description:
      'What the overage of the hour, as it is rated now, would change by; below zero it would be credited. Null once the dispute has ended.',
  })
  overageChange!: bigint | null;
}

@ObjectType('CountSample', { description: 'A request whose counts differ.' })
export class CountSampleType {
  @Field(() => ID, { description: 'Its name, as x-request-id said it.' })
  requestId!: string;

  @Field(() => BigCountScalar, { description: 'Output tokens that were billed.' })
  billed!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens that our gateway counted.' })
  counted!: bigint;

  @Field(() => BigCountScalar, {
    nullable: true,
    description: 'Output tokens that the upstream claims; null: nothing that could be read.',
  })
  claimed!: bigint | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why its counts disagree beyond the tolerance of a request; null: they do not.',
  })
  reason!: string | null;
}

@ObjectType('CountRule', { description: 'The published rule that opened a dispute.' })
export class CountRuleType {
  @Field(() => Int, { description: 'Share of what is billed that a position may differ by, in basis points.' })
  tolerance!: number;

  @Field(() => WeightedTokensScalar, { description: 'And at least so many weighted tokens.' })
  least!: WeightedTokens;
}

@ObjectType('CountDispute', {
  description: 'An hour of a reservation whose two counts differ by more than the published tolerance.',
})
export class CountDisputeType {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => InstantScalar, { description: 'First instant of the hour.' })
  hour!: Date;

  @Field(() => Int, { description: 'Of the evidence: 1 at first, one more when requests came in late.' })
  evidenceRevision!: number;

  @Field(() => COUNT_DISPUTE_STATES, { description: 'Where it stands.' })
  state!: string;

  @Field(() => Int, { description: 'Requests that our gateway measured in the hour.' })
  requests!: number;

  @Field(() => Int, { description: 'Those that were not billed as both sides count them.' })
  differing!: number;

  @Field(() => CountedTokensType, { description: 'As the published rule bills them.' })
  billed!: CountedTokensType;

  @Field(() => [CountStakeType], { description: 'Both positions.' })
  positions!: readonly CountStakeType[];

  @Field(() => [CountSampleType], { description: 'At most 10 requests, those that differ most first.' })
  samples!: readonly CountSampleType[];

  @Field(() => CountRuleType, { description: 'What opened it.' })
  rule!: CountRuleType;

  @Field(() => InstantScalar, { description: 'When it opened.' })
  openedAt!: Date;

  @Field(() => InstantScalar, { description: 'Until when somebody may concede.' })
  until!: Date;

  @Field(() => COUNT_POSITION_NAMES, { nullable: true, description: 'What was conceded.' })
  position!: string | null;

  @Field(() => ID, { nullable: true, description: 'By which organization.' })
  concededBy!: string | null;

  @Field(() => String, { nullable: true, description: 'What it said.' })
  note!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it ended.' })
  endedAt!: Date | null;
}

export const CountDisputeConnection = connectionOf(CountDisputeType, 'CountDispute', 'disputes about counts');

@ArgsType()
export class CountDisputeArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Of this reservation only.' })
  reservationId?: string | null;

  @Field(() => COUNT_DISPUTE_STATES, { nullable: true, description: 'Only those that stand so.' })
  state?: string | null;
}

@InputType({ description: 'A count that your organization agrees to, though it loses by it.' })
export class ConcedeCountsInput {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => InstantScalar, { description: 'First instant of the hour.' })
  hour!: Instant;

  @Field(() => COUNT_POSITION_NAMES, { description: 'Whose count the hour shall be billed by.' })
  position!: CountPosition;

  @Field(() => Int, { description: 'The revision of the evidence that you have seen.' })
  evidenceRevision!: number;

  @Field({ defaultValue: '', description: 'What there is to say, at most 1000 characters.' })
  note!: string;
}

@ObjectType({ description: 'The dispute is over for good; money follows by itself.' })
export class ConcedeCountsSuccess {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => Int, { description: 'The revision of the hour of use that it led to.' })
  revision!: number;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'The dispute has ended, or this cannot be conceded by your organization as things stand.',
})
export class ConcessionRejection extends Rejection {
  @Field(() => InstantScalar, { nullable: true, description: 'Until when somebody could concede.' })
  until!: number | null;

  @Field(() => COUNT_POSITION_NAMES, { nullable: true, description: 'What was conceded before.' })
  position!: string | null;

  @Field(() => [COUNT_POSITION_NAMES], { description: 'What is yours to concede.' })
  allowed!: readonly string[];

  @Field(() => Int, { nullable: true, description: 'The revision of the evidence now.' })
  evidenceRevision!: number | null;
}

export const ConcedeCountsResult = resultUnion('concedeCounts', [
  ConcedeCountsSuccess,
  ValidationRejection,
  NotFoundRejection,
  ConcessionRejection,
]);

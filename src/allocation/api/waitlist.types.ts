import { Field, Int, ObjectType } from '@nestjs/graphql';
import { InstantScalar, TokensPerSecondCountScalar } from '../../api/graphql/scalars.js';
import type { Instant } from '../../kernel/time.js';

@ObjectType('WaitEstimate', {
  description: 'When a resting order may be filled, if what it can take goes on coming as it did.',
})
export class WaitEstimateType {
  @Field(() => InstantScalar, { description: 'When its turn would have come for all of it.' })
  fillsAt!: Instant;

  @Field({ description: 'Whether it would expire before.' })
  expiresFirst!: boolean;

  @Field(() => TokensPerSecondCountScalar, {
    description:
      'Of what reached orders of this market that had waited, while it was watched, what this one could have taken: on average over its window, rounded down.',
  })
  supplied!: bigint;

  @Field(() => Int, { description: 'How long it was watched, in minutes: at most the last week.' })
  watchedMinutes!: number;
}

@ObjectType('EstimateTrackRecord', {
  description: 'How good past estimates of this market were that were told by the same rule; of the newest 200 that were noted.',
})
export class EstimateTrackRecordType {
  @Field(() => Int, {
    description: 'Estimates of orders that were filled, or still waited when they should have been.',
  })
  judged!: number;

  @Field(() => Int, { description: 'Of these, filled by the time that was said.' })
  inTime!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Between what was said and when it was filled, in minutes; null when none was.',
  })
  medianErrorMinutes!: number | null;
}

@ObjectType('WaitlistPosition', {
  description: 'Where a resting order stands among those that want some of the same time.',
})
export class WaitlistPositionType {
  @Field(() => Int, { description: '1 is next.' })
  position!: number;

  @Field(() => TokensPerSecondCountScalar, { description: 'What is wanted by those before it.' })
  quantityAhead!: bigint;

  @Field(() => WaitEstimateType, {
    nullable: true,
    description: 'Null where nothing that it could have taken has reached a waiting order: there is nothing to tell it from.',
  })
  estimate!: WaitEstimateType | null;

  @Field(() => EstimateTrackRecordType, { description: 'How good past estimates were.' })
  trackRecord!: EstimateTrackRecordType;
}

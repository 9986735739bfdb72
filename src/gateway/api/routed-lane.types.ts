import { ArgsType, Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments, readNumberKey } from '../../api/graphql/connection.js';
import { CANARY } from '../model/lane.order.js';
import { RECORD_LIMITS } from '../model/lane.record.js';
import type { Place, Standing, StandingLane } from '../model/lane.standing.js';

export const STANDING_NAMES = {
  IN_ORDER: 'in-order',
  PINNED: 'pinned',
  UNUSED: 'unused',
  ON_TRIAL: 'on-trial',
  CANARY: 'canary',
  RETREATED_SLOWER: 'slower',
  RETREATED_FAILING: 'fails-more',
} as const;
registerEnumType(STANDING_NAMES, {
  name: 'LaneStanding',
  description: 'What a lane is to a routing now.',
  valuesMap: {
    IN_ORDER: { description: 'It takes its turn by the policy.' },
    PINNED: { description: 'The only one that is used.' },
    UNUSED: { description: 'Another one is pinned.' },
    ON_TRIAL: { description: 'A canary that has its share; too little was seen of it, or there is no other lane of its model, to judge it.' },
    CANARY: { description: 'A canary that has its share, and is not worse than the best other lane.' },
    RETREATED_SLOWER: { description: `A canary that comes last: its 95th percentile is above ${CANARY.ttftFactor} times that of the best other lane.` },
    RETREATED_FAILING: { description: `A canary that comes last: it fails ${CANARY.failureMargin * 100} points of a hundred more often than the best other lane.` },
  },
});

@ArgsType()
export class RoutedLaneArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Under the routing of this API key; left out: under that of every key without one of its own.' })
  keyId?: string | null;
}

@ObjectType('CanaryTrial', { description: 'By what a canary is judged: the limits of the gateway, and the figures of the lane that it was compared with.' })
class CanaryTrialType {
  @Field(() => Int, { description: 'So many requests are needed to judge it, and so many first tokens to call it slower.' })
  requestsMin!: number;

  @Field(() => Float, { description: 'It retreats when its 95th percentile is above comparedTtftMs, times this.' })
  ttftFactor!: number;

  @Field(() => Float, { description: 'It retreats when its share of failures is above comparedFailureShare and this, from 0 to 1.' })
  failureMargin!: number;

  @Field(() => Float, {
    nullable: true,
    description: `Milliseconds of the other lane: its 95th percentile, or its promise below ${RECORD_LIMITS.samplesMin} measurements; null: not compared yet.`,
  })
  comparedTtftMs!: number | null;

  @Field(() => Float, { nullable: true, description: 'Share of failures of the other lane, from 0 to 1; null: not compared yet.' })
  comparedFailureShare!: number | null;
}

@ObjectType('RoutedLane', {
  description:
    'A lane that holds something now, as measured by all processes over the last ten minutes. Each process decides by what it saw itself, by the same rule.',
})
export class RoutedLaneType {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => ID, { description: 'Its market.' })
  marketId!: string;

  @Field(() => STANDING_NAMES, { description: 'What it is to the routing.' })
  standing!: (typeof STANDING_NAMES)[keyof typeof STANDING_NAMES];

  @Field(() => ID, { nullable: true, description: 'Of a canary: the reservation that it was compared with.' })
  comparedWith!: string | null;

  @Field(() => CanaryTrialType, { nullable: true, description: 'Of a canary: by what it is judged.' })
  trial!: CanaryTrialType | null;

  @Field(() => Int, { description: 'Requests that its promise is judged by.' })
  requests!: number;

  @Field(() => Float, { description: 'The share of them that got no whole answer, from 0 to 1.' })
  failureShare!: number;

  @Field(() => Int, { description: 'First tokens that were timed.' })
  firstTokens!: number;

  @Field(() => Float, { nullable: true, description: 'Milliseconds that 19 in 20 of them came within; null: there were none.' })
  ttftP95Ms!: number | null;

  @Field(() => Int, { description: `What the pool promises of it; goes for what is measured below ${RECORD_LIMITS.samplesMin} measurements.` })
  ttftPromisedMs!: number;
}

export const RoutedLaneConnection = connectionOf(RoutedLaneType, 'RoutedLane', 'lanes under a routing');

export function showLane({ lane, seen, standing }: StandingLane): RoutedLaneType {
  const { reservationId, marketId, ttftPromisedMs } = lane;
  const { requests, failureShare, firstTokens, ttftP95: ttftP95Ms } = seen;
  return {
    ...{ reservationId, marketId, requests, failureShare, firstTokens, ttftP95Ms, ttftPromisedMs },
    standing: standing.kind === 'retreated' ? standing.why : standing.kind,
    comparedWith: 'than' in standing ? standing.than.lane.reservationId : null,
    trial: trialOf(standing),
  };
}

function trialOf(standing: Standing): CanaryTrialType | null {
  if (!('than' in standing) && standing.kind !== 'on-trial') return null;
  const than = 'than' in standing ? standing.than : null;
  return {
    ...{ requestsMin: CANARY.samplesMin, ttftFactor: CANARY.ttftFactor, failureMargin: CANARY.failureMargin },
    comparedTtftMs: than?.expectedTtft ?? null,
    comparedFailureShare: than?.failureShare ?? null,
  };
}

/** What a cursor holds: the place of the lane. */
export const cursorKeyOf = ({ place: { marketId, isNamed, value, reservationId } }: StandingLane): readonly string[] => [
  ...[marketId, isNamed ? 'named' : '', String(value), reservationId],
];

/** @throws GraphQLError BAD_USER_INPUT when a cursor holds no place */
export function readPlace([marketId = '', named, value = '', reservationId = '']: readonly string[]): Place {
  return { marketId, isNamed: named === 'named', value: readNumberKey(value), reservationId };
}

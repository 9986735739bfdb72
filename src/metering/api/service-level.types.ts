import { ArgsType, Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import { WindowInput } from '../../api/graphql/window.types.js';
import { DISPUTE_OUTCOMES } from '../model/service-hour.events.js';
import { OBJECTIVES } from '../model/service-hour.judge.js';

const VERDICTS = { THIN: 'thin', MET: 'met', BREACHED: 'breached', OVERTURNED: 'overturned' } as const;
registerEnumType(VERDICTS, {
  name: 'ServiceVerdict',
  description: 'What became of a promise in one hour.',
  valuesMap: {
    THIN: { description: 'There were too few requests to judge it by.' },
    MET: { description: 'It was kept.' },
    BREACHED: { description: 'It was missed.' },
    OVERTURNED: { description: 'It was missed by our figures; a dispute was settled otherwise.' },
  },
});
const [TTFT, STREAM_SPEED, AVAILABILITY] = OBJECTIVES;
export const OBJECTIVE_NAMES = { TTFT, STREAM_SPEED, AVAILABILITY };
registerEnumType(OBJECTIVE_NAMES, {
  name: 'ServiceObjective',
  description: 'What is promised.',
  valuesMap: {
    TTFT: { description: '95 % of first tokens come in time.' },
    STREAM_SPEED: { description: '95 % of streams are fast enough.' },
    AVAILABILITY: { description: 'So many requests are answered.' },
  },
});
const [ACCEPTED, WITHDRAWN, UPHELD, DISMISSED] = DISPUTE_OUTCOMES;
export const DISPUTE_OUTCOME_NAMES = { ACCEPTED, WITHDRAWN, UPHELD, DISMISSED };
export const DISPUTE_STATE_NAMES = { OPEN: 'open', ...DISPUTE_OUTCOME_NAMES } as const;
const OUTCOMES = {
  ACCEPTED: { description: 'The holder agreed: the credit is gone.' },
  WITHDRAWN: { description: 'Whoever opened it took it back: the credit stays.' },
  UPHELD: { description: 'The exchange decided for who opened it: the credit is gone.' },
  DISMISSED: { description: 'The exchange decided against who opened it: the credit stays.' },
};
registerEnumType(DISPUTE_OUTCOME_NAMES, {
  name: 'DisputeOutcome',
  description: 'How a dispute ends.',
  valuesMap: OUTCOMES,
});
registerEnumType(DISPUTE_STATE_NAMES, {
  name: 'DisputeState',
  description: 'Where a dispute stands.',
  valuesMap: { OPEN: { description: 'Nobody has resolved it.' }, ...OUTCOMES },
});

@ObjectType('Quantiles', {
  description: 'Values at quantiles, off by at most 1 % of themselves; null without samples.',
})
export class QuantilesType {
  @Field(() => Float, { nullable: true, description: '5th percentile.' })
  p5!: number | null;

  @Field(() => Float, { nullable: true, description: 'Median.' })
  p50!: number | null;

  @Field(() => Float, { nullable: true, description: '95th percentile.' })
  p95!: number | null;

  @Field(() => Float, { nullable: true, description: '99th percentile.' })
  p99!: number | null;
}

@ObjectType('ServiceFigures', { description: 'What our gateway measured, and of which work.' })
export class ServiceFiguresType {
  @Field(() => QuantilesType, {
    description:
      'Milliseconds from the request’s last byte to the first content token forwarded, without waiting for room in the reservation.',
  })
  ttftMs!: QuantilesType;

  @Field(() => QuantilesType, { description: 'Output tokens per second of one stream, after the first.' })
  streamTokensPerSecond!: QuantilesType;

  @Field(() => QuantilesType, {
    description:
      'Inter-token latency: milliseconds for each output token of a stream after its first, on average. The p99 is null of hours that were judged before it was kept.',
  })
  interTokenMs!: QuantilesType;

  @Field(() => QuantilesType, { description: 'Input tokens of a request.' })
  promptTokens!: QuantilesType;

  @Field(() => QuantilesType, { description: 'Output tokens of a request.' })
  outputTokens!: QuantilesType;

  @Field(() => QuantilesType, { description: 'Requests under way when one began, itself included.' })
  concurrency!: QuantilesType;
}

@ObjectType('ServiceSamples', { description: 'Of how many requests something is known.' })
export class ServiceSamplesType {
  @Field(() => Int, { description: 'All that our gateway measured.' })
  requests!: number;

  @Field(() => Int, { description: 'Left out: what the reservation held was used up before them.' })
  overLimit!: number;

  @Field(() => Int, { description: 'Left out: prompts longer than the context.' })
  tooLong!: number;

  @Field(() => Int, { description: 'Left out: requests that may wait.' })
  batch!: number;

  @Field(() => Int, { description: 'Left out: their clients went away.' })
  aborted!: number;

  @Field(() => Int, { description: 'Left out: refused as they were, or our own gateway stopped.' })
  refused!: number;

  @Field(() => Int, { description: 'Answered whole, of those that count.' })
  answered!: number;

  @Field(() => Int, { description: 'With a time to first token.' })
  ttft!: number;

  @Field(() => Int, { description: 'First tokens that came in time.' })
  ttftInTime!: number;

  @Field(() => Int, { description: 'With a stream speed.' })
  streamSpeed!: number;

  @Field(() => Int, { description: 'Streams that were fast enough.' })
  streamFastEnough!: number;
}

@ObjectType('ServiceMiss', { description: 'An objective that was missed.' })
export class ServiceMissType {
  @Field(() => OBJECTIVE_NAMES, { description: 'Which one.' })
  objective!: string;

  @Field(() => Int, {
    description: 'By more than this share of it, as the formula has steps, in hundredths of a per cent.',
  })
  missedBy!: number;
}

@ObjectType('CreditDispute', { description: 'Somebody who gives back says that a credit is wrong.' })
export class CreditDisputeType {
  @Field(() => DISPUTE_STATE_NAMES, { description: 'Where it stands.' })
  state!: string;

  @Field(() => ID, { description: 'Who opened it.' })
  openedBy!: string;

  @Field({ description: 'Why.' })
  reason!: string;

  @Field(() => InstantScalar, { description: 'When.' })
  openedAt!: Date;

  @Field(() => String, { nullable: true, description: 'What was said when it was resolved.' })
  note!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was resolved.' })
  resolvedAt!: Date | null;
}

@ObjectType('ServiceHour', { description: 'What became of the promise in one UTC hour.' })
export class ServiceHourType {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => InstantScalar, { description: 'First instant of the hour.' })
  hour!: Date;

  @Field(() => Int, { description: '1 at first, one more with each correction.' })
  revision!: number;

  @Field({ description: 'Names this revision: invoice lines of credits refer to it.' })
  evidenceId!: string;

  @Field(() => VERDICTS, { description: 'What became of it.' })
  verdict!: string;

  @Field(() => [ServiceMissType], { description: 'What was missed.' })
  misses!: readonly ServiceMissType[];

  @Field(() => ServiceSamplesType, { description: 'What it was judged by.' })
  samples!: ServiceSamplesType;

  @Field(() => ServiceFiguresType, { description: 'What was measured.' })
  figures!: ServiceFiguresType;

  @Field({ description: 'SHA-256 over the sketches that the figures are from, in hexadecimal.' })
  sketchDigest!: string;

  @Field(() => Int, { description: 'Version of its pool’s terms that the reservation was sold under.' })
  termsVersion!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Version of the serving profile throughout the hour; null: it changed, or is not known.',
  })
  profileVersion!: number | null;

  @Field(() => Int, { description: 'Share of the hour’s price given back, in hundredths of a per cent.' })
  creditShare!: number;

  @Field(() => MicroUsdScalar, { description: 'What that is, at the price its holder paid.' })
  credit!: bigint;

  @Field(() => CreditDisputeType, { nullable: true, description: 'Its dispute.' })
  dispute!: CreditDisputeType | null;

  @Field(() => InstantScalar, { description: 'When this revision was judged.' })
  judgedAt!: Date;
}

export const ServiceHourConnection = connectionOf(ServiceHourType, 'ServiceHour', 'judged hours');

@ArgsType()
export class ServiceHourArguments extends PageArguments {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => WindowInput, { nullable: true, description: 'Hours that begin in it; left out: all.' })
  window?: WindowInput | null;
}

@ObjectType('ServiceLevelReport', { description: 'What became of the promise over some time.' })
export class ServiceLevelReportType {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => Int, { description: 'Hours with requests enough in which it was kept.' })
  met!: number;

  @Field(() => Int, { description: 'Hours in which it was missed.' })
  breached!: number;

  @Field(() => Int, { description: 'Hours with too few requests.' })
  thin!: number;

  @Field(() => Int, { description: 'Hours whose miss was settled otherwise.' })
  overturned!: number;

  @Field(() => Int, { description: 'Disputes that are open.' })
  openDisputes!: number;

  @Field(() => MicroUsdScalar, { description: 'All credits, at the price the holder paid.' })
  credits!: bigint;

  @Field(() => Int, { description: 'Requests that count.' })
  samples!: number;

  @Field(() => ServiceFiguresType, { description: 'What was measured in all of it.' })
  figures!: ServiceFiguresType;
}

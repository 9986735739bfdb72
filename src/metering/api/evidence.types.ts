import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { InstantScalar } from '../../api/graphql/scalars.js';
import { ServiceFiguresType } from './service-level.types.js';

@ObjectType('ProbeEvidence', {
  description: 'What our own requests to a pool showed in the last 7 days: sent while it was idle, and billed to nobody.',
})
export class ProbeEvidenceType {
  @Field(() => Int, { description: 'Requests that were answered whole.' })
  samples!: number;

  @Field(() => InstantScalar, { description: 'The newest one.' })
  newest!: Date;

  @Field(() => Int, { description: 'How many are under way at once.' })
  concurrency!: number;

  @Field(() => Int, { description: 'Words of a prompt, another one each time.' })
  promptWords!: number;

  @Field(() => Int, { description: 'Output tokens, at most.' })
  outputTokensMax!: number;

  @Field(() => ServiceFiguresType, { description: 'What was measured.' })
  figures!: ServiceFiguresType;
}

@ObjectType('PoolEvidence', {
  description: 'What our gateway measured of a pool in the last 7 days, under the serving profile in force.',
})
export class PoolEvidenceType {
  @Field({
    description: 'L3: measured at our gateway, by 100 requests and more. L2: answers by the protocol. L1: declared only.',
  })
  level!: string;

  @Field(() => Int, { description: 'Of the serving profile.' })
  profileVersion!: number;

  @Field(() => Int, { description: 'Requests of holders that count.' })
  samples!: number;

  @Field(() => InstantScalar, { description: 'The oldest hour.' })
  from!: Date;

  @Field(() => InstantScalar, { description: 'The newest hour.' })
  until!: Date;

  @Field(() => ServiceFiguresType, { description: 'What was measured of them, and of which work.' })
  figures!: ServiceFiguresType;

  @Field(() => ProbeEvidenceType, { nullable: true, description: 'Of our own requests; null while there are none.' })
  probes!: ProbeEvidenceType | null;
}

@ObjectType('PoolAlarm', {
  description: 'A pool is slower today than in the seven days before, under one serving profile.',
})
export class PoolAlarmType {
  @Field(() => ID, { description: 'The pool.' })
  poolId!: string;

  @Field(() => Int, { description: 'Of the serving profile.' })
  profileVersion!: number;

  @Field({ description: 'Whose requests: traffic or probe.' })
  source!: string;

  @Field({ description: 'ttft: p95 in milliseconds. streamSpeed: p5 in tokens/s.' })
  figure!: string;

  @Field(() => Float, { description: 'Today, when the alarm was raised.' })
  recent!: number;

  @Field(() => Int, { description: 'Of so many requests.' })
  recentSamples!: number;

  @Field(() => Float, { description: 'In the seven days before.' })
  baseline!: number;

  @Field(() => Int, { description: 'Of so many requests.' })
  baselineSamples!: number;

  @Field(() => InstantScalar, { description: 'Since when.' })
  raisedAt!: Date;
}

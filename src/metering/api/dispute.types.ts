import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import {
  NotFoundRejection,
  Rejection,
  ValidationRejection,
} from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import type { Instant } from '../../kernel/time.js';
import type { DisputeOutcome } from '../model/service-hour.events.js';
import { DISPUTE_OUTCOME_NAMES } from './service-level.types.js';

@InputType({ description: 'A credit that is wrong.' })
export class DisputeCreditInput {
  @Field(() => ID, { description: 'The reservation whose hour was judged.' })
  reservationId!: string;

  @Field(() => InstantScalar, { description: 'First instant of the hour.' })
  hour!: Instant;

  @Field({ description: 'Why, 1 to 1000 characters.' })
  reason!: string;
}

@InputType({ description: 'How a dispute ends.' })
export class ResolveDisputeInput {
  @Field(() => ID, { description: 'The reservation whose hour was judged.' })
  reservationId!: string;

  @Field(() => InstantScalar, { description: 'First instant of the hour.' })
  hour!: Instant;

  @Field(() => DISPUTE_OUTCOME_NAMES, {
    description: 'ACCEPTED by its holder, WITHDRAWN by who opened it, UPHELD or DISMISSED by the exchange.',
  })
  outcome!: DisputeOutcome;

  @Field({ defaultValue: '', description: 'What there is to say, at most 1000 characters.' })
  note!: string;
}

@ObjectType({ description: 'The dispute is open: the credit stays while it is.' })
export class DisputeCreditSuccess {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;
}

@ObjectType({ description: 'The dispute is over for good.' })
export class ResolveDisputeSuccess {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the hour that takes its credit back; null: the credit stays.',
  })
  revision!: number | null;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'The hour has no credit that can be disputed, or no dispute that can be resolved so.',
})
export class DisputeRejection extends Rejection {
  @Field(() => InstantScalar, { nullable: true, description: 'Until when it could be disputed.' })
  until!: number | null;

  @Field(() => DISPUTE_OUTCOME_NAMES, { nullable: true, description: 'How it was resolved before.' })
  outcome!: string | null;

  @Field(() => [DISPUTE_OUTCOME_NAMES], { description: 'What is yours to say.' })
  allowed!: readonly string[];
}

const REJECTIONS = [ValidationRejection, NotFoundRejection, DisputeRejection] as const;
export const DisputeCreditResult = resultUnion('disputeCredit', [DisputeCreditSuccess, ...REJECTIONS]);
export const ResolveDisputeResult = resultUnion('resolveDispute', [ResolveDisputeSuccess, ...REJECTIONS]);

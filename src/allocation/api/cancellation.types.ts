import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { NotFoundRejection, StateRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { MicroUsd } from '../../kernel/money.js';
import { EncumberedRejection, FeeChangedRejection } from './trade.rejections.js';

@ObjectType('CancellationQuote', { description: 'What cancelling would cost now, by the pool’s schedule.' })
export class CancellationQuoteType {
  @Field(() => Int, { description: 'Share of the amount that is kept, in hundredths of a per cent.' })
  feeShare!: number;

  @Field(() => MicroUsdScalar, { description: 'What is kept.' })
  fee!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What comes back.' })
  refund!: bigint;
}

@InputType({ description: 'Which reservation to give back, and at what price.' })
export class CancelReservationInput {
  @Field(() => ID, { description: 'Its id.' })
  reservationId!: string;

  @Field(() => MicroUsdScalar, { description: 'The highest fee you accept: see cancellationQuote.' })
  feeAccepted!: MicroUsd;
}

@ObjectType({ description: 'Title went back to the seller; the refund is on its way to your wallet.' })
export class CancelReservationSuccess {
  @Field(() => ID, { description: 'The reservation that was cancelled.' })
  reservationId!: string;

  @Field(() => Int, { description: 'Share of the amount that is kept, in hundredths of a per cent.' })
  feeShare!: number;

  @Field(() => MicroUsdScalar, { description: 'What is kept.' })
  fee!: string;

  @Field(() => MicroUsdScalar, { description: 'What comes back.' })
  refund!: string;
}

export const CancelReservationResult = resultUnion('cancelReservation', [
  CancelReservationSuccess,
  ValidationRejection,
  NotFoundRejection,
  StateRejection,
  EncumberedRejection,
  FeeChangedRejection,
]);

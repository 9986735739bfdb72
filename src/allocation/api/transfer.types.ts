import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { NotFoundRejection, StateRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import { WindowInput } from '../../api/graphql/window.types.js';
import type { Quantity } from '../../kernel/quantity.js';
import { ReservationType } from './reservation.types.js';
import { LotRejection } from './lot-size.rejections.js';
import { CapacityRejection, EncumberedRejection, WindowRejection } from './trade.rejections.js';

@InputType({ description: 'What to hand over within your organization.' })
export class TransferReservationInput {
  @Field(() => ID, { description: 'The reservation that it is cut from.' })
  reservationId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'To which team of yours; null: to the organization as a whole.',
  })
  teamId?: string | null;

  @Field(() => WindowInput, { description: 'When, within the reservation.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: Quantity;
}

@InputType({ description: 'What to give back to the reservation that it was cut from.' })
export class ReturnTransferInput {
  @Field(() => ID, { description: 'The part that was handed over.' })
  reservationId!: string;
}

@ObjectType({ description: 'The part is the team’s.' })
export class TransferReservationSuccess {
  @Field(() => ReservationType, { description: 'The part, a reservation of its own.' })
  reservation!: ReservationType;
}

@ObjectType({ description: 'The part is one with what it was cut from again.' })
export class ReturnTransferSuccess {
  @Field(() => ID, { description: 'The part.' })
  reservationId!: string;
}

export const TransferReservationResult = resultUnion('transferReservation', [
  TransferReservationSuccess,
  ValidationRejection,
  NotFoundRejection,
  StateRejection,
  LotRejection,
  WindowRejection,
  CapacityRejection,
]);
export const ReturnTransferResult = resultUnion('returnTransfer', [
  ReturnTransferSuccess,
  ValidationRejection,
  NotFoundRejection,
  StateRejection,
  EncumberedRejection,
]);

import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import {
  SPEND_REJECTIONS,
  Rejection,
  ValidationRejection,
} from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { MicroUsdScalar } from '../../api/graphql/scalars.js';

/** Bound on the holds of one payment. */
export const PAYMENTS_MAX = 20;

@InputType({ description: 'Which holds to pay.' })
export class PayReservationsInput {
  @Field(() => [ID], { description: `1 to ${PAYMENTS_MAX} reservations that are held, of any markets.` })
  reservationIds!: string[];
}

@ObjectType({ description: 'Title to all of them is yours; their price is in escrow until they are delivered.' })
export class PayReservationsSuccess {
  @Field(() => [ID], { description: 'The reservations, now scheduled.' })
  reservationIds!: readonly string[];

  @Field(() => MicroUsdScalar, { description: 'What is left in the wallet.' })
  walletBalance!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'One of the reservations cannot be paid, so none was; nothing was charged.',
})
export class PaymentRefusedRejection extends Rejection {
  @Field(() => Int, { description: 'Which of those asked for, from 0.' })
  index!: number;

  @Field(() => ID, { description: 'Its id.' })
  reservationId!: string;

  @Field(() => String, { nullable: true, description: 'The state that it is in, with WRONG_STATE.' })
  state!: string | null;

  @Field(() => ID, { nullable: true, description: 'The quote to accept instead, with PART_OF_QUOTE.' })
  quoteId!: string | null;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'Some holds ended while they were paid: their price came back. The others are yours.',
})
export class HoldsLapsedRejection extends Rejection {
  @Field(() => Int, { description: 'The first that ended: which of those asked for, from 0.' })
  index!: number;

  @Field(() => ID, { description: 'Its id.' })
  reservationId!: string;

  @Field(() => [ID], { description: 'All that ended.' })
  lapsedIds!: readonly string[];

  @Field(() => [ID], { description: 'Those that are yours.' })
  paidIds!: readonly string[];
}

export const PayReservationsResult = resultUnion('payReservations', [
  PayReservationsSuccess,
  ValidationRejection,
  PaymentRefusedRejection,
  HoldsLapsedRejection,
  ...SPEND_REJECTIONS,
]);

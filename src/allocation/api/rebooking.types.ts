import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { NotFoundRejection, StateRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar, TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import { WindowType } from '../../api/graphql/window.types.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import { ExtensionRejection } from './curtailment.rejections.js';
import { OrderConstraintsInput } from './order.constraints.types.js';
import { ReservationType } from './reservation.types.js';
import { LotRejection } from './lot-size.rejections.js';
import { SetAsideRejection } from './set-aside.rejections.js';
import { AmountTooLargeRejection, CapacityRejection, WindowRejection } from './trade.rejections.js';

export const REBOOKING_FORCES = { IOC: 'IOC', FOK: 'FOK', GTC: 'GTC', GTD: 'GTD' } as const;
registerEnumType(REBOOKING_FORCES, {
  name: 'RebookingTimeInForce',
  description: 'What happens to what is not filled at once of an order that replaces what was lost.',
  valuesMap: {
    IOC: { description: 'Immediate or cancel: it is cancelled.' },
    FOK: { description: 'Fill or kill: all of it is filled at once, or it is refused.' },
    GTC: { description: 'Good till cancelled: it rests while its window can be bought.' },
    GTD: { description: 'Good till date: it rests for so many minutes from the curtailment on.' },
  },
});

export const REBOOKING_STATES = { PLACED: 'placed', REFUSED: 'refused' } as const;
registerEnumType(REBOOKING_STATES, {
  name: 'RebookingState',
  description: 'What became of an order in place of what was lost.',
  valuesMap: {
    PLACED: { description: 'It was placed: see orders.' },
    REFUSED: { description: 'It was not: refusal says why.' },
  },
});

/** How long a bid may rest: longer than any pool tells ahead of a reclaim. */
export const REST_MINUTES_MAX = 43_200;

@InputType({ description: 'The bid that is placed for what a reservation loses: one order for each rectangle of it.' })
export class RebookingInput {
  @Field(() => MicroUsdScalar, { description: 'The most to pay per token/s and hour, 1 or more.' })
  limitPrice!: UnitPrice;

  @Field(() => REBOOKING_FORCES, {
    defaultValue: REBOOKING_FORCES.GTC,
    description: 'What happens to what is not filled at once.',
  })
  timeInForce!: keyof typeof REBOOKING_FORCES;

  @Field(() => Int, {
    nullable: true,
    description: `For how many minutes from the curtailment on it rests, 1 to ${REST_MINUTES_MAX}: with GTD only.`,
  })
  restMinutes?: number | null;

  @Field(() => TokensPerSecondScalar, {
    nullable: true,
    description: 'Less than this is not filled at any one moment; of an order for less, all of it.',
  })
  minimumFill?: Quantity | null;

  @Field({
    defaultValue: false,
    description: 'Whether each order is filled whole or not at all: in place of minimumFill.',
  })
  isAllOrNone!: boolean;

  @Field(() => OrderConstraintsInput, { nullable: true, description: 'What it insists on.' })
  constraints?: OrderConstraintsInput | null;
}

@InputType({ description: 'What is ordered in place of what a reservation loses.' })
export class SetRebookingInput {
  @Field(() => ID, { description: 'Which reservation of yours.' })
  reservationId!: string;

  @Field(() => RebookingInput, { nullable: true, description: 'The bid; left out or null: none.' })
  rebooking?: RebookingInput | null;
}

@ObjectType({ description: 'The reservation as it is now.' })
export class SetRebookingSuccess {
  @Field(() => ReservationType, { description: 'The reservation.' })
  reservation!: ReservationType;
}

export const SetRebookingResult = resultUnion('setRebooking', [
  SetRebookingSuccess,
  ValidationRejection,
  NotFoundRejection,
  StateRejection,
  LotRejection,
]);

@ObjectType('Rebooking', { description: 'What became of an order in place of what was lost.' })
export class RebookingType {
  @Field(() => ID, { description: 'The order; there is none of this name where it was refused.' })
  orderId!: string;

  @Field(() => ID, { description: 'The reservation that lost something.' })
  reservationId!: string;

  @Field(() => ID, { description: 'The curtailment.' })
  curtailmentId!: string;

  @Field(() => WindowType, { description: 'When.' })
  window!: object;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: bigint;

  @Field(() => MicroUsdScalar, { description: 'The most to be paid per token/s and hour.' })
  limitPrice!: bigint;

  @Field(() => REBOOKING_STATES, { description: 'What became of it.' })
  status!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was not placed, such as INSUFFICIENT_FUNDS; null when it was.',
  })
  refusal!: string | null;

  @Field(() => InstantScalar, { description: 'When it was tried.' })
  at!: Date;
}

export const RebookingConnection = connectionOf(RebookingType, 'Rebooking', 'rebookings');

@ArgsType()
export class RebookingArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Only those of this reservation.' })
  reservationId?: string | null;
}

@InputType({ description: 'How much longer to keep a reservation.' })
export class ExtendReservationInput {
  @Field(() => ID, { description: 'Which reservation of yours.' })
  reservationId!: string;

  @Field(() => InstantScalar, { description: 'Until when, on the grid of the pool.' })
  until!: Instant;

  @Field(() => MicroUsdScalar, { description: 'The most to pay per token/s and hour, 0 or more.' })
  unitPriceMax!: UnitPrice;
}

@ObjectType({ description: 'All of it is set aside: pay each reservation before it expires.' })
export class ExtendReservationSuccess {
  @Field(() => [ReservationType], { description: 'The reservations that prolong yours, held.' })
  reservations!: readonly ReservationType[];
}

export const ExtendReservationResult = resultUnion('extendReservation', [
  ExtendReservationSuccess,
  ValidationRejection,
  NotFoundRejection,
  StateRejection,
  LotRejection,
  WindowRejection,
  CapacityRejection,
  SetAsideRejection,
  ExtensionRejection,
  AmountTooLargeRejection,
]);

import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { NotFoundRejection, PartOfQuoteRejection, StateRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar, TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import { CapacitySegmentType, WindowInput, WindowType } from '../../api/graphql/window.types.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { ReservationStatus } from '../model/market.rejections.js';
import { ReservationCurtailmentType } from './curtailment.types.js';
import { IdleRuleType } from './idle.types.js';
import { LotRejection } from './lot-size.rejections.js';
import { OrderConstraintsType } from './order.constraints.types.js';
import { SetAsideRejection } from './set-aside.rejections.js';
import {
  AmountTooLargeRejection,
  CapacityRejection,
  SelfTradeRejection,
  WindowRejection,
} from './trade.rejections.js';

export const RESERVATION_STATES = {
  HELD: 'held',
  SCHEDULED: 'scheduled',
  ACTIVE: 'active',
  COMPLETED: 'completed',
  EXPIRED: 'expired',
  RELEASED: 'released',
  CANCELLED: 'cancelled',
  CURTAILED: 'curtailed',
  RETURNED: 'returned',
} as const satisfies Record<string, ReservationStatus>;
registerEnumType(RESERVATION_STATES, {
  name: 'ReservationState',
  description: 'Where a reservation stands in its life.',
  valuesMap: {
    HELD: {
      description: 'Set aside until it is paid. Becomes SCHEDULED, EXPIRED, RELEASED or CURTAILED.',
    },
    SCHEDULED: {
      description: 'Paid; its window has not begun. Becomes ACTIVE, CANCELLED, CURTAILED or RETURNED.',
    },
    ACTIVE: { description: 'Paid; its window is running. Becomes COMPLETED or CURTAILED.' },
    COMPLETED: { description: 'Its window is over. Stays.' },
    EXPIRED: { description: 'It was not paid in time. Stays.' },
    RELEASED: { description: 'Its buyer gave the hold back. Stays.' },
    CANCELLED: { description: 'Its holder gave it back before it began. Stays.' },
    CURTAILED: {
      description:
        'Its provider took all of it back, or so much that a hold could not stand. Stays. What loses a part only goes on with less.',
    },
    RETURNED: { description: 'Handed over to a team, and given back before it began. Stays.' },
  },
});

@ObjectType('RebookingTerms', { description: 'The bid that is placed for what a reservation loses.' })
export class RebookingTermsType extends OrderConstraintsType {
  @Field(() => MicroUsdScalar, { description: 'The most to be paid per token/s and hour.' })
  limitPrice!: string;

  @Field({ description: 'IOC, FOK, GTC or GTD: what happens to what is not filled at once.' })
  timeInForce!: string;

  @Field(() => Int, { nullable: true, description: 'With GTD: for how many minutes from the curtailment on it rests; else null.' })
  restMinutes!: number | null;

  @Field(() => TokensPerSecondScalar, { description: 'Less is not filled at any one moment; of an order for less, all of it.' })
  minimumFill!: string;

  @Field({ description: 'Whether each order is filled whole or not at all.' })
  isAllOrNone!: boolean;
}

export const RESERVATION_SIDES = { BOUGHT: 'holderId', SOLD: 'sellerId' } as const;
export type ReservationSide = (typeof RESERVATION_SIDES)[keyof typeof RESERVATION_SIDES];
registerEnumType(RESERVATION_SIDES, {
  name: 'ReservationSide',
  description: 'Which side of a sale your organization is on.',
  valuesMap: {
    BOUGHT: { description: 'What you bought.' },
    SOLD: { description: 'What others bought from you.' },
  },
});

@ObjectType('Reservation', {
  description: 'A buyer’s title to part of a pool over a window, from hold to end.',
})
export class ReservationType {
  @Field(() => ID, { description: 'Its id.' })
  reservationId!: string;

  @Field(() => ID, { description: 'What it trades as: model@quantization.' })
  marketId!: string;

  @Field(() => ID, { description: 'The pool it is part of.' })
  poolId!: string;

  @Field(() => ID, { description: 'The listing it was bought from.' })
  listingId!: string;

  @Field(() => ID, { description: 'Who sold it.' })
  sellerId!: string;

  @Field(() => ID, { description: 'Who bought it.' })
  holderId!: string;

  @Field({ description: 'Whether it was resold, not sold by the provider.' })
  isResale!: boolean;

  @Field({ description: 'Whether it was handed over within the organization: paid for already.' })
  isTransfer!: boolean;

  @Field(() => ID, {
    nullable: true,
    description: 'The reservation of yours that it was cut from; null when it was bought.',
  })
  transferredFromId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The team that uses it; null: the organization as a whole, or not yours.',
  })
  teamId!: string | null;

  @Field(() => Int, { description: 'How often the capacity has changed hands since the provider sold it.' })
  hops!: number;

  @Field(() => WindowType, { description: 'When.' })
  window!: object;

  @Field(() => TokensPerSecondScalar, { description: 'How much was bought.' })
  quantity!: string | bigint;

  @Field(() => MicroUsdScalar, { description: 'Price per token/s and hour.' })
  unitPrice!: string | bigint;

  @Field(() => MicroUsdScalar, { description: 'Price of the whole.' })
  amount!: string | bigint;

  @Field(() => RESERVATION_STATES, { description: 'Where it stands.' })
  status!: string;

  @Field(() => InstantScalar, { nullable: true, description: 'When an unpaid hold ends; else null.' })
  expiresAt!: Date | number | null;

  @Field(() => IdleRuleType, {
    nullable: true,
    description: 'What is listed of it by itself; null: nothing, or not yours.',
  })
  idleRule!: IdleRuleType | null;

  @Field(() => [CapacitySegmentType], {
    description: 'What is the holder’s now: less than was bought once part of it was resold or curtailed.',
  })
  entitlement!: readonly object[];

  @Field(() => MicroUsdScalar, { nullable: true, description: 'What cancelling cost.' })
  cancellationFee!: string | bigint | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'What came back when it was cancelled.' })
  refund!: string | bigint | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was paid.' })
  paidAt!: Date | null;

  @Field(() => [ReservationCurtailmentType], {
    description: 'What it lost because its provider took capacity back, oldest first.',
  })
  curtailments!: readonly ReservationCurtailmentType[];

  @Field(() => RebookingTermsType, {
    nullable: true,
    description: 'What is ordered in place of what it loses; null where nothing is, or it is not yours.',
  })
  rebooking!: object | null;

  @Field(() => ID, { nullable: true, description: 'The reservation that it prolongs; null where there is none, or it is not yours.' })
  extendsReservationId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The order that it was bought by; null: by none, or it is not yours.' })
  orderId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The quote that it was part of; null: none, or it is not yours.' })
  quoteId!: string | null;
}

export const ReservationConnection = connectionOf(ReservationType, 'Reservation', 'reservations');

@ArgsType()
export class ReservationArguments extends PageArguments {
  @Field(() => RESERVATION_SIDES, {
    defaultValue: RESERVATION_SIDES.BOUGHT,
    description: 'Which side of the sale you are on.',
  })
  side!: ReservationSide;

  @Field(() => RESERVATION_STATES, { nullable: true, description: 'Only those in this state.' })
  status?: ReservationStatus | null;

  @Field(() => ID, { nullable: true, description: 'Only what this order of yours bought: its fills.' })
  orderId?: string | null;
}

@InputType({ description: 'What to set aside of a listing.' })
export class ReserveInput {
  @Field(() => ID, { description: 'Which listing.' })
  listingId!: string;

  @Field(() => WindowInput, { description: 'When, within the listing.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: Quantity;
}

@InputType({ description: 'Which hold to give back.' })
export class ReleaseHoldInput {
  @Field(() => ID, { description: 'The reservation that is held.' })
  reservationId!: string;
}

@ObjectType({ description: 'Title is set aside: pay before it expires.' })
export class ReserveSuccess {
  @Field(() => ReservationType, { description: 'The reservation, held.' })
  reservation!: ReservationType;
}

@ObjectType({ description: 'The hold is over; nothing was charged.' })
export class ReleaseHoldSuccess {
  @Field(() => ID, { description: 'The reservation that was held.' })
  reservationId!: string;
}

export const ReserveResult = resultUnion('reserve', [
  ReserveSuccess,
  ValidationRejection,
  NotFoundRejection,
  SelfTradeRejection,
  LotRejection,
  WindowRejection,
  CapacityRejection,
  SetAsideRejection,
  AmountTooLargeRejection,
]);
export const ReleaseHoldResult = resultUnion('releaseHold', [
  ReleaseHoldSuccess,
  NotFoundRejection,
  StateRejection,
  PartOfQuoteRejection,
]);

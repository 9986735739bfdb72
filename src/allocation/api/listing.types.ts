import { ArgsType, Field, ID, InputType, Int, IntersectionType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { NotFoundRejection, StateRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar, TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import { CapacitySegmentType, WindowInput, WindowType } from '../../api/graphql/window.types.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { ListingOrder } from '../model/listing.filter.js';
import { AuctionStateRejection, AuctionType } from './auction.types.js';
import { LotRejection } from './lot-size.rejections.js';
import { LISTING_ORDER, ListingFilterInput } from './listing.filter.types.js';
import {
  AmountTooLargeRejection,
  CapacityRejection,
  ResaleTermsRejection,
  WindowRejection,
} from './trade.rejections.js';

export const LISTING_STATES = {
  OPEN: 'open',
  SOLD: 'sold',
  WITHDRAWN: 'withdrawn',
  EXPIRED: 'expired',
  CURTAILED: 'curtailed',
  UNSOLD: 'unsold',
} as const;
export type ListingState = (typeof LISTING_STATES)[keyof typeof LISTING_STATES];
registerEnumType(LISTING_STATES, {
  name: 'ListingState',
  description: 'What has become of a listing.',
  valuesMap: {
    OPEN: { description: 'It can be bought from.' },
    SOLD: { description: 'All of it was paid for.' },
    WITHDRAWN: { description: 'Its seller took it back.' },
    EXPIRED: { description: 'Its window has passed.' },
    CURTAILED: { description: 'What was left of it was taken back by the pool’s provider.' },
    UNSOLD: { description: 'Its auction is over, and not all of it was sold.' },
  },
});

export const LISTING_KINDS = { FIXED_PRICE: 'fixed-price', AUCTION: 'auction' } as const;
export type ListingKind = (typeof LISTING_KINDS)[keyof typeof LISTING_KINDS];
registerEnumType(LISTING_KINDS, {
  name: 'ListingKind',
  description: 'How a listing is sold.',
  valuesMap: {
    FIXED_PRICE: { description: 'At its price, to whoever comes first.' },
    AUCTION: { description: 'By sealed bids, at one price for all who win.' },
  },
});

@ObjectType('Listing', {
  description:
    'Part of somebody’s title for sale: at a fixed price, in any sub-window and sub-quantity; or by auction, the whole window in any sub-quantity.',
})
export class ListingType {
  @Field(() => ID, { description: 'Its id.' })
  listingId!: string;

  @Field(() => ID, { description: 'What it trades as: model@quantization.' })
  marketId!: string;

  @Field(() => ID, { description: 'The pool it is part of.' })
  poolId!: string;

  @Field(() => ID, { description: 'Who sells.' })
  sellerId!: string;

  @Field({ description: 'Whether it is resold, not sold by the provider.' })
  isResale!: boolean;

  @Field(() => Int, { description: 'How often the capacity will have changed hands when it is bought.' })
  hops!: number;

  @Field(() => WindowType, { description: 'The whole window that was offered.' })
  window!: object;

  @Field(() => TokensPerSecondScalar, { description: 'The whole quantity that was offered.' })
  quantity!: string | bigint;

  @Field(() => TokensPerSecondScalar, {
    description: 'It is bought in whole multiples of this, or as all that is left throughout a window.',
  })
  lotSize!: string | bigint;

  @Field(() => MicroUsdScalar, {
    description: 'Price per token/s and hour; of an auction the reserve price.',
  })
  unitPrice!: string | bigint;

  @Field(() => MicroUsdScalar, {
    description: 'The same price for a million tokens at full use, rounded half to even.',
  })
  pricePerMillionTokens!: string | bigint;

  @Field(() => [CapacitySegmentType], { description: 'What can still be bought, over time.' })
  remaining!: readonly object[];

  @Field(() => AuctionType, {
    nullable: true,
    description: 'The auction it is sold by; null: at its price.',
  })
  auction!: AuctionType | null;

  @Field(() => LISTING_STATES, { description: 'What has become of it.' })
  status!: string;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'When it was listed; null in the answer to its own creation.',
  })
  createdAt!: Date | null;
}

export const ListingConnection = connectionOf(ListingType, 'Listing', 'listings');

/** Which listings. */
@ArgsType()
export class WantedArguments {
  @Field(() => ID, { nullable: true, description: 'Only this market: model@quantization.' })
  marketId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only parts of this pool.' })
  poolId?: string | null;

  @Field(() => LISTING_STATES, {
    nullable: true,
    defaultValue: LISTING_STATES.OPEN,
    description: 'Only listings in this state; null: in any.',
  })
  status?: ListingState | null;

  @Field(() => LISTING_KINDS, {
    nullable: true,
    defaultValue: LISTING_KINDS.FIXED_PRICE,
    description: 'Only listings that are sold like this; null: however they are sold.',
  })
  kind?: ListingKind | null;

  @Field({ defaultValue: false, description: 'Only listings of your organization.' })
  own!: boolean;

  @Field(() => ListingFilterInput, { nullable: true, description: 'Only listings that are like this.' })
  where?: ListingFilterInput | null;
}

/** Which listings, in which order. */
@ArgsType()
export class ListingArguments extends IntersectionType(WantedArguments, PageArguments, ArgsType) {
  @Field(() => LISTING_ORDER, { defaultValue: LISTING_ORDER.PRICE, description: 'What comes first.' })
  orderBy!: ListingOrder;

  @Field({ defaultValue: false, description: 'The other way round.' })
  isDescending!: boolean;
}

@InputType({ description: 'Part of a pool of yours to offer.' })
export class CreateListingInput {
  @Field(() => ID, { description: 'Which pool.' })
  poolId!: string;

  @Field(() => WindowInput, { description: 'When.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, { description: 'Price per token/s and hour, 0 or more.' })
  unitPrice!: UnitPrice;

  @Field({
    defaultValue: false,
    description: 'Refused, instead of filled at once, where bids wait at this price or above.',
  })
  isPostOnly!: boolean;
}

@InputType({ description: 'Part of a reservation of yours to offer.' })
export class ResellReservationInput {
  @Field(() => ID, { description: 'Which reservation.' })
  reservationId!: string;

  @Field(() => WindowInput, { description: 'When, within the reservation.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, { description: 'Price per token/s and hour, 0 or more.' })
  unitPrice!: UnitPrice;

  @Field({
    defaultValue: false,
    description: 'Refused, instead of filled at once, where bids wait at this price or above.',
  })
  isPostOnly!: boolean;
}

@InputType({ description: 'Which listing to take back.' })
export class WithdrawListingInput {
  @Field(() => ID, { description: 'Its id.' })
  listingId!: string;
}

@ObjectType({ description: 'The new listing.' })
export class CreateListingSuccess {
  @Field(() => ListingType, { description: 'The listing.' })
  listing!: ListingType;
}

@ObjectType({ description: 'The new listing of what you hold.' })
export class ResellReservationSuccess {
  @Field(() => ListingType, { description: 'The listing.' })
  listing!: ListingType;
}

@ObjectType({ description: 'Nothing more is sold from it. Holds made before stand.' })
export class WithdrawListingSuccess {
  @Field(() => ID, { description: 'The listing.' })
  listingId!: string;
}

export const OFFER_REJECTIONS = [
  ValidationRejection,
  NotFoundRejection,
  LotRejection,
  WindowRejection,
  CapacityRejection,
  AmountTooLargeRejection,
] as const;

export const CreateListingResult = resultUnion('createListing', [
  CreateListingSuccess,
  ...OFFER_REJECTIONS,
]);
export const ResellReservationResult = resultUnion('resellReservation', [
  ResellReservationSuccess,
  ...OFFER_REJECTIONS,
  ResaleTermsRejection,
  StateRejection,
]);
export const WithdrawListingResult = resultUnion('withdrawListing', [
  WithdrawListingSuccess,
  NotFoundRejection,
  AuctionStateRejection,
]);

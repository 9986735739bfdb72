import { ArgsType, Field, ID, InputType, Int, IntersectionType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { NotFoundRejection, StateRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondCountScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import { CapacitySegmentType, WindowInput, WindowType } from '../../api/graphql/window.types.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { ListingOrder } from '../model/listing.filter.js';
import { AuctionStateRejection, AuctionType } from './auction.types.js';
import { LotRejection } from './lot-size.rejections.js';
import { EVIDENCE } from './order.types.js';
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

export const LISTING_ORDER = { PRICE: 'PRICE', START: 'START', QUANTITY: 'QUANTITY', TTFT: 'TTFT' } as const;
registerEnumType(LISTING_ORDER, {
  name: 'ListingOrder',
  description: 'What listings are ordered by; the older comes first among equals.',
  valuesMap: {
    PRICE: { description: 'The price, of an auction the reserve price.' },
    START: { description: 'When its window starts.' },
    QUANTITY: { description: 'The most that is left of it at any time.' },
    TTFT: { description: 'The time to first token, p95, that its pool promises.' },
  },
});

@InputType({
  description: 'What a listing must be like. What is left out does not matter; what is asked of a pool means what it means in a bid.',
})
export class ListingFilterInput {
  @Field(() => String, { nullable: true, description: 'This model, such as llama-3.3-70b, at every quantization.' })
  model?: string | null;

  @Field(() => [ID], { defaultValue: [], description: 'Only on these platforms, by slug.' })
  platforms!: string[];

  @Field(() => [String], { defaultValue: [], description: 'Only in these regions.' })
  regions!: string[];

  @Field(() => [String], { defaultValue: [], description: 'Prompts stay in these countries, ISO 3166-1 alpha-2.' })
  residency!: string[];

  @Field(() => Int, { nullable: true, description: 'Time to first token, p95, at most; milliseconds.' })
  ttftP95MaxMs?: number | null;

  @Field(() => Int, { nullable: true, description: 'Output tokens/s of one stream, at least.' })
  streamTokensPerSecondMin?: number | null;

  @Field(() => EVIDENCE, { defaultValue: EVIDENCE.L1, description: 'How well its pool is shown, at least.' })
  evidenceMin!: keyof typeof EVIDENCE;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'Price of a million tokens at full use, at most.' })
  pricePerMillionTokensMax?: bigint | null;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'Something is left from here on until `availableUntil`; without that: at this instant.',
  })
  availableFrom?: Instant | null;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'Something is left from `availableFrom` up to here; without that: right before this instant.',
  })
  availableUntil?: Instant | null;

  @Field(() => TokensPerSecondScalar, {
    nullable: true,
    description: 'So much is left throughout that time; without one: at some time.',
  })
  quantityMin?: Quantity | null;
}

@ObjectType({ description: 'What one market has to offer at fixed prices now.' })
export class MarketSummary {
  @Field(() => ID, { description: 'Its name: model@quantization.' })
  marketId!: string;

  @Field(() => Int, { description: 'How many listings are open.' })
  listings!: number;

  @Field(() => MicroUsdScalar, { description: 'The lowest price per token/s and hour.' })
  unitPrice!: bigint;

  @Field(() => MicroUsdScalar, { description: 'The same for a million tokens at full use, rounded half to even.' })
  pricePerMillionTokens!: bigint;

  @Field(() => TokensPerSecondCountScalar, {
    description: 'The most that is left of each listing at any time, together: not all of it at one time.',
  })
  quantity!: bigint;
}

export const MarketSummaryConnection = connectionOf(MarketSummary, 'MarketSummary', 'markets');

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

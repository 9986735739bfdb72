import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import {
  SPEND_REJECTIONS,
  NotFoundRejection,
  StateRejection,
  ValidationRejection,
} from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar, TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import { WindowInput } from '../../api/graphql/window.types.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import { AuctionStateRejection } from './auction.types.js';
import { ListingType, OFFER_REJECTIONS } from './listing.types.js';
import { OrderReceiptType } from './order.types.js';
import { LotRejection } from './lot-size.rejections.js';
import {
  AmountTooLargeRejection,
  CapacityRejection,
  ResaleTermsRejection,
  SelfTradeRejection,
} from './trade.rejections.js';

@InputType({ isAbstract: true })
export abstract class AuctionTermsInput {
  @Field(() => WindowInput, { description: 'When; it is sold whole. It starts in the future.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, { description: 'Nothing is sold below this price, 0 or more.' })
  reservePrice!: UnitPrice;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'From when on it takes bids; at once when left out.',
  })
  opensAt?: Instant | null;

  @Field(() => InstantScalar, {
    description: 'From when on it takes no more bids: after it opens, and no later than its window starts.',
  })
  closesAt!: Instant;
}

@InputType({ description: 'Part of a pool of yours to auction.' })
export class OpenAuctionInput extends AuctionTermsInput {
  @Field(() => ID, { description: 'Which pool.' })
  poolId!: string;
}

@InputType({ description: 'Part of a reservation of yours to auction.' })
export class OpenResaleAuctionInput extends AuctionTermsInput {
  @Field(() => ID, { description: 'Which reservation.' })
  reservationId!: string;
}

@InputType({ description: 'A bid that nobody else sees, for the auction’s whole window.' })
export class PlaceAuctionBidInput {
  @Field(() => ID, { description: 'The listing that is auctioned.' })
  auctionId!: string;

  @Field(() => TokensPerSecondScalar, { description: 'How much, at most the whole lot.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, {
    description: 'The most to pay per token/s and hour, the reserve price or more and 1 or more.',
  })
  limitPrice!: UnitPrice;

  @Field(() => TokensPerSecondScalar, {
    nullable: true,
    description: 'Nothing is bought when it would be less; the whole quantity: all or none.',
  })
  minimumFill?: Quantity | null;
}

@InputType({ description: 'Which bid to take back.' })
export class WithdrawAuctionBidInput {
  @Field(() => ID, { description: 'Its id.' })
  orderId!: string;
}

@ObjectType({ description: 'The new auction.' })
export class OpenAuctionSuccess {
  @Field(() => ListingType, { description: 'What is auctioned.' })
  listing!: ListingType;
}

@ObjectType({ description: 'The new auction of what you hold.' })
export class OpenResaleAuctionSuccess {
  @Field(() => ListingType, { description: 'What is auctioned.' })
  listing!: ListingType;
}

@ObjectType({ description: 'The bid is in the auction.' })
export class PlaceAuctionBidSuccess {
  @Field(() => OrderReceiptType, { description: 'The bid.' })
  order!: OrderReceiptType;
}

@ObjectType({ description: 'The bid is out of the auction; its money comes back.' })
export class WithdrawAuctionBidSuccess {
  @Field(() => OrderReceiptType, { description: 'The bid.' })
  order!: OrderReceiptType;
}

export const OpenAuctionResult = resultUnion('openAuction', [
  OpenAuctionSuccess,
  ...OFFER_REJECTIONS,
]);
export const OpenResaleAuctionResult = resultUnion('openResaleAuction', [
  OpenResaleAuctionSuccess,
  ...OFFER_REJECTIONS,
  ResaleTermsRejection,
  StateRejection,
]);
export const PlaceAuctionBidResult = resultUnion('placeAuctionBid', [
  PlaceAuctionBidSuccess,
  ValidationRejection,
  NotFoundRejection,
  SelfTradeRejection,
  AuctionStateRejection,
  LotRejection,
  AmountTooLargeRejection,
  CapacityRejection,
  ...SPEND_REJECTIONS,
]);
export const WithdrawAuctionBidResult = resultUnion('withdrawAuctionBid', [
  WithdrawAuctionBidSuccess,
  NotFoundRejection,
  AuctionStateRejection,
]);

import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import {
  SPEND_REJECTIONS,
  NotFoundRejection,
  Rejection,
  ValidationRejection,
} from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondCountScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import { WindowInput, WindowType } from '../../api/graphql/window.types.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { QuoteView } from '../model/quote.answer.js';
import { QUOTE_LIFE, QUOTES_MAX } from '../model/quote.decide.js';
import { OrderConstraintsInput } from './order.constraints.types.js';
import { ReservationType } from './reservation.types.js';
import { AmountTooLargeRejection, WindowRejection } from './trade.rejections.js';

export const QUOTE_STATES = {
  OPEN: 'open',
  ACCEPTED: 'accepted',
  RELEASED: 'released',
  EXPIRED: 'expired',
  CURTAILED: 'curtailed',
} as const satisfies Record<string, QuoteView['status']>;
export type QuoteState = (typeof QUOTE_STATES)[keyof typeof QUOTE_STATES];
registerEnumType(QUOTE_STATES, {
  name: 'QuoteState',
  description: 'Whether a price stands.',
  valuesMap: {
    OPEN: { description: 'It stands: what it is for is set aside for you.' },
    ACCEPTED: { description: 'All of it was paid at its price.' },
    RELEASED: { description: 'Its buyer gave it back.' },
    EXPIRED: { description: 'It was not accepted in time.' },
    CURTAILED: { description: 'A provider took back some of what it was for.' },
  },
});

@ObjectType('QuotedFill', { description: 'Part of a quote, from one listing; it is held for you.' })
export class QuotedFillType {
  @Field(() => ID, { description: 'The hold, which becomes your reservation.' })
  reservationId!: string;

  @Field(() => ID, { description: 'The listing.' })
  listingId!: string;

  @Field(() => ID, { description: 'The pool it is part of.' })
  poolId!: string;

  @Field(() => ID, { description: 'Whose pool it is.' })
  providerId!: string;

  @Field(() => ID, { description: 'What serves it: the platform’s slug.' })
  platform!: string;

  @Field({ description: 'Where it stands.' })
  region!: string;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: string;

  @Field(() => MicroUsdScalar, { description: 'Price per token/s and hour: the listing’s.' })
  unitPrice!: string;

  @Field(() => MicroUsdScalar, { description: 'Price of this part.' })
  amount!: string;
}

@ObjectType('Quote', { description: 'A price that stands until it expires: what it is for is set aside.' })
export class QuoteType {
  @Field(() => ID, { description: 'Its id.' })
  quoteId!: string;

  @Field(() => ID, { description: 'What it is for: model@quantization.' })
  marketId!: string;

  @Field(() => WindowType, { description: 'When; every part covers all of it.' })
  window!: object;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: string | bigint;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'The most that was to be paid per token/s and hour; null: any price.',
  })
  limitPrice!: string | bigint | null;

  @Field(() => MicroUsdScalar, { description: 'What all of it costs: exactly this is charged.' })
  amount!: string | bigint;

  @Field(() => MicroUsdScalar, {
    description: 'Per token/s and hour, weighted by quantity, rounded half to even.',
  })
  unitPrice!: string | bigint;

  @Field(() => [QuotedFillType], { description: 'What it is made of, the cheapest first.' })
  fills!: readonly QuotedFillType[];

  @Field(() => QUOTE_STATES, { description: 'Whether it stands.' })
  status!: string;

  @Field(() => InstantScalar, { description: 'When it was given.' })
  quotedAt!: Date | number;

  @Field(() => InstantScalar, { description: 'Until when it stands.' })
  expiresAt!: Date | number;

  @Field(() => InstantScalar, { nullable: true, description: 'When it ended; null while it stands.' })
  endedAt!: Date | number | null;
}

export const QuoteConnection = connectionOf(QuoteType, 'Quote', 'quotes');

@ArgsType()
export class QuoteArguments extends PageArguments {
  @Field(() => QUOTE_STATES, { nullable: true, description: 'Only those in this state.' })
  status?: QuoteState | null;
}

@InputType({ description: 'What to give a price for.' })
export class RequestQuoteInput {
  @Field(() => ID, { description: 'What: model@quantization.' })
  marketId!: string;

  @Field(() => WindowInput, { description: 'When; every part covers all of it.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: Quantity;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'The most to pay per token/s and hour, 1 or more; null: whatever it costs.',
  })
  limitPrice?: UnitPrice | null;

  @Field(() => OrderConstraintsInput, { nullable: true, description: 'What you insist on.' })
  constraints?: OrderConstraintsInput | null;
}

@InputType({ description: 'Which quote to accept.' })
export class AcceptQuoteInput {
  @Field(() => ID, { description: 'Its id.' })
  quoteId!: string;
}

@InputType({ description: 'Which quote to give back.' })
export class ReleaseQuoteInput {
  @Field(() => ID, { description: 'Its id.' })
  quoteId!: string;
}

@ObjectType({ description: `The price stands for ${QUOTE_LIFE / 1_000} seconds.` })
export class RequestQuoteSuccess {
  @Field(() => QuoteType, { description: 'The price, and what it is for.' })
  quote!: QuoteType;
}

@ObjectType({ description: 'All of it is yours, at the price that was quoted.' })
export class AcceptQuoteSuccess {
  @Field(() => [ReservationType], { description: 'The reservations, in the order of the quote’s parts.' })
  reservations!: readonly ReservationType[];

  @Field(() => MicroUsdScalar, { description: 'What is left in the wallet.' })
  walletBalance!: string;
}

@ObjectType({ description: 'The price stands no longer; what was set aside is for sale again.' })
export class ReleaseQuoteSuccess {
  @Field(() => ID, { description: 'The quote.' })
  quoteId!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'The price does not stand any more; nothing was charged for this.',
})
export class QuoteEndedRejection extends Rejection {
  @Field(() => QUOTE_STATES, { description: 'What became of it.' })
  status!: string;

  @Field(() => InstantScalar, { description: 'When.' })
  endedAt!: number;
}

@ObjectType({
  implements: () => [Rejection],
  description: `A buyer has at most ${QUOTES_MAX} open quotes in one market.`,
})
export class TooManyQuotesRejection extends Rejection {
  @Field(() => Int, { description: 'How many are allowed.' })
  quotesMax!: number;

  @Field(() => InstantScalar, { description: 'When the first of yours expires.' })
  endsAt!: number;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'There is not that much at once, at that price and with what you insist on.',
})
export class NotFillableRejection extends Rejection {
  @Field(() => TokensPerSecondCountScalar, { description: 'How much could be had.' })
  available!: string;

  @Field(() => MicroUsdScalar, { description: 'What that would cost.' })
  amount!: string;
}

export const RequestQuoteResult = resultUnion('requestQuote', [
  RequestQuoteSuccess,
  ValidationRejection,
  NotFoundRejection,
  WindowRejection,
  AmountTooLargeRejection,
  TooManyQuotesRejection,
  NotFillableRejection,
]);
export const AcceptQuoteResult = resultUnion('acceptQuote', [
  AcceptQuoteSuccess,
  NotFoundRejection,
  QuoteEndedRejection,
  ...SPEND_REJECTIONS,
]);
export const ReleaseQuoteResult = resultUnion('releaseQuote', [
  ReleaseQuoteSuccess,
  NotFoundRejection,
  QuoteEndedRejection,
]);

import { ArgsType, Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../../api/graphql/connection.js';
import {
  ApprovalEndedRejection,
  NotFoundRejection,
  Rejection,
  SPEND_REJECTIONS,
  ValidationRejection,
} from '../../../api/graphql/rejection.js';
import { resultUnion } from '../../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar, TokensPerSecondScalar } from '../../../api/graphql/scalars.js';
import { WindowType } from '../../../api/graphql/window.types.js';
import type { ASKED_BID_KINDS } from '../../application/controls/asked-bids.service.js';

export const NOTE_MAX = 500;

export const APPROVAL_STATES = {
  PENDING: 'pending',
  APPROVED: 'approved',
  REFUSED: 'refused',
  EXPIRED: 'expired',
} as const;
export type ApprovalState = (typeof APPROVAL_STATES)[keyof typeof APPROVAL_STATES];
registerEnumType(APPROVAL_STATES, {
  name: 'ApprovalState',
  description: 'What became of a purchase that had to be approved.',
  valuesMap: {
    PENDING: { description: 'It waits for somebody to decide.' },
    APPROVED: { description: 'It was approved and paid for.' },
    REFUSED: { description: 'Somebody said no.' },
    EXPIRED: { description: 'Nobody decided in time.' },
  },
});

const ASKED_BID_KIND_NAMES = {
  ORDER: 'order',
  AMENDMENT: 'amendment',
  AUCTION: 'auction',
} as const satisfies Record<string, (typeof ASKED_BID_KINDS)[number]>;
registerEnumType(ASKED_BID_KIND_NAMES, {
  name: 'AskedBidKind',
  description: 'What a bid that waits for an approval would be.',
  valuesMap: {
    ORDER: { description: 'A new order in the book.' },
    AMENDMENT: { description: 'A resting order, raised to this.' },
    AUCTION: { description: 'A sealed bid in an auction.' },
  },
});

@ObjectType('AskedBid', { description: 'What a bid that waits for an approval asks of the market.' })
export class AskedBidType {
  @Field(() => ASKED_BID_KIND_NAMES, { description: 'New, raised, or in an auction.' })
  kind!: string;

  @Field(() => ID, { description: 'In which market.' })
  marketId!: string;

  @Field(() => WindowType, { nullable: true, description: 'For which hours; null: its order or auction is over.' })
  window!: object | null;

  @Field(() => TokensPerSecondScalar, { description: 'How much throughput.' })
  quantity!: bigint;

  @Field(() => MicroUsdScalar, { description: 'The most it pays per token/s and hour.' })
  limitPrice!: bigint;
}

@ObjectType('Approval', { description: 'A purchase above what its buyer may spend without an approval.' })
export class ApprovalType {
  @Field(() => ID, { description: 'Its id.' })
  approvalId!: string;

  @Field(() => APPROVAL_STATES, { description: 'Where it stands.' })
  status!: string;

  @Field({ description: 'Who asked: member:<id> or key:<id>.' })
  requestedBy!: string;

  @Field(() => MicroUsdScalar, { description: 'What it may cost at the most.' })
  amount!: bigint;

  @Field(() => ID, { nullable: true, description: 'The order or auction bid that it is; null: it is for holds.' })
  orderId!: string | null;

  @Field(() => AskedBidType, { nullable: true, description: 'What the bid is, as long as it waits; null: it is for holds, or decided.' })
  bid!: object | null;

  @Field(() => ID, { nullable: true, description: 'The quote that it accepts; null: it is none.' })
  quoteId!: string | null;

  @Field(() => [ID], { description: 'The holds that were to be paid.' })
  askedReservationIds!: readonly string[];

  @Field(() => InstantScalar, { description: 'When it was asked for.' })
  requestedAt!: Date;

  @Field(() => InstantScalar, { description: 'Until when somebody can decide.' })
  expiresAt!: Date;

  @Field(() => String, { nullable: true, description: 'Who decided: member:<id>; null: nobody has.' })
  decidedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'What was said to it.' })
  note!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was decided.' })
  decidedAt!: Date | null;

  @Field(() => [ID], { description: 'What was paid for: holds that were over were made again.' })
  reservationIds!: readonly string[];
}

export const ApprovalConnection = connectionOf(ApprovalType, 'Approval', 'approvals');

@ArgsType()
export class ApprovalArguments extends PageArguments {
  @Field(() => APPROVAL_STATES, { nullable: true, description: 'Only those in this state.' })
  status?: ApprovalState | null;
}

@InputType({ description: 'Which purchase, and what there is to say.' })
export class DecidePurchaseInput {
  @Field(() => ID, { description: 'The request.' })
  approvalId!: string;

  @Field({ defaultValue: '', description: `A note for who asked, up to ${NOTE_MAX} characters.` })
  note!: string;
}

@ObjectType({ description: 'The purchase was executed as it was asked for, under its own key.' })
export class ApprovePurchaseSuccess {
  @Field(() => ID, { description: 'The request.' })
  approvalId!: string;

  @Field(() => [ID], { description: 'Reservations that were paid for.' })
  reservationIds!: readonly string[];

  @Field(() => ID, { nullable: true, description: 'The order that was placed or raised.' })
  orderId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the market took it not after all: what was paid came back. Null: it did.',
  })
  lapsed!: string | null;

  @Field(() => MicroUsdScalar, { description: 'What is left in the wallet.' })
  walletBalance!: string;
}

@ObjectType({ description: 'Nothing is bought.' })
export class RefusePurchaseSuccess {
  @Field(() => ID, { description: 'The request.' })
  approvalId!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'Nobody approves what they asked for themselves.' })
export class OwnRequestRejection extends Rejection {}

@ObjectType({
  implements: () => [Rejection],
  description: 'What was asked for costs more now; nothing was bought, and the request still stands.',
})
export class PriceWorseRejection extends Rejection {
  @Field(() => MicroUsdScalar, { description: 'What it was to cost.' })
  approved!: string;

  @Field(() => MicroUsdScalar, { description: 'What it would cost now.' })
  cost!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'What was asked for is not to be had now; the request still stands.',
})
export class NoLongerOfferedRejection extends Rejection {
  @Field({ description: 'Why, in the market’s words, such as CAPACITY_EXHAUSTED.' })
  reason!: string;
}

export const ApprovePurchaseResult = resultUnion('approvePurchase', [
  ApprovePurchaseSuccess,
  ValidationRejection,
  NotFoundRejection,
  OwnRequestRejection,
  PriceWorseRejection,
  NoLongerOfferedRejection,
  ...SPEND_REJECTIONS,
]);
export const RefusePurchaseResult = resultUnion('refusePurchase', [
  RefusePurchaseSuccess,
  ValidationRejection,
  NotFoundRejection,
  ApprovalEndedRejection,
]);

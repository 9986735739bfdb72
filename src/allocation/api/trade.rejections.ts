import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { invalidInput, notFound, type Refusal } from '../../api/graphql/refusals.js';
import { Rejection } from '../../api/graphql/rejection.js';
import { InstantScalar, MicroUsdScalar, TokensPerSecondCountScalar } from '../../api/graphql/scalars.js';
import { WindowType } from '../../api/graphql/window.types.js';
import { assertNever } from '../../kernel/assert.js';
import { formatUsd } from '../../kernel/money.js';
import { formatInstant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import type { Encumbrance, MarketRejection } from '../model/market.rejections.js';
import { showExtension, showReclaim } from './curtailment.rejections.js';
import { showOffLot } from './lot-size.rejections.js';
import { showSetAside } from './set-aside.rejections.js';
import { showTransfer } from './transfer.rejections.js';
import { isAboutAuction, showAuctionRejection, type AuctionRefusal } from './auction.rejections.js';
import { isAboutQuote, showQuoteRejection, type QuoteRefusal } from './quote.rejections.js';
import { capacityMessage, ENCUMBERED, orderIssue, STATE_ACCEPTED, type Asked } from './trade.messages.js';

/** A rejection as it was kept: bigints are decimal text. */
type Kept = JsonOf<MarketRejection>;

@ObjectType({
  implements: () => [Rejection],
  description: 'The window is not on the pool’s grid, in the past, or not wholly offered.',
})
export class WindowRejection extends Rejection {
  @Field(() => WindowType, {
    nullable: true,
    description: 'The nearest window on the grid, or what is offered; null when it is in the past.',
  })
  accepted!: Window | null;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'The earliest start, when the window was in the past.',
  })
  earliestStart!: number | null;
}

@ObjectType({
  implements: () => [Rejection],
  description:
    'There is not that much: sold out, not yours to sell, or above the share of one buyer, for whom what they resold counts until it begins.',
})
export class CapacityRejection extends Rejection {
  @Field(() => TokensPerSecondCountScalar, { description: 'How much there is throughout the window.' })
  available!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'The terms that this was bought under do not allow the resale.',
})
export class ResaleTermsRejection extends Rejection {
  @Field(() => Int, { nullable: true, description: 'How often it may change hands.' })
  hopsMax!: number | null;

  @Field(() => InstantScalar, { nullable: true, description: 'From when on it may be listed.' })
  listableFrom!: number | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'Highest price that is allowed.' })
  unitPriceMax!: string | null;
}

@ObjectType({ implements: () => [Rejection], description: 'The offer is your own.' })
export class SelfTradeRejection extends Rejection {}

@ObjectType({ implements: () => [Rejection], description: 'The amount is too large for one sale.' })
export class AmountTooLargeRejection extends Rejection {
  @Field(() => MicroUsdScalar, { description: 'The largest amount.' })
  amountMax!: string;
}

export const ENCUMBRANCES = {
  LISTED: 'listed',
  RESOLD: 'resold',
  TRANSFERRED: 'transferred',
} as const satisfies Record<string, Encumbrance>;
registerEnumType(ENCUMBRANCES, {
  name: 'Encumbrance',
  description: 'What keeps a reservation from being given back.',
  valuesMap: {
    LISTED: { description: 'Part of it is offered or held: withdraw the listing first.' },
    RESOLD: { description: 'Part of it was resold.' },
    TRANSFERRED: { description: 'Part of it was handed over to a team: return it first.' },
  },
});

@ObjectType({
  implements: () => [Rejection],
  description: 'Part of the reservation is listed or resold: the whole cannot be given back.',
})
export class EncumberedRejection extends Rejection {
  @Field(() => ENCUMBRANCES, { description: 'What keeps it.' })
  encumbrance!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'Cancelling costs more than you said you accept.',
})
export class FeeChangedRejection extends Rejection {
  @Field(() => MicroUsdScalar, { description: 'What it costs now.' })
  fee!: string;
}

const NO_POOL = notFound('poolId', 'your organization has no such pool');
const NO_LISTING = notFound('listingId', 'there is no such open listing');

const between = ({ start, end }: Window): string =>
  `${formatInstant(start)} to ${formatInstant(end)}`;

/** A refusal of the market as a member of a result union; `field` is the input that names the thing. */
export function showRejection(rejection: Kept, asked: Asked): Refusal {
  if (isAboutAuction(rejection)) return showAuctionRejection(rejection, asked);
  if (isAboutQuote(rejection)) return showQuoteRejection(rejection);
  const { code } = rejection;
  switch (rejection.code) {
    case 'PACKAGE_REFUSED':
      return showRejection(rejection.reason, asked);
    case 'POOL_NOT_FOUND':
      return NO_POOL;
    case 'LISTING_NOT_FOUND':
      return NO_LISTING;
    case 'NOT_SELLER':
      return asked === 'list' ? NO_POOL : NO_LISTING;
    case 'RESERVATION_NOT_FOUND':
      return notFound('reservationId', 'your organization has no such reservation that is held, scheduled or active');
    case 'MARKET_NOT_FOUND':
      return notFound('marketId', 'there is no such market: nobody has registered a pool in it');
    case 'ORDER_NOT_FOUND':
      return notFound('orderId', 'your organization has no such order in the book');
    case 'SELF_TRADE': {
      const message = 'this listing is your own: withdraw it instead';
      return { __typename: 'SelfTradeRejection', code, message };
    }
    case 'WRONG_STATE': {
      const { state } = rejection;
      const message = `the reservation is ${state}${STATE_ACCEPTED[asked] ?? ''}`;
      return told('StateRejection', code, message, { state });
    }
    case 'OFF_LOT':
      return showOffLot(rejection);
    case 'OFF_GRID':
    case 'WINDOW_IN_PAST':
    case 'OUTSIDE_OFFER':
      return showWindow(rejection);
    case 'NOT_TRANSFERABLE':
    case 'HOPS_EXHAUSTED':
    case 'HELD_TOO_BRIEFLY':
    case 'PRICE_ABOVE_CAP':
      return showResale(rejection);
    default:
      return showAmount(rejection);
  }
}

type Of<Code extends Kept['code']> = Extract<Kept, { readonly code: Code }>;

const told = (
  __typename: string,
  code: string,
  message: string,
  data: object,
): Refusal => ({ __typename, code, message, ...data });

function showWindow(rejection: Of<'OFF_GRID' | 'WINDOW_IN_PAST' | 'OUTSIDE_OFFER'>): Refusal {
  const { code } = rejection;
  const type = 'WindowRejection';
  switch (rejection.code) {
    case 'OFF_GRID': {
      const { nearest: accepted } = rejection;
      const message = `the window is not on the pool's grid; the nearest is ${between(accepted)}`;
      return told(type, code, message, { accepted, earliestStart: null });
    }
    case 'WINDOW_IN_PAST': {
      const { earliestStart } = rejection;
      const message = `the window starts in the past; the earliest start is ${formatInstant(earliestStart)}`;
      return told(type, code, message, { accepted: null, earliestStart });
    }
    case 'OUTSIDE_OFFER': {
      const { offered: accepted } = rejection;
      const message = `the window is not wholly offered; offered is ${between(accepted)}`;
      return told(type, code, message, { accepted, earliestStart: null });
    }
  }
}

type ResaleRefusal = Of<
  'NOT_TRANSFERABLE' | 'HOPS_EXHAUSTED' | 'HELD_TOO_BRIEFLY' | 'PRICE_ABOVE_CAP'
>;

function showResale(rejection: ResaleRefusal): Refusal {
  const { code, ...found } = rejection;
  const data = { hopsMax: null, listableFrom: null, unitPriceMax: null, ...found };
  return told('ResaleTermsRejection', code, resaleMessage(rejection), data);
}

function resaleMessage(rejection: ResaleRefusal): string {
  switch (rejection.code) {
    case 'NOT_TRANSFERABLE':
      return 'the provider sold this as not transferable: it can be used or cancelled';
    case 'HOPS_EXHAUSTED':
      return `this may change hands ${rejection.hopsMax} times, and has: it can be used or cancelled`;
    case 'HELD_TOO_BRIEFLY':
      return `this may be listed from ${formatInstant(rejection.listableFrom)} on`;
    case 'PRICE_ABOVE_CAP':
      return `the price may be at most ${rejection.unitPriceMax} micro-USD per token/s and hour`;
  }
}

function showAmount(
  rejection: Exclude<
    Kept,
    | ResaleRefusal
    | AuctionRefusal
    | QuoteRefusal
    | Of<'POOL_NOT_FOUND' | 'LISTING_NOT_FOUND' | 'RESERVATION_NOT_FOUND' | 'NOT_SELLER'>
    | Of<'MARKET_NOT_FOUND' | 'ORDER_NOT_FOUND'>
    | Of<'PACKAGE_REFUSED' | 'SELF_TRADE' | 'WRONG_STATE' | 'OFF_LOT' | 'OFF_GRID' | 'WINDOW_IN_PAST' | 'OUTSIDE_OFFER'>
  >,
): Refusal {
  const { code } = rejection;
  switch (rejection.code) {
    case 'AMOUNT_TOO_LARGE': {
      const { amountMax } = rejection;
      const message = `one sale is at most ${formatUsd(BigInt(amountMax))} USD: make several`;
      return told('AmountTooLargeRejection', code, message, { amountMax });
    }
    case 'INSUFFICIENT_TITLE':
    case 'NAMEPLATE_EXCEEDED':
    case 'CAPACITY_EXHAUSTED':
    case 'NOT_FILLABLE':
    case 'BUYER_SHARE_EXCEEDED': {
      const { available } = rejection;
      return told('CapacityRejection', code, capacityMessage(rejection), { available });
    }
    case 'SET_ASIDE_FOR_SMALL_BUYERS':
      return showSetAside(rejection);
    case 'RECLAIM_NOT_AGREED':
    case 'RECLAIM_TOO_SOON':
      return showReclaim(rejection);
    case 'NOT_EXTENDABLE':
      return showExtension(rejection);
    case 'TEAM_NOT_FOUND':
    case 'NOT_TRANSFERRED':
    case 'TRANSFERRED':
    case 'SAME_TEAM':
    case 'CHAIN_TOO_LONG':
      return showTransfer(rejection);
    case 'RESERVATION_ENCUMBERED': {
      const { encumbrance } = rejection;
      const message = `part of the reservation is ${ENCUMBERED[encumbrance]}`;
      return told('EncumberedRejection', code, message, { encumbrance });
    }
    case 'FEE_CHANGED': {
      const { fee } = rejection;
      const message = `cancelling costs ${formatUsd(BigInt(fee))} USD now: accept that fee`;
      return told('FeeChangedRejection', code, message, { fee });
    }
    case 'EXPIRY_IN_PAST':
    case 'ALREADY_FILLED':
    case 'WOULD_TRADE':
      return invalidInput([orderIssue(rejection)]);
    // Between the product's own parts: a caller never meets these.
    case 'POOL_CHANGED':
    case 'HOLD_EXPIRED':
    case 'PAYMENT_MISMATCH':
      return invalidInput([{ field: 'input', reason: `met ${code}`, accepted: 'another try' }]);
    default:
      return assertNever(rejection);
  }
}

import type {
  AcceptQuote,
  AmendOrder,
  CancelOrder,
  CancelReservation,
  ConfirmPayment,
  CreateListing,
  CurtailPool,
  ExtendReservation,
  HoldPackage,
  HoldReservation,
  OpenAuction,
  OpenPool,
  PlaceAuctionBid,
  PlaceOrder,
  RateEvidence,
  ReleaseHold,
  ReleaseQuote,
  RequestQuote,
  ReturnTransfer,
  SetIdleRule,
  TransferReservation,
  WithdrawAuctionBid,
  SetRebooking,
  WithdrawListing,
} from '../../src/allocation/model/market.commands.js';
import { assertNever } from '../../src/kernel/assert.js';
import type { ListingId, MarketId, OrderId, QuoteId, ReservationId } from '../../src/kernel/ids.js';
import type { Untimed } from './market-process.js';

/** What a caller chooses. Ids of what is new are made by us, each time a request comes in. */
export type Content =
  | Omit<OpenPool, 'now' | 'seed'>
  | Omit<CreateListing, 'now' | 'seed' | 'listingId'>
  | Omit<WithdrawListing, 'now' | 'seed'>
  | Omit<HoldReservation, 'now' | 'seed' | 'reservationId'>
  | (Omit<HoldPackage, 'now' | 'seed' | 'packageId' | 'holds'> & {
      readonly holds: readonly Omit<HoldPackage['holds'][number], 'reservationId'>[];
    })
  | Omit<RequestQuote, 'now' | 'seed' | 'quoteId'>
  | Omit<AcceptQuote, 'now' | 'seed'>
  | Omit<ReleaseQuote, 'now' | 'seed'>
  | Omit<ReleaseHold, 'now' | 'seed'>
  | Omit<ConfirmPayment, 'now' | 'seed'>
  | Omit<CancelReservation, 'now' | 'seed'>
  | Omit<PlaceOrder, 'now' | 'seed' | 'orderId'>
  | Omit<AmendOrder, 'now' | 'seed'>
  | Omit<CancelOrder, 'now' | 'seed'>
  | Omit<OpenAuction, 'now' | 'seed' | 'listingId'>
  | Omit<PlaceAuctionBid, 'now' | 'seed' | 'orderId'>
  | Omit<WithdrawAuctionBid, 'now' | 'seed'>
  | Omit<CurtailPool, 'now' | 'seed' | 'curtailmentId'>
  | Omit<RateEvidence, 'now' | 'seed'>
  | Omit<SetRebooking, 'now' | 'seed'>
  | Omit<TransferReservation, 'now' | 'seed' | 'reservationId'>
  | Omit<ReturnTransfer, 'now' | 'seed'>
  | Omit<SetIdleRule, 'now' | 'seed'>
  | Omit<ExtendReservation, 'now' | 'seed' | 'extensionId'>;

/** One thing that somebody wants done once, however often they ask. */
export interface Request {
  readonly marketId: MarketId;
  /** Who asks, and the owner of the key. */
  readonly scope: string;
  readonly key: string;
  readonly content: Content;
}

/** The command of one attempt: an attempt that comes second has another id for the same thing. */
export function toCommand(content: Content, newId: string): Untimed {
  switch (content.type) {
    case 'CreateListing':
    case 'OpenAuction':
      return { ...content, listingId: newId as ListingId };
    case 'HoldReservation':
    case 'TransferReservation':
      return { ...content, reservationId: newId as ReservationId };
    case 'HoldPackage': {
      const holds = content.holds.map((hold, index) => ({
        ...{ ...hold, reservationId: `${newId}-${index + 1}` as ReservationId },
      }));
      return { ...content, holds, packageId: newId };
    }
    case 'PlaceOrder':
    case 'PlaceAuctionBid':
      return { ...content, orderId: newId as OrderId };
    case 'CurtailPool':
      return { ...content, curtailmentId: newId };
    case 'RequestQuote':
      return { ...content, quoteId: newId as QuoteId };
    case 'ExtendReservation':
      return { ...content, extensionId: newId };
    case 'AcceptQuote':
    case 'ReleaseQuote':
    case 'RateEvidence':
    case 'ReturnTransfer':
    case 'SetIdleRule':
    case 'SetRebooking':
    case 'AmendOrder':
    case 'CancelOrder':
    case 'WithdrawAuctionBid':
    case 'OpenPool':
    case 'WithdrawListing':
    case 'ReleaseHold':
    case 'ConfirmPayment':
    case 'CancelReservation':
      return content;
    default:
      return assertNever(content);
  }
}

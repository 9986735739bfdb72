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
  RecordRebooking,
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
  | Omit<OpenPool, 'now'>
  | Omit<CreateListing, 'now' | 'listingId'>
  | Omit<WithdrawListing, 'now'>
  | Omit<HoldReservation, 'now' | 'reservationId'>
  | (Omit<HoldPackage, 'now' | 'packageId' | 'holds'> & {
      readonly holds: readonly Omit<HoldPackage['holds'][number], 'reservationId'>[];
    })
  | Omit<RequestQuote, 'now' | 'quoteId'>
  | Omit<AcceptQuote, 'now'>
  | Omit<ReleaseQuote, 'now'>
  | Omit<ReleaseHold, 'now'>
  | Omit<ConfirmPayment, 'now'>
  | Omit<CancelReservation, 'now'>
  | Omit<PlaceOrder, 'now' | 'orderId'>
  | Omit<AmendOrder, 'now'>
  | Omit<CancelOrder, 'now'>
  | Omit<OpenAuction, 'now' | 'listingId'>
  | Omit<PlaceAuctionBid, 'now' | 'orderId'>
  | Omit<WithdrawAuctionBid, 'now'>
  | Omit<CurtailPool, 'now' | 'curtailmentId'>
  | Omit<RateEvidence, 'now'>
  | Omit<SetRebooking, 'now'>
  | Omit<RecordRebooking, 'now'>
  | Omit<TransferReservation, 'now' | 'reservationId'>
  | Omit<ReturnTransfer, 'now'>
  | Omit<SetIdleRule, 'now'>
  | Omit<ExtendReservation, 'now' | 'extensionId'>;

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
    case 'RecordRebooking':
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

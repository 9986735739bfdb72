import type {
  CancelReservation,
  ConfirmPayment,
  CreateListing,
  HoldReservation,
  OpenPool,
  ReleaseHold,
  WithdrawListing,
} from '../../src/allocation/model/market.commands.js';
import { assertNever } from '../../src/kernel/assert.js';
import type { ListingId, MarketId, ReservationId } from '../../src/kernel/ids.js';
import type { Untimed } from './market-process.js';

/** What a caller chooses. Ids of what is new are made by us, each time a request comes in. */
export type Content =
  | Omit<OpenPool, 'now'>
  | Omit<CreateListing, 'now' | 'listingId'>
  | Omit<WithdrawListing, 'now'>
  | Omit<HoldReservation, 'now' | 'reservationId'>
  | Omit<ReleaseHold, 'now'>
  | Omit<ConfirmPayment, 'now'>
  | Omit<CancelReservation, 'now'>;

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
      return { ...content, listingId: newId as ListingId };
    case 'HoldReservation':
      return { ...content, reservationId: newId as ReservationId };
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

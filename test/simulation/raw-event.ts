import type { RecordedEvent } from '../../src/eventstore/event.js';
import type { RawSegment, RawWindow } from './pool-book.js';
import type { AuctionBidPlaced, AuctionBidWithdrawn, AuctionCleared } from './raw-auction-event.js';
import type { QuoteClosed, QuoteOpened } from './raw-quote-event.js';
import type { RawRebooking, RebookingAttempted, RebookingSet } from './raw-rebooking-event.js';
import type { PoolTerms, RawConstraints, RawPromises } from './raw-terms.js';

export type * from './raw-auction-event.js';
export type * from './raw-quote-event.js';
export type * from './raw-rebooking-event.js';
export type { RawConstraints, RawPromises, RawSetAside, RawTerms } from './raw-terms.js';

/** The log's own words, read without the product's codec: quantities and money are decimal text. */
export interface Place {
  readonly version: number;
  readonly occurredAt: number;
  /** Which request led to it, and as whom. */
  readonly cause: string;
  readonly actor: string;
}
type RawSource =
  | { readonly kind: 'pool' }
  | { readonly kind: 'reservation'; readonly reservationId: string };
interface RawTrade {
  readonly listingId: string;
  readonly poolId: string;
  readonly sellerId: string;
  readonly source: RawSource;
  readonly window: RawWindow;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly hops: number;
  readonly termsVersion: number;
}
export interface SourceAfter {
  readonly reservationId: string;
  readonly entitlement: readonly RawSegment[];
}

/** What a listing offers after an event. */
export interface Offered {
  readonly listingId: string;
  readonly listingRemaining: readonly RawSegment[];
}

export interface PoolOpened extends Place, PoolTerms {
  readonly type: 'PoolOpened';
  readonly poolId: string;
  readonly providerId: string;
  readonly grid: number;
  readonly lotSize: string;
  readonly nameplate: readonly RawSegment[];
  readonly attributes: RawPromises;
}
export interface PoolExtended extends Place {
  readonly type: 'PoolExtended';
  readonly poolId: string;
  readonly added: readonly RawSegment[];
}
export interface PoolEvidenceRated extends Place {
  readonly type: 'PoolEvidenceRated';
  readonly poolId: string;
  readonly level: string;
  readonly change: number;
}

export interface PoolTermsChanged extends Place, PoolTerms {
  readonly type: 'PoolTermsChanged';
  readonly poolId: string;
  readonly termsVersion: number;
}
export interface ListingCreated extends Place, RawTrade {
  readonly type: 'ListingCreated';
  readonly auction: { readonly opensAt: number; readonly closesAt: number } | null;
}
export interface ListingClosed extends Place {
  readonly type: 'ListingClosed';
  readonly listingId: string;
}
export interface ReservationHeld extends Place, RawTrade {
  readonly type: 'ReservationHeld';
  readonly reservationId: string;
  readonly holderId: string;
  readonly amount: string;
  readonly heldAt: number;
  readonly expiresAt: number;
  readonly extendsReservationId: string | null;
  readonly quoteId: string | null;
  readonly listingRemaining: readonly RawSegment[];
}
export interface HoldReleased extends Place {
  readonly type: 'HoldReleased';
  readonly reservationId: string;
  readonly listingId: string;
  readonly reason: string;
  readonly listingRemaining: readonly RawSegment[] | null;
}
export interface ReservationPaid extends Place {
  readonly type: 'ReservationPaid';
  readonly reservationId: string;
  readonly paidAt: number;
  readonly entitlement: readonly RawSegment[];
  readonly source: SourceAfter | null;
}
export interface ReservationActivated extends Place {
  readonly type: 'ReservationActivated';
  readonly reservationId: string;
}
export interface ReservationCompleted extends Place {
  readonly type: 'ReservationCompleted';
  readonly reservationId: string;
}
export interface ReservationCancelled extends Place {
  readonly type: 'ReservationCancelled';
  readonly reservationId: string;
  readonly holderId: string;
  readonly cancelledAt: number;
  readonly feeShare: number;
  readonly fee: string;
  readonly refund: string;
  readonly source: SourceAfter | null;
  readonly relisted: Offered | null;
}

export interface OrderPlaced extends Place {
  readonly type: 'OrderPlaced';
  readonly orderId: string;
  readonly buyerId: string;
  readonly window: RawWindow;
  readonly quantity: string;
  readonly limitPrice: string;
  readonly minimumFill: string;
  readonly constraints: RawConstraints;
  readonly timeInForce: { readonly kind: string; readonly until?: number };
  readonly reserved: string;
  readonly placedAt: number;
  readonly expiresAt: number;
}
export interface OrderFilled extends Place, RawTrade {
  readonly type: 'OrderFilled';
  readonly orderId: string;
  readonly reservationId: string;
  readonly holderId: string;
  readonly amount: string;
  readonly filledAt: number;
  readonly providerId: string;
  readonly grid: number;
  readonly royalty: number;
  readonly entitlement: readonly RawSegment[];
  readonly sourceAfter: SourceAfter | null;
  readonly listingRemaining: readonly RawSegment[];
  readonly orderRemaining: string;
  readonly orderSpent: string;
}
export interface OrderAmended extends Place {
  readonly type: 'OrderAmended';
  readonly orderId: string;
  readonly quantity: string;
  readonly limitPrice: string;
  readonly minimumFill: string;
  readonly reserved: string;
  readonly keepsPriority: boolean;
}
export interface OrderClosed extends Place {
  readonly type: 'OrderClosed';
  readonly orderId: string;
  readonly reason: string;
  readonly spent: string;
  readonly released: string;
}

export interface PoolCurtailed extends Place {
  readonly type: 'PoolCurtailed';
  readonly curtailmentId: string;
  readonly poolId: string;
  readonly window: RawWindow;
  readonly quantity: string;
  /** Its own cause: `cause` is the request's. */
  readonly why: string;
  readonly curtailedAt: number;
  readonly unsold: readonly RawSegment[];
}
export interface ListingReduced extends Place, Offered {
  readonly type: 'ListingReduced';
}
export interface ReservationCurtailed extends Place {
  readonly type: 'ReservationCurtailed';
  readonly curtailmentId: string;
  readonly reservationId: string;
  readonly lost: readonly RawSegment[];
  readonly lostTitle: readonly RawSegment[];
  readonly entitlement: readonly RawSegment[];
  readonly refund: string;
  readonly penalty: string;
  readonly isWhole: boolean;
  readonly isTransfer: boolean;
  readonly curtailedAt: number;
  readonly rebooking: RawRebooking | null;
  readonly rebookingLotSize: string;
}
export interface ReservationTransferred extends Place {
  readonly type: 'ReservationTransferred';
  readonly reservationId: string;
  readonly poolId: string;
  readonly listingId: string;
  readonly holderId: string;
  readonly fromTeamId: string | null;
  readonly teamId: string | null;
  readonly window: RawWindow;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly hops: number;
  readonly termsVersion: number;
  readonly transferredAt: number;
  readonly entitlement: readonly RawSegment[];
  readonly source: SourceAfter;
}
export interface TransferReturned extends Place {
  readonly type: 'TransferReturned';
  readonly reservationId: string;
  readonly holderId: string;
  readonly returnedAt: number;
  readonly source: SourceAfter;
}
export interface RawIdleRule {
  readonly unitPrice: string;
  readonly margin: number;
  readonly keepMin: string;
}
export interface IdleRuleSet extends Place {
  readonly type: 'IdleRuleSet';
  readonly reservationId: string;
  readonly holderId: string;
  readonly rule: RawIdleRule | null;
  readonly setAt: number;
  readonly nextReviewAt: number | null;
}
export interface IdleReviewed extends Place {
  readonly type: 'IdleReviewed';
  readonly reservationId: string;
  readonly holderId: string;
  readonly reviewedAt: number;
  readonly peak: string;
  readonly idle: string;
  readonly listingId: string | null;
  readonly nextReviewAt: number | null;
}
export interface ReleaseAwaited extends Place {
  readonly type: 'ReleaseAwaited';
  readonly poolId: string;
  readonly releaseAt: number | null;
}

export type RawEvent =
  | PoolOpened
  | PoolExtended
  | PoolTermsChanged
  | PoolEvidenceRated
  | ListingCreated
  | ListingClosed
  | ReservationHeld
  | HoldReleased
  | ReservationPaid
  | ReservationActivated
  | ReservationCompleted
  | ReservationCancelled
  | OrderPlaced
  | OrderFilled
  | OrderAmended
  | OrderClosed
  | AuctionBidPlaced
  | AuctionBidWithdrawn
  | AuctionCleared
  | PoolCurtailed
  | ListingReduced
  | ReservationCurtailed
  | RebookingSet
  | RebookingAttempted
  | ReservationTransferred
  | TransferReturned
  | IdleRuleSet
  | IdleReviewed
  | QuoteOpened
  | QuoteClosed
  | ReleaseAwaited;

export function readRaw({ type, version, occurredAt, data, metadata }: RecordedEvent): RawEvent {
  const { actor, cause } = JSON.parse(metadata) as { actor: string; cause: string };
  const given = JSON.parse(data) as { readonly cause?: string };
  const place = { type, version, occurredAt, actor, cause };
  return { ...given, why: given.cause, ...place } as unknown as RawEvent;
}

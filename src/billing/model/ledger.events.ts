import type { OrderId, OrganizationId, QuoteId, ReservationId, TeamId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Segment } from '../../kernel/step-function.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { CardMoneyEvent } from './card-money.events.js';
import type { ControlEvent } from './controls/controls.events.js';
import type { Spender } from './controls/controls.state.js';
import type { CreditCharged, CreditCollected, CreditsLimited } from './credit.events.js';
import type { LimitedCredit } from './credit-limit.state.js';
import type { OveragePart } from './overage-parts.js';
import type { SaleSplit } from './ledger.state.js';
import type { PayoutEvent } from './payout/payout.events.js';
import type { Posted } from './posting.js';
import type { TaxEvent } from './tax/tax.events.js';
import type { CreditPart, Transfer, TransferKind } from './transfer.js';

export type { CreditCharged, CreditCollected, CreditsLimited } from './credit.events.js';
export type { Posting } from './posting.js';

export { TRANSFER_KINDS, type Transfer, type TransferKind } from './transfer.js';

/** Whose limits a purchase counts against. */
export interface SpentBy {
  readonly spender: Spender;
  readonly at: Instant;
}

/** What of a cost is a team's. */
export interface TeamCost {
  readonly teamId: TeamId;
  readonly amount: MicroUsd;
}

/** Money came in from outside. */
export interface TopUpCredited extends Posted {
  readonly type: 'TopUpCredited';
  readonly topUpId: string;
  readonly amount: MicroUsd;
  /** Name of the payment at the payment provider. */
  readonly paymentReference: string;
}

/** Money was set aside for an order before it entered the market, or because it was raised. */
export interface FundsReserved extends Posted {
  readonly type: 'FundsReserved';
  readonly orderId: OrderId;
  /** In addition to what was set aside for it before. */
  readonly amount: MicroUsd;
  /** What the market is asked because of it. */
  readonly request: string;
  /** Null: from before purchases were counted. */
  readonly spent: SpentBy | null;
}

/** Money that an order did not need is back in the wallet. */
export interface FundsReleased extends Posted {
  readonly type: 'FundsReleased';
  readonly orderId: OrderId;
  readonly amount: MicroUsd;
  /** Null while the order goes on. */
  readonly endedAt: Instant | null;
}

/** A reservation's price waits to be delivered. */
export interface EscrowFunded extends Posted {
  readonly type: 'EscrowFunded';
  /** The order whose money it was; null when it came from the wallet. */
  readonly orderId: OrderId | null;
  /** Null: its order has spent it, or it is from before purchases were counted. */
  readonly spent: SpentBy | null;
  /** The quote that it is part of: title moves for all of it. Null: it stands for itself. */
  readonly quoteId: QuoteId | null;
  readonly reservationId: ReservationId;
  readonly split: SaleSplit;
  readonly window: Window;
  readonly grid: Duration;
  readonly amount: MicroUsd;
}

/** Hours were delivered: their part of the price goes to seller, provider and exchange. */
export interface DeliverySettled extends Posted {
  readonly type: 'DeliverySettled';
  readonly reservationId: ReservationId;
  /** What was delivered since the last time. */
  readonly window: Window;
  readonly amount: MicroUsd;
  /** What of it is for capacity that teams had; the rest is for what the organization had as a whole. */
  readonly teams: readonly TeamCost[];
  readonly transfers: readonly Transfer[];
}

/** The market did not take the payment: all of it is back in the wallet. */
export interface EscrowReleased extends Posted {
  readonly type: 'EscrowReleased';
  readonly reservationId: ReservationId;
  readonly reason: string;
  readonly amount: MicroUsd;
}

/** The reservation was given back before it began. */
export interface EscrowCancelled extends Posted {
  readonly type: 'EscrowCancelled';
  readonly reservationId: ReservationId;
  readonly refund: MicroUsd;
  readonly fee: MicroUsd;
  readonly transfers: readonly Transfer[];
  /** Null: from before it was said. */
  readonly cancelledAt: Instant | null;
}

/**
 * Whose invoice it is for: the UTC month of its hour. Null in books of before use was waited for: that in
 * which it was booked, so that invoices of then stay as they were.
 */
export type OverageMonth = string | null;

/** Use above a reservation in one hour; `collected` is what the wallet could cover. */
export interface OverageCharged extends Posted {
  readonly type: 'OverageCharged';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly month: OverageMonth;
  /** Whose reservation it is; null: the organization's as a whole. */
  readonly teamId: TeamId | null;
  readonly split: SaleSplit;
  /** What is charged in addition to what was charged for this hour before. */
  readonly amount: MicroUsd;
  readonly collected: MicroUsd;
  /** The rated hour that it follows from; null in books of before there was any word of it. */
  readonly evidence: string | null;
  /** The amount by token class and served tier; none in books of before they were told apart. */
  readonly parts: readonly OveragePart[];
  readonly transfers: readonly Transfer[];
}

/**
 * An hour costs less than was charged for it: what was still owed is not any more, and what was paid
 * comes back from those it went to.
 */
export interface OverageReduced extends Posted {
  readonly type: 'OverageReduced';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly month: OverageMonth;
  readonly teamId: TeamId | null;
  /** What was charged too much. */
  readonly amount: MicroUsd;
  /** What of it was owed; the rest is in the claims. */
  readonly forgiven: MicroUsd;
  /** The rated hour that it follows from. */
  readonly evidence: string;
  /** What was forgiven, by token class and served tier; with those of the claims never more than was charged for one. */
  readonly parts: readonly OveragePart[];
  readonly claims: readonly CreditPart[];
  /** The invoice that a credit note corrects by the whole amount; null: it is a credit on the next invoice. */
  readonly creditedInvoice: string | null;
}

/** Overage that was owed is paid from money that came in. */
export interface OverageCollected extends Posted {
  readonly type: 'OverageCollected';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly amount: MicroUsd;
  readonly transfers: readonly Transfer[];
}

/** Of hours before this no total comes any more: what was charged for them and paid is not asked about again. */
export interface OveragesFinal extends Posted {
  readonly type: 'OveragesFinal';
  readonly before: Instant;
}

/** Capacity was lost before it was delivered: its part of the price is back in the wallet. */
export interface EscrowCurtailed extends Posted {
  readonly type: 'EscrowCurtailed';
  readonly reservationId: ReservationId;
  readonly curtailmentId: string;
  /** Tokens/s that the price was for. */
  readonly quantity: Quantity;
  /** What is not delivered any more, of what was not delivered yet. */
  readonly lost: readonly Segment[];
  readonly refund: MicroUsd;
  /** Nothing is left to deliver: the escrow is closed. */
  readonly isWhole: boolean;
}

/** The provider owes a holder the published penalty; `collected` is what its wallet could cover. */
export interface PenaltyCharged extends Posted {
  readonly type: 'PenaltyCharged';
  readonly reservationId: ReservationId;
  readonly curtailmentId: string;
  readonly holderId: OrganizationId;
  readonly curtailedAt: Instant;
  readonly amount: MicroUsd;
  readonly collected: MicroUsd;
  readonly transfers: readonly Transfer[];
}

/** A penalty that was owed is paid from money that came in. */
export interface PenaltyCollected extends Posted {
  readonly type: 'PenaltyCollected';
  readonly reservationId: ReservationId;
  readonly curtailmentId: string;
  readonly amount: MicroUsd;
  readonly transfers: readonly Transfer[];
}

/** Money from another organization's books arrived. Of a credit, what passes its limit goes on at once. */
export interface TransferReceived extends Posted {
  readonly type: 'TransferReceived';
  readonly transferId: string;
  readonly fromId: OrganizationId;
  readonly kind: TransferKind;
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
  readonly evidence: string | null;
  /** Null in books of before there were payouts. */
  readonly receivedAt: Instant | null;
  readonly parts: readonly OveragePart[];
  /** The limit that a credit counts on, and what of it goes on; null: on none. */
  readonly limited: LimitedCredit | null;
  readonly transfers: readonly Transfer[];
}

export type LedgerEvent =
  | PayoutEvent
  | TopUpCredited
  | FundsReserved
  | FundsReleased
  | EscrowFunded
  | DeliverySettled
  | EscrowReleased
  | EscrowCancelled
  | OverageCharged
  | OverageCollected
  | OverageReduced
  | OveragesFinal
  | EscrowCurtailed
  | PenaltyCharged
  | PenaltyCollected
  | CreditCharged
  | CreditCollected
  | CreditsLimited
  | TransferReceived
  | TaxEvent
  | CardMoneyEvent
  | ControlEvent;

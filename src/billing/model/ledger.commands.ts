import type { TeamUse } from '../../allocation/contract.js';
import type { OrderId, OrganizationId, QuoteId, ReservationId, TeamId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { MixPart } from '../../metering/contract.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { CardMoneyCommand, RefundRejection } from './card-money.commands.js';
import type { ControlCommand, ControlRejection, Spending } from './controls/controls.commands.js';
import type { CreditLimit } from './credit-limit.state.js';
import type { TransferKind } from './ledger.events.js';
import type { OveragePart } from './overage-parts.js';
import type { SaleSplit } from './ledger.state.js';
import type { PayoutCommand, PayoutRejection } from './payout/payout.commands.js';
import type { TaxCommand } from './tax/tax.commands.js';
import type { CreditClaim } from './transfer.js';
import type { Timed } from './timed.js';

/** Every purchase says who buys. */
interface Purchasing {
  readonly spending: Spending;
}

export interface CreditTopUp extends Timed {
  readonly type: 'CreditTopUp';
  readonly topUpId: string;
  readonly amount: MicroUsd;
  readonly paymentReference: string;
}

/** What is paid for a reservation, and whose it will be. */
export interface Sale {
  readonly reservationId: ReservationId;
  readonly split: SaleSplit;
  readonly window: Window;
  readonly grid: Duration;
  readonly amount: MicroUsd;
}

export interface FundEscrow extends Timed, Purchasing, Sale {
  readonly type: 'FundEscrow';
}

/** Pays for several reservations: all of them, or none. */
export interface FundEscrows extends Timed, Purchasing {
  readonly type: 'FundEscrows';
  /** The quote that they are; null when they stand for themselves. */
  readonly quoteId: QuoteId | null;
  readonly sales: readonly Sale[];
}

/**
 * Sets money aside for an order, or more of it. `request` is what the market is asked once it is:
 * text that the books keep and do not read.
 */
export interface ReserveFunds extends Timed, Purchasing {
  readonly type: 'ReserveFunds';
  readonly orderId: OrderId;
  readonly amount: MicroUsd;
  readonly request: string;
}

/** The order was filled: the reservation is its holder's already. */
export interface CaptureFill extends Timed, Sale {
  readonly type: 'CaptureFill';
  readonly orderId: OrderId;
}

/** `isFinal`: the order is over; fills that are not booked yet leave exactly nothing behind. */
export interface ReleaseFunds extends Timed {
  readonly type: 'ReleaseFunds';
  readonly orderId: OrderId;
  readonly amount: MicroUsd;
  readonly isFinal: boolean;
}

/** Pays out what was delivered up to the last grid line before now. */
export interface SettleDelivery extends Timed {
  readonly type: 'SettleDelivery';
  readonly reservationId: ReservationId;
  /** Which teams had what of it; null: it was never handed over. */
  readonly use: TeamUse | null;
}

export interface ReleaseEscrow extends Timed {
  readonly type: 'ReleaseEscrow';
  readonly reservationId: ReservationId;
  readonly reason: string;
}

export interface CancelEscrow extends Timed {
  readonly type: 'CancelEscrow';
  readonly reservationId: ReservationId;
  readonly fee: MicroUsd;
}

/** What an issued invoice charged for use in an hour. */
export interface InvoicedHour {
  readonly invoiceNumber: string;
  readonly charged: MicroUsd;
}

/** `total` is all that is due for the hour, what was charged before included. */
export interface ChargeOverage extends Timed {
  readonly type: 'ChargeOverage';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly teamId: TeamId | null;
  readonly total: MicroUsd;
  readonly split: SaleSplit;
  /** What the use of the hour is made of; none where nobody knows. */
  readonly mix: readonly MixPart[];
  /** The rated hour that it follows from. */
  readonly evidence: string;
  /** Of a count that was conceded: the invoice that charged the hour, and how much for it; null where none did. */
  readonly invoiced: InvoicedHour | null;
  /** Of hours before this there will be no other total: whoever rates them says so. */
  readonly finalBefore: Instant;
}

/** Capacity that was paid for is lost; what was delivered of it already is not refunded. */
export interface CurtailEscrow extends Timed {
  readonly type: 'CurtailEscrow';
  readonly reservationId: ReservationId;
  readonly curtailmentId: string;
  /** Tokens/s that the price was for. */
  readonly quantity: Quantity;
  readonly lost: StepFunction;
}

/** On the provider's books, for the holder of what was lost. */
export interface ChargePenalty extends Timed {
  readonly type: 'ChargePenalty';
  readonly reservationId: ReservationId;
  readonly curtailmentId: string;
  readonly holderId: OrganizationId;
  readonly curtailedAt: Instant;
  readonly amount: MicroUsd;
}

/**
 * On the books of whoever gives back a part of what an hour brought; or, where a credit was too much,
 * on those of who got it.
 */
export interface ChargeCredit extends Timed, CreditClaim {
  readonly type: 'ChargeCredit';
}

/** On the books of whom a credit note is asked for: from now on what is credited on the charge is counted in them. */
export interface WatchCredits extends Timed, Omit<CreditLimit, 'passedOn' | 'left' | 'isCounted'> {
  readonly type: 'WatchCredits';
  readonly charged: MicroUsd;
  /** All invoices of the customer's that were made void. */
  readonly voided: readonly string[];
}

/** Sets aside what a credit note is to give back of a charge that is watched, before the note is issued. */
export interface LimitCredits extends Timed, Pick<CreditLimit, 'invoiceNumber' | 'reservationId'> {
  readonly type: 'LimitCredits';
  /** What was credited on the charge before it was watched; taken off once. */
  readonly creditedBefore: MicroUsd;
  /** By notes that are issued, all in all: some are from before they were set aside. */
  readonly givenBack: MicroUsd;
  /** Zero: only those that are issued are counted. */
  readonly amount: MicroUsd;
}

export interface ReceiveTransfer extends Timed {
  readonly type: 'ReceiveTransfer';
  readonly transferId: string;
  readonly fromId: OrganizationId;
  readonly kind: TransferKind;
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
  readonly evidence: string | null;
  readonly parts: readonly OveragePart[];
}

/**
 * What was asked under a key was refused before the books had to move anything. `refusal` is the answer:
 * text that the books keep and do not read.
 */
export interface KeepRefusal extends Timed {
  readonly type: 'KeepRefusal';
  readonly refusal: string;
}

export type LedgerCommand =
  | PayoutCommand
  | CreditTopUp
  | FundEscrow
  | FundEscrows
  | ReserveFunds
  | CaptureFill
  | ReleaseFunds
  | SettleDelivery
  | ReleaseEscrow
  | CancelEscrow
  | ChargeOverage
  | CurtailEscrow
  | ChargePenalty
  | ChargeCredit
  | WatchCredits
  | LimitCredits
  | ReceiveTransfer
  | KeepRefusal
  | TaxCommand
  | CardMoneyCommand
  | ControlCommand;

/** One of several reservations cannot be paid for, so none was: which one, from 0, and why. */
export interface PaymentRefused {
  readonly code: 'PAYMENT_REFUSED';
  readonly index: number;
  readonly reason: 'ALREADY_FUNDED' | 'WINDOW_OVER';
}

/** Why the books refuse, in the order in which reasons are looked for. */
export type LedgerRejection =
  | PayoutRejection
  | { readonly code: 'REFUSED'; readonly refusal: string }
  | { readonly code: 'ESCROW_NOT_FOUND' }
  | { readonly code: 'ALREADY_FUNDED' }
  | { readonly code: 'WINDOW_OVER' }
  | { readonly code: 'ALREADY_DELIVERED' }
  | PaymentRefused
  | { readonly code: 'HOUR_FINAL'; readonly before: Instant }
  | { readonly code: 'CREDIT_TOO_HIGH'; readonly available: MicroUsd }
  | { readonly code: 'ORDER_CLOSED' }
  | RefundRejection
  | ControlRejection
  | {
      readonly code: 'INSUFFICIENT_FUNDS';
      readonly balance: MicroUsd;
      readonly due: MicroUsd;
      /** What comes in pays this first. */
      readonly owed: MicroUsd;
      /** What of the credit line could be drawn. */
      readonly creditUnused: MicroUsd;
      /** Number of the overdue invoice that keeps it from being drawn. */
      readonly frozenBy: string | null;
    };

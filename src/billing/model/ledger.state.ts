import type { OrderId, OrganizationId, QuoteId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import type { CreditLimit } from './credit-limit.state.js';
import type { OveragePart } from './overage-parts.js';
import { noEarnings, type Earnings } from './payout/earnings.state.js';
import type { CardMoney } from './card-money.state.js';
import { noControls, type Controls } from './controls/controls.state.js';
import type { CreditClaim } from './transfer.js';

/**
 * Accounts of one organization's books. Credits are positive: `wallet` is what the exchange owes the
 * organization and is never below zero. In every transaction the postings sum to zero.
 *
 * - `external`: the world outside, Stripe first of all; what came in stands here below zero.
 * - `reserved:<order>`: set aside for an order in the book, not yet spent; never below zero.
 * - `escrow:<reservation>`: paid for, not yet delivered.
 * - `clearing`: on the way to or from another organization's books; over all books it sums to zero
 *   once everything has arrived.
 * - `payable`: earned, and to be paid out: seller payable; never below zero.
 * - `payout:<payout>`: left seller payable, and not known to be at Stripe yet; never below zero.
 * - `refund:<refund>`: on its way back to a card; never below zero.
 * - `receivable`: overage, penalties, credits and what Stripe took away, as far as the wallet could not
 *   cover them, below zero.
 * - `uncollected`: the same amount, promised on to others once it is collected; but for what Stripe took.
 * - `credit-line-receivable`: what is drawn on the credit line and not repaid, below zero.
 * - `taxes`: tax that was charged with invoices and is to be handed on to authorities; never below zero.
 */
export type Account =
  | 'wallet'
  | 'external'
  | 'clearing'
  | 'payable'
  | 'receivable'
  | 'uncollected'
  | 'taxes'
  | `refund:${string}`
  | 'credit-line-receivable'
  | `reserved:${OrderId}`
  | `escrow:${ReservationId}`
  | `payout:${string}`;

/** What a sale's money is owed for and to whom, fixed when it was paid. */
export interface SaleSplit {
  readonly sellerId: OrganizationId;
  readonly providerId: OrganizationId;
  readonly exchangeId: OrganizationId;
  /** The provider's share; zero where the provider is the seller. */
  readonly royalty: BasisPoints;
  /** The exchange's share. */
  readonly fee: BasisPoints;
}

/** Money of one reservation, from payment to delivery. */
export interface Escrow {
  readonly reservationId: ReservationId;
  /** The quote that it is part of; null when it stands for itself. */
  readonly quoteId: QuoteId | null;
  readonly split: SaleSplit;
  readonly window: Window;
  /** Of the pool: delivery is settled at its lines. */
  readonly grid: Duration;
  readonly amount: MicroUsd;
  /** What of it is not delivered any more; null: all of it is. */
  readonly curtailed: { readonly quantity: Quantity; readonly lost: StepFunction } | null;
  /** What of the amount has gone on to those it is owed to. */
  delivered: MicroUsd;
  settledThrough: Instant;
}

/** Money of one order, from before it enters the book until its last fill is in escrow. */
export interface OrderFunds {
  /** All that was ever set aside for it. */
  readonly total: MicroUsd;
  /** What of it went into escrow. */
  readonly captured: MicroUsd;
  /** What of it came back. */
  readonly released: MicroUsd;
  /** When what it did not spend came back; null while it may still trade. */
  readonly endedAt: Instant | null;
}

/** Overage that was charged for one hour of one reservation. */
export interface Overage {
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly split: SaleSplit;
  readonly charged: MicroUsd;
  readonly collected: MicroUsd;
  /** What is charged by token class and served tier: they sum to it, or some of it was never told so. */
  readonly parts: readonly OveragePart[];
  /** How often it fell: names of transfers are made of what was collected, which may come again. */
  readonly reductions: number;
}

/** What a provider owes a holder for one curtailment, until it is paid. */
export interface Penalty {
  readonly reservationId: ReservationId;
  readonly curtailmentId: string;
  readonly holderId: OrganizationId;
  readonly curtailedAt: Instant;
  readonly charged: MicroUsd;
  readonly collected: MicroUsd;
}

/** What is to be given back of an hour, until it is paid. */
export interface OwedCredit extends Omit<CreditClaim, 'amount'> {
  readonly charged: MicroUsd;
  readonly collected: MicroUsd;
}

/** Tax of one invoice, until it is paid. */
export interface OwedTax {
  readonly invoiceNumber: string;
  readonly chargedAt: Instant;
  readonly charged: MicroUsd;
  readonly collected: MicroUsd;
}

/** Balances to look at: the books', or those that a draft would leave. */
export interface Balances {
  readonly balances: Pick<ReadonlyMap<Account, MicroUsd>, 'get'>;
}

/** The books of one organization. */
export interface Ledger extends CardMoney {
  readonly balances: Map<Account, MicroUsd>;
  /** Orders that are in the book, or have fills that are not booked yet. */
  readonly orders: Map<OrderId, OrderFunds>;
  /**
   * Orders that are over and spent, with when they ended: nothing is set aside for them again. They
   * are forgotten a day later, when whoever wanted to raise one has long been told by the market.
   */
  readonly closedOrders: Map<OrderId, Instant>;
  readonly escrows: Map<ReservationId, Escrow>;
  /**
   * Reservations whose money came back, with the end of their window: none is paid for again. They
   * are forgotten a day after it, when a payment would come too late by any clock.
   */
  readonly closed: Map<ReservationId, Instant>;
  /** By reservation and hour. Those of final hours are forgotten once they are paid. */
  readonly overages: Map<string, Overage>;
  /** No total comes for an hour before this; 0: nothing is final yet. */
  overagesFinalBefore: Instant;
  /** Those that are owed, by curtailment and reservation. */
  readonly penalties: Map<string, Penalty>;
  /** Those that are owed. */
  readonly credits: Map<string, OwedCredit>;
  /** By reservation: what may still come back of charges that credit notes gave back of. */
  readonly creditLimits: Map<ReservationId, readonly CreditLimit[]>;
  /** Those that are owed, by invoice. */
  readonly taxes: Map<string, OwedTax>;
  /** Top-ups that were credited: none is credited twice, whatever it is called. */
  readonly topUps: Map<string, MicroUsd>;
  readonly earnings: Earnings;
  readonly controls: Controls;
}

export function emptyLedger(): Ledger {
  return {
    balances: new Map(),
    orders: new Map(),
    closedOrders: new Map(),
    escrows: new Map(),
    closed: new Map(),
    overages: new Map(),
    overagesFinalBefore: 0 as Instant,
    penalties: new Map(),
    credits: new Map(),
    creditLimits: new Map(),
    taxes: new Map(),
    topUps: new Map(),
    earnings: noEarnings(),
    refunds: new Map(),
    withdrawals: new Map(),
    controls: noControls(),
  };
}

export function balanceOf({ balances }: Balances, account: Account): MicroUsd {
  return balances.get(account) ?? (0n as MicroUsd);
}

export function overageKey(reservationId: ReservationId, hour: Instant): string {
  return `${reservationId} ${hour}`;
}

export function penaltyKey(curtailmentId: string, reservationId: ReservationId): string {
  return `${curtailmentId} ${reservationId}`;
}

export function reservedOf(orderId: OrderId): Account {
  return `reserved:${orderId}`;
}

export function refundAccountOf(refundId: string): Account {
  return `refund:${refundId}`;
}

export function escrowOf(reservationId: ReservationId): Account {
  return `escrow:${reservationId}`;
}

export function payoutOf(payoutId: string): Account {
  return `payout:${payoutId}`;
}

/** Its price is in escrow, or was and came back not long ago. */
export function isFunded(
  { escrows, closed }: Pick<Ledger, 'escrows' | 'closed'>,
  reservationId: ReservationId,
): boolean {
  return escrows.has(reservationId) || closed.has(reservationId);
}

/** Nothing is set aside for an order again once it has ended. */
export function isOver({ orders, closedOrders }: Ledger, orderId: OrderId): boolean {
  return closedOrders.has(orderId) || (orders.get(orderId)?.endedAt ?? null) !== null;
}

import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';

/**
 * Accounts of one organization's books. Credits are positive: `wallet` is what the exchange owes the
 * organization and is never below zero. In every transaction the postings sum to zero.
 *
 * - `external`: the world outside, Stripe first of all; what came in stands here below zero.
 * - `escrow:<reservation>`: paid for, not yet delivered.
 * - `clearing`: on the way to or from another organization's books; over all books it sums to zero
 *   once everything has arrived.
 * - `receivable`: overage that the wallet could not cover, below zero.
 * - `uncollected`: the same amount, promised on to others once it is collected.
 */
export type Account =
  | 'wallet'
  | 'external'
  | 'clearing'
  | 'receivable'
  | 'uncollected'
  | `escrow:${ReservationId}`;

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
  readonly split: SaleSplit;
  readonly window: Window;
  /** Of the pool: delivery is settled at its lines. */
  readonly grid: Duration;
  readonly amount: MicroUsd;
  /** What of the amount has gone on to those it is owed to. */
  delivered: MicroUsd;
  settledThrough: Instant;
}

/** Overage that was charged for one hour of one reservation. */
export interface Overage {
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly split: SaleSplit;
  readonly charged: MicroUsd;
  readonly collected: MicroUsd;
}

/** The books of one organization. */
export interface Ledger {
  readonly balances: Map<Account, MicroUsd>;
  readonly escrows: Map<ReservationId, Escrow>;
  /**
   * Reservations whose money came back, with the end of their window: none is paid for again. They
   * are forgotten a day after it, when a payment would come too late by any clock.
   */
  readonly closed: Map<ReservationId, Instant>;
  /** By reservation and hour. */
  readonly overages: Map<string, Overage>;
  /** Top-ups that were credited: none is credited twice, whatever it is called. */
  readonly topUps: Map<string, MicroUsd>;
}

export function emptyLedger(): Ledger {
  return {
    balances: new Map(),
    escrows: new Map(),
    closed: new Map(),
    overages: new Map(),
    topUps: new Map(),
  };
}

export function balanceOf({ balances }: Pick<Ledger, 'balances'>, account: Account): MicroUsd {
  return balances.get(account) ?? (0n as MicroUsd);
}

export function overageKey(reservationId: ReservationId, hour: Instant): string {
  return `${reservationId} ${hour}`;
}

import type { ReservationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';

export const EARNING_KINDS = ['proceeds', 'royalty', 'cancellation', 'overage'] as const;
/** What a seller or a provider is paid for. */
export type EarningKind = (typeof EARNING_KINDS)[number];

export const LOT_KINDS = [...EARNING_KINDS, 'carried-over', 'returned'] as const;
/**
 * - `carried-over`: earned before the organization could be paid out, and not spent since.
 * - `returned`: of a payout that failed or was reversed.
 */
export type LotKind = (typeof LOT_KINDS)[number];

/** What one reservation brought on one day, as far as it is not paid out or given back. */
export interface Lot {
  readonly kind: LotKind;
  /** Of an earning: what was delivered. */
  readonly reservationId: ReservationId | null;
  /** Of what was returned: the payout that it was part of. */
  readonly payoutId: string | null;
  /** First instant of the UTC day; the beginning of time for what may be paid out again at once. */
  readonly earnedOn: Instant;
  readonly amount: MicroUsd;
}

/** Money on its way to a seller's account at Stripe, or there. */
export interface SellerPayout {
  readonly amount: MicroUsd;
  readonly startedAt: Instant;
  readonly status: 'in-flight' | 'sent' | 'failed';
  /** Stripe's name for the transfer; null before it is known. */
  readonly transferId: string | null;
  /** What of it came back, by Stripe's name for each reversal. */
  readonly reversals: readonly { readonly reversalId: string; readonly amount: MicroUsd }[];
}

/** What an organization earned, and what becomes of it. */
export interface Earnings {
  /** Since when what is earned goes to seller payable; null: it goes to the wallet. */
  payableSince: Instant | null;
  /** While it goes to the wallet: what of the wallet was earned. What was earned is spent last. */
  inWallet: MicroUsd;
  /** All of seller payable, by day and what it is for. */
  readonly lots: Map<string, Lot>;
  /** Those that can still change. */
  readonly payouts: Map<string, SellerPayout>;
}

export function noEarnings(): Earnings {
  return { payableSince: null, inWallet: 0n as MicroUsd, lots: new Map(), payouts: new Map() };
}

export function isEarning(kind: string): kind is EarningKind {
  return EARNING_KINDS.some((known) => known === kind);
}

export function returnedOf({ reversals }: Pick<SellerPayout, 'reversals'>): MicroUsd {
  return reversals.reduce((sum, { amount }) => sum + amount, 0n) as MicroUsd;
}

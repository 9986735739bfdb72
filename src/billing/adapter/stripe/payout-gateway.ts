import type { Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import type { KnownReversal } from '../../model/payout/reversal-search.js';
import type { PaymentFailure } from './payment-gateway.js';

/** What Stripe says about a seller's account, at the moment it was asked. */
export interface ConnectAccount {
  readonly accountId: string;
  /** From the metadata that we sent; null for an account that we did not make. */
  readonly organizationId: string | null;
  /** The seller has been through Stripe's questions once. */
  readonly isSubmitted: boolean;
  /** Stripe takes transfers to it. */
  readonly isPayable: boolean;
  /** What Stripe still needs, in its own words, such as `external_account`. */
  readonly needs: readonly string[];
  /** Why Stripe takes no money for it, in its own words; null when nothing is wrong. */
  readonly disabledReason: string | null;
}

export interface OnboardingLink {
  readonly url: string;
  readonly expiresAt: Instant;
}

/** A transfer, and all that came back of it so far. */
export interface TransferFacts {
  readonly transferId: string;
  /** From the metadata that we sent; null for a transfer that we did not make. */
  readonly payoutId: string | null;
  readonly organizationId: string | null;
  readonly amountCents: bigint;
  readonly currency: string;
  readonly reversals: readonly KnownReversal[];
}

export interface TransferRequest {
  readonly payoutId: string;
  readonly organizationId: string;
  readonly accountId: string;
  readonly amountCents: bigint;
  /** The same for every attempt at the same payout. */
  readonly idempotencyKey: string;
}

/** A change of the exchange's balance at Stripe. */
export interface BalanceLine {
  readonly lineId: string;
  /** Stripe's word for it, such as `charge` or `transfer`. */
  readonly type: string;
  /** What it is about: the PaymentIntent of a charge, else the object itself; null for none. */
  readonly reference: string | null;
  /** Below zero for what leaves. */
  readonly amountCents: bigint;
  readonly feeCents: bigint;
  readonly currency: string;
  readonly createdAt: Instant;
}

/** Some of them, newest first; `after` begins the next page, null when there is none. */
export interface BalancePage {
  readonly lines: readonly BalanceLine[];
  readonly after: string | null;
}

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;

/** The sellers' side of whoever moves real money. */
export interface PayoutGateway {
  createAccount(request: { readonly organizationId: string; readonly idempotencyKey: string }): Asked<ConnectAccount>;
  retrieveAccount(accountId: string): Asked<ConnectAccount>;
  /** A link that is good for minutes, and once. */
  createLink(accountId: string, urls: { readonly back: string; readonly again: string }): Asked<OnboardingLink>;
  createTransfer(request: TransferRequest): Asked<TransferFacts>;
  retrieveTransfer(transferId: string): Asked<TransferFacts>;
  /** The transfer that was made for a payout, whatever became of its idempotency key; null for none. */
  findTransfer(payoutId: string): Asked<TransferFacts | null>;
  reverseTransfer(request: {
    readonly transferId: string;
    /** Our name for it, by which it is found again. */
    readonly askedAs: string;
    readonly amountCents: bigint;
    readonly idempotencyKey: string;
  }): Asked<{ readonly reversalId: string }>;
  /** Of a window by when they were made. */
  balancePage(window: { readonly start: Instant; readonly end: Instant }, after: string | null): Asked<BalancePage>;
}

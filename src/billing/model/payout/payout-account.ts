/** Where a seller stands on the way to being paid out. */
export const PAYOUT_ACCOUNT_STATES = [
  'not-started',
  'creating',
  'needs-review',
  'onboarding',
  'restricted',
  'payable',
] as const;
export type PayoutAccountState = (typeof PAYOUT_ACCOUNT_STATES)[number];

/** What is known of a seller's account at Stripe. */
export interface PayoutAccountFacts {
  /** Stripe's name for it; null before Stripe made it. */
  readonly accountId: string | null;
  /** Stripe did not answer for too long. */
  readonly needsReview: boolean;
  /** The seller has been through Stripe's questions once. */
  readonly isSubmitted: boolean;
  /** Stripe takes transfers to it, and pays out. */
  readonly isPayable: boolean;
}

/**
 * A function of what Stripe says now: the order in which it said so before does not matter. Stripe may
 * restrict an account that was payable, and ask the seller again.
 */
export function payoutAccountState(facts: PayoutAccountFacts | null): PayoutAccountState {
  if (facts === null) return 'not-started';
  if (facts.accountId === null) return facts.needsReview ? 'needs-review' : 'creating';
  if (!facts.isSubmitted) return 'onboarding';
  return facts.isPayable ? 'payable' : 'restricted';
}

import { BASIS_POINTS_WHOLE, divideHalfEven } from '../../kernel/money.js';
import { DAY_MS, formatInstant, plus, type Instant } from '../../kernel/time.js';
import type { WeightedTokens } from '../../metering/contract.js';
import type { UsageTerms } from '../../providers/contract.js';
import { METER_REFERENCE } from './reconciliation/compare.js';

/** What overage is metered by at Stripe; a meter there keeps its settings for ever. */
export const OVERAGE_METER = {
  eventName: 'headroom_overage_tokens',
  displayName: 'Headroom overage, weighted tokens',
  /** What in an event's payload says whose use it is, and how much. */
  customerKey: 'stripe_customer_id',
  valueKey: 'value',
} as const;

/** Stripe takes what happened 35 days ago; a call may take a day until it is made. */
const REACH_MS = 34 * DAY_MS;

/** Stripe counts whole numbers: what an hour comes to is rounded once, half to even. */
export function meteredTokens(overage: WeightedTokens): bigint {
  return divideHalfEven(overage, BASIS_POINTS_WHOLE);
}

/** What Stripe was told of one hour, revision by revision. */
export interface ToldRevision {
  readonly revision: number;
  readonly quantity: bigint;
}

/** A rated hour, as far as a meter needs it. */
export interface MeteredHour {
  readonly hour: Instant;
  readonly revision: number;
  readonly overage: WeightedTokens;
  /** Without a price, use above a reservation is not charged for, and not metered either. */
  readonly terms: Pick<UsageTerms, 'overagePrice'>;
}

/**
 * What a revision adds to what was told of its hour before, below zero for what it takes back; null when there
 * is nothing to tell. An hour that is out of Stripe's reach is not begun; what was begun is told, so that a
 * correction that Stripe does not take any more is seen to be missing.
 */
export function quantityToTell(rated: MeteredHour, told: readonly ToldRevision[], now: Instant): bigint | null {
  if (told.some(({ revision }) => revision >= rated.revision)) return null;
  if (told.length === 0 && plus(rated.hour, REACH_MS) < now) return null;
  const total = rated.terms.overagePrice === null ? 0n : meteredTokens(rated.overage);
  const quantity = total - told.reduce((sum, one) => sum + one.quantity, 0n);
  return quantity === 0n ? null : quantity;
}

/** Under which name an organization's metered day is compared. */
export function meteredDay(organizationId: string, hour: Instant): string {
  return `${METER_REFERENCE}${organizationId}/${formatInstant(hour).slice(0, 10)}`;
}

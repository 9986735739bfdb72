import type { Quantity } from '../../kernel/quantity.js';
import { plus, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { PoolConstraints } from './order.constraints.js';
import type { EvidenceLevel } from './order.state.js';

/** Which listings somebody looks for. Null: whatever they are. */
export interface ListingsWanted {
  readonly marketId: string | null;
  /** At every quantization. */
  readonly model: string | null;
  readonly poolId: string | null;
  readonly status: string | null;
  readonly isAuction: boolean | null;
  readonly sellerId: string | null;
  readonly unitPriceMax: bigint | null;
  /** What is asked of a pool means here what it means in a bid. */
  readonly pool: PoolConstraints;
  readonly evidenceMin: EvidenceLevel;
  /** Something is left throughout it. */
  readonly window: Window | null;
  /** So much is left throughout the window; without one: at some time. */
  readonly quantityMin: Quantity | null;
}

export const LISTING_ORDERS = ['PRICE', 'START', 'QUANTITY', 'TTFT'] as const;
export type ListingOrder = (typeof LISTING_ORDERS)[number];

/** A part of the list, in an order. Of two that stand equal the one with the lower id is the older. */
export interface ListingPage {
  readonly order: ListingOrder;
  readonly isDescending: boolean;
  readonly after: { readonly value: bigint; readonly listingId: string } | null;
  readonly limit: number;
}

/** The time that something must be left in; of one end alone the instant there: its first, or its last, millisecond. */
export function windowWanted(from: Instant | null, until: Instant | null): Window | null {
  if (from !== null) return { start: from, end: until ?? plus(from, 1) };
  return until === null ? null : { start: plus(until, -1), end: until };
}

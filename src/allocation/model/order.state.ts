import type { ListingId, OrderId, OrganizationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';

/**
 * How well what a provider promises is shown: L1 declared, L2 contract-tested, L3 measured at our
 * gateway, L4 attested by the hardware.
 */
export const EVIDENCE_LEVELS = ['L1', 'L2', 'L3', 'L4'] as const;
export type EvidenceLevel = (typeof EVIDENCE_LEVELS)[number];

/** What a buyer insists on. Null and empty: anything goes. Constraints exclude, never reorder. */
export interface OrderConstraints {
  readonly platforms: readonly string[];
  readonly regions: readonly string[];
  /** ISO 3166-1 alpha-2 codes; prompts must stay in these countries. */
  readonly residency: readonly string[];
  readonly ttftP95Max: Duration | null;
  readonly streamTokensPerSecondMin: number | null;
  readonly evidenceMin: EvidenceLevel;
  /** At most this share of the order's quantity from one provider. */
  readonly providerShareMax: BasisPoints | null;
}

export const UNCONSTRAINED: OrderConstraints = {
  platforms: [],
  regions: [],
  residency: [],
  ttftP95Max: null,
  streamTokensPerSecondMin: null,
  evidenceMin: 'L1',
  providerShareMax: null,
};

/**
 * What happens to what is not filled at once. IOC: it is cancelled. FOK: all is filled at once or the
 * order is refused. GTC: it rests until it is filled, or its window can no longer be bought. GTD: it
 * rests until an instant.
 */
export type TimeInForce =
  | { readonly kind: 'IOC' | 'FOK' | 'GTC' }
  | { readonly kind: 'GTD'; readonly until: Instant };

/** A bid as its buyer sent it. */
export interface OrderTerms {
  readonly orderId: OrderId;
  readonly buyerId: OrganizationId;
  readonly window: Window;
  readonly quantity: Quantity;
  /** The most that is paid for a token/s and hour. */
  readonly limitPrice: UnitPrice;
  readonly constraints: OrderConstraints;
  /**
   * Less than this, or all that is left when that is less, is not filled at any one moment. The whole
   * quantity makes the order all-or-none.
   */
  readonly minimumFill: Quantity;
}

/** A resting bid: the waitlist is all of them, in their priority. */
export interface Order extends OrderTerms {
  /** Set aside in the buyer's books: the whole quantity at the limit price. */
  reserved: MicroUsd;
  /** Place in the market's order of arrival; who comes first of equal prices has priority. */
  sequence: number;
  /** From then on it is not filled any more. */
  readonly expiresAt: Instant;
  /** That it was placed as such: another quantity leaves it all or none. */
  readonly isAllOrNone: boolean;
  remaining: Quantity;
  spent: MicroUsd;
  fills: number;
  byProvider: ReadonlyMap<OrganizationId, Quantity>;
}

/** Of a single token/s the least says nothing. */
export const isAllOrNone = ({ minimumFill, quantity }: Pick<OrderTerms, 'minimumFill' | 'quantity'>): boolean =>
  minimumFill > 1n && minimumFill >= quantity;

/** Of orders of which nothing is filled yet. */
export const NOTHING_FILLED: Order['byProvider'] = new Map();

/** What decides who comes first: price, then arrival. */
export interface Priority<Id extends ListingId | OrderId> {
  readonly id: Id;
  readonly price: UnitPrice;
  /** The price as a number: what is below 2^53 exactly, what is above it rounded. */
  readonly rank: number;
  readonly sequence: number;
}

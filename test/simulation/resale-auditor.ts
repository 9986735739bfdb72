import { isHandedOver } from './loss-auditor.js';
import type { LiveReservation } from './market-auditor.js';
import type { ListingCreated } from './raw-event.js';
import { demand } from './violation.js';

/** What a pool says of resale, as the log has it. */
export interface RawResale {
  readonly isTransferable: boolean;
  readonly hopsMax: number;
  readonly priceCap: number | null;
  /** The provider's share of a resale, in ten-thousandths. */
  readonly royalty: number;
  readonly holdingTimeMin: number;
}

const WHOLE = 10_000n;

/** What is resold keeps to the terms that it was first sold under. */
export function checkResale(
  { listingId, occurredAt, hops, unitPrice }: ListingCreated,
  parent: LiveReservation,
  resale: RawResale,
): void {
  const { isTransferable, hopsMax, holdingTimeMin } = resale;
  demand(isTransferable && hops <= hopsMax, `${listingId} may not be resold`);
  const isEarly = occurredAt < parent.paidAt + holdingTimeMin;
  demand(!isEarly || isHandedOver(parent), `${listingId} is resold before it was held long enough`);
  const most = priceCapOf(parent, resale);
  const isAbove = most !== null && BigInt(unitPrice) > most;
  demand(!isAbove, `${listingId} is resold at ${unitPrice}, above its cap of ${String(most)}`);
}

/** The most that what somebody bought may be sold on for, cut off; null: any price. */
export function priceCapOf({ unitPrice }: LiveReservation, { priceCap }: RawResale): bigint | null {
  return priceCap === null ? null : (unitPrice * BigInt(priceCap)) / WHOLE;
}

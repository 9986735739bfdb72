import { BASIS_POINTS_WHOLE, divide, type UnitPrice } from '../../kernel/money.js';
import type { PoolId } from '../../kernel/ids.js';
import { plus, type Instant } from '../../kernel/time.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState, OwnedReservation, PoolState, Source } from './market.state.js';
import { termsOf } from './market.terms.js';
import { ownedOf, poolOf } from './titles.js';

/** The most that what is cut from a source may be sold for; null: any price. */
export function resalePriceMax(
  state: MarketState,
  poolId: PoolId,
  source: Source,
): UnitPrice | null {
  if (source.kind === 'pool') return null;
  return priceCapOf(poolOf(state, poolId), ownedOf(state, source.reservationId));
}

/** By the terms that the first buyer bought under. Cut off, not rounded: a cap is never passed. */
export function priceCapOf(
  { termsVersions }: PoolState,
  { termsVersion, unitPrice }: OwnedReservation,
): UnitPrice | null {
  const { priceCap } = termsOf(termsVersions, termsVersion).resale;
  if (priceCap === null) return null;
  return divide(unitPrice * BigInt(priceCap), BASIS_POINTS_WHOLE).quotient as UnitPrice;
}

/** By the terms that the first buyer bought under, which every later holder inherits. */
export function resaleRefusal(
  pool: PoolState,
  reservation: OwnedReservation,
  { unitPrice, now }: { readonly unitPrice: UnitPrice; readonly now: Instant },
): MarketRejection | null {
  const { resale } = termsOf(pool.termsVersions, reservation.termsVersion);
  if (!resale.isTransferable) return { code: 'NOT_TRANSFERABLE' };
  const { hopsMax } = resale;
  if (reservation.hops + 1 > hopsMax) return { code: 'HOPS_EXHAUSTED', hopsMax };
  const listableFrom = plus(reservation.paidAt, resale.holdingTimeMin);
  if (now < listableFrom) return { code: 'HELD_TOO_BRIEFLY', listableFrom };
  const unitPriceMax = priceCapOf(pool, reservation);
  if (unitPriceMax === null || unitPrice <= unitPriceMax) return null;
  return { code: 'PRICE_ABOVE_CAP', unitPriceMax };
}

import { BASIS_POINTS_WHOLE, divide, type UnitPrice } from '../../kernel/money.js';
import type { PoolId } from '../../kernel/ids.js';
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

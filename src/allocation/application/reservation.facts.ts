import type { ReservationId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import type { ReservationFacts } from '../contract.js';
import type { MarketState } from '../model/market.state.js';
import { termsOf } from '../model/market.terms.js';
import { quoteOfHold } from '../model/quote.holds.js';
import { poolOf } from '../model/titles.js';

/** Null when it is neither held nor owned any more. */
export function reservationFacts(
  state: MarketState,
  reservationId: ReservationId,
): ReservationFacts | null {
  const reservation = state.reservations.get(reservationId);
  if (reservation === undefined) return null;
  const { poolId, holderId, sellerId, window, amount, source, status, termsVersion } = reservation;
  const { facts, termsVersions } = poolOf(state, poolId);
  const { resale } = termsOf(termsVersions, termsVersion);
  return {
    ...{ reservationId, poolId, marketId: facts.marketId, holderId, sellerId },
    ...{ providerId: facts.providerId, status, window, grid: facts.grid, amount },
    royalty: source.kind === 'pool' ? (0 as BasisPoints) : resale.royalty,
    expiresAt: reservation.status === 'held' ? reservation.expiresAt : null,
    quoteId: reservation.status === 'held' ? quoteOfHold(state, reservation) : null,
  };
}

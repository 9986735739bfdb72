import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { Rebooking } from './curtailment.state.js';
import { checkMinimum, hasLots, lotSizesFor } from './lot-size.rules.js';
import type { RecordRebooking, SetRebooking } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState } from './market.state.js';

export function setRebooking(
  { reservationId, holderId, rebooking }: SetRebooking,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const reservation = state.reservations.get(reservationId);
  if (reservation?.holderId !== holderId) return reject({ code: 'RESERVATION_NOT_FOUND' });
  const { status } = reservation;
  if (status === 'held') return reject({ code: 'WRONG_STATE', state: status });
  const odd = rebooking === null ? null : checkLeast(state, rebooking);
  if (odd !== null) return reject(odd);
  return accept({ type: 'RebookingSet', reservationId, holderId, rebooking });
}

/** As of an order that is placed now; how much it will be for nobody knows. */
function checkLeast(
  { pools }: MarketState,
  { minimumFill, constraints }: Rebooking,
): MarketRejection | null {
  return hasLots({ pools }) ? checkMinimum(minimumFill, lotSizesFor(pools, constraints)) : null;
}

/** The order itself is told by its own events; what was refused leaves no other trace. */
export function recordRebooking({
  type: _type,
  now,
  seed: _seed,
  ...attempt
}: RecordRebooking): Decision<MarketEvent, MarketRejection> {
  return accept({ type: 'RebookingAttempted', ...attempt, attemptedAt: now });
}

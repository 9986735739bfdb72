import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import {
  add,
  addOver,
  equals,
  isZero,
  rectangle,
  segmentsOf,
  subtract,
} from '../../kernel/step-function.js';
import { covers } from '../../kernel/window.js';
import { checkLots } from './lot-size.rules.js';
import type { MarketEvent } from './market.events.js';
import type { Encumbrance, MarketRejection } from './market.rejections.js';
import type { MarketState, OwnedReservation, Reservation } from './market.state.js';
import { amountOf, freeOver, ownedOf, poolOf } from './titles.js';
import type { ReturnTransfer, TransferReservation } from './transfer.commands.js';
import { checkWindow } from './window.rules.js';

type Decided = Decision<MarketEvent, MarketRejection>;

/** Sales and transfers that lead from the provider to a reservation, at most: so that chains end. */
export const CHAIN_MAX = 32;

/** A part that was handed over within an organization: nobody sells to themselves. */
export function isTransfer({
  sellerId,
  holderId,
}: {
  readonly sellerId: string;
  readonly holderId: string;
}): boolean {
  return sellerId === holderId;
}

/** What it cost the holder, or would have where it was handed over: what penalties are a part of. */
export function worthOf(reservation: OwnedReservation): MicroUsd {
  const { unitPrice, quantity, window, amount } = reservation;
  return isTransfer(reservation) ? amountOf(unitPrice, quantity, window) : amount;
}

/** Links from the provider's sale to a reservation, both included. */
export function chainLengthOf(state: MarketState, { source }: OwnedReservation): number {
  let length = 1;
  for (let link = source; link.kind === 'reservation'; length += 1) {
    link = ownedOf(state, link.reservationId).source;
  }
  return length;
}

/**
 * Title does not move: who may resell, how often and for how much stays as it was bought, and what is
 * not transferable to others can be handed over all the same.
 */
export function transferReservation(command: TransferReservation, state: MarketState): Decided {
  const { reservationId, sourceId, holderId, teamId, window, quantity, now } = command;
  const from = state.reservations.get(sourceId);
  if (from?.holderId !== holderId) return reject({ code: 'RESERVATION_NOT_FOUND' });
  if (from.status === 'held') return reject({ code: 'WRONG_STATE', state: 'held' });
  const refusal = checkTransfer(command, state, from);
  if (refusal !== null) return reject(refusal);
  const { poolId, listingId, unitPrice, hops, termsVersion, paidAt, lot, teamId: fromTeamId } = from;
  const left = segmentsOf(addOver(lot.title, window, -quantity));
  return accept({
    type: 'ReservationTransferred',
    ...{ reservationId, poolId, listingId, holderId, fromTeamId, teamId, window, quantity },
    ...{ unitPrice, hops, termsVersion, paidAt, transferredAt: now },
    entitlement: segmentsOf(rectangle(window, quantity)),
    source: { reservationId: sourceId, entitlement: left },
  });
}

function checkTransfer(
  { teamId, window, quantity, now }: TransferReservation,
  state: MarketState,
  from: OwnedReservation,
): MarketRejection | null {
  const { grid, lotSize } = poolOf(state, from.poolId).facts;
  const misfit =
    checkLots(quantity, lotSize, () => freeOver(from.lot, window)) ?? checkWindow(window, grid, now);
  if (misfit !== null) return misfit;
  if (!covers(from.window, window)) return { code: 'OUTSIDE_OFFER', offered: from.window };
  if (teamId === from.teamId) return { code: 'SAME_TEAM' };
  if (chainLengthOf(state, from) >= CHAIN_MAX) return { code: 'CHAIN_TOO_LONG', chainMax: CHAIN_MAX };
  const available = freeOver(from.lot, window);
  return available < quantity ? { code: 'INSUFFICIENT_TITLE', available } : null;
}

/** As a whole, and before it begins: what was used by one team was not there for another. */
export function returnTransfer(command: ReturnTransfer, state: MarketState): Decided {
  const { reservationId, holderId, now } = command;
  const part = state.reservations.get(reservationId);
  if (part?.holderId !== holderId) return reject({ code: 'RESERVATION_NOT_FOUND' });
  if (!isPart(part)) return reject({ code: 'NOT_TRANSFERRED' });
  const hasBegun = part.status === 'active' || part.window.start <= now;
  if (hasBegun) return reject({ code: 'WRONG_STATE', state: 'active' });
  const encumbrance = encumbranceOf(state, part);
  if (encumbrance !== null) return reject({ code: 'RESERVATION_ENCUMBERED', encumbrance });
  const { reservationId: sourceId } = part.source;
  const entitlement = segmentsOf(add(ownedOf(state, sourceId).lot.title, part.lot.title));
  const source = { reservationId: sourceId, entitlement };
  return accept({ type: 'TransferReturned', reservationId, holderId, returnedAt: now, source });
}

type Part = OwnedReservation & { readonly source: { readonly reservationId: ReservationId } };

/** A part that was handed over, and what it was cut from. */
export function isPart(one: Reservation): one is Part {
  return isTransfer(one) && one.status !== 'held' && one.source.kind === 'reservation';
}

/** Why the whole of a reservation cannot be given back. */
export function encumbranceOf(
  state: MarketState,
  reservation: OwnedReservation,
): Encumbrance | null {
  const { reservationId, lot, window, quantity, lost } = reservation;
  const whole = subtract(rectangle(window, quantity), lost);
  if (equals(lot.title, whole)) return isZero(lot.committed) ? null : 'listed';
  const parts = [...state.reservations.values()].filter(isPart);
  const isHandedOver = parts.some(({ source }) => source.reservationId === reservationId);
  return isHandedOver ? 'transferred' : 'resold';
}

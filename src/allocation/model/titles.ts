import { present } from '../../kernel/assert.js';
import type { OrganizationId, PoolId, ReservationId } from '../../kernel/ids.js';
import {
  BASIS_POINTS_WHOLE,
  divide,
  divideHalfEven,
  type MicroUsd,
  type UnitPrice,
} from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import {
  add,
  addOver,
  minimumOfDifference,
  subtract,
  ZERO,
  type StepFunction,
} from '../../kernel/step-function.js';
import { HOUR_MS } from '../../kernel/time.js';
import { durationOf, type Window } from '../../kernel/window.js';
import type { Lot, MarketState, OwnedReservation, PoolState, Source } from './market.state.js';
import type { PoolFacts } from './market.terms.js';

export function poolOf(state: Pick<MarketState, 'pools'>, poolId: PoolId): PoolState {
  return present(state.pools.get(poolId), `pool ${poolId}`);
}

/** The lot that a source stands for. A source of something open is never gone. */
export function lotOf(state: MarketState, poolId: PoolId, source: Source): Lot {
  if (source.kind === 'pool') return poolOf(state, poolId).root;
  return ownedOf(state, source.reservationId).lot;
}

/** A reservation that is known to be paid for and not over. */
export function ownedOf(
  state: Pick<MarketState, 'reservations'>,
  reservationId: ReservationId,
): OwnedReservation {
  const reservation = present(state.reservations.get(reservationId), `title ${reservationId}`);
  if (reservation.status === 'held') throw new Error(`${reservationId} is not paid`);
  return reservation;
}

/**
 * What a pool's cap on one buyer's share leaves to a buyer over time, in ten-thousandths of a token/s;
 * null where there is none.
 */
export function roomUnderCap(
  { nameplate, buyerShareMax, providerId }: PoolFacts,
  buyerId: OrganizationId,
  position: StepFunction,
): StepFunction | null {
  if (buyerShareMax === null || buyerId === providerId) return null;
  // Breakpoints of the cap are the nameplate's: scaled first, compared after.
  const scaled = (fn: StepFunction, by: bigint): StepFunction => ({
    starts: fn.starts,
    values: fn.values.map((value) => value * by),
  });
  return subtract(scaled(nameplate, BigInt(buyerShareMax)), scaled(position, BASIS_POINTS_WHOLE));
}

/** How much of a lot can be listed throughout a window. */
export function freeOver({ title, committed }: Lot, window: Window): Quantity {
  const free = minimumOfDifference(title, committed, window);
  return (free < 0n ? 0n : free) as Quantity;
}

export function commit(lot: Lot, window: Window, quantity: bigint): void {
  lot.committed = addOver(lot.committed, window, quantity);
}

/** Price x quantity x hours, rounded half to even where the grid is finer than an hour. */
export function amountOf(unitPrice: UnitPrice, quantity: Quantity, window: Window): MicroUsd {
  const hours = durationOf(window) / HOUR_MS;
  // Nothing to round, and nothing to divide.
  if (Number.isInteger(hours)) return (unitPrice * quantity * BigInt(hours)) as MicroUsd;
  const product = unitPrice * quantity * BigInt(durationOf(window));
  return divideHalfEven(product, BigInt(HOUR_MS)) as MicroUsd;
}

/** The same, rounded up: what is set aside for an order covers whatever its fills are rounded to. */
export function costUpTo(unitPrice: UnitPrice, quantity: Quantity, window: Window): MicroUsd {
  const hours = durationOf(window) / HOUR_MS;
  if (Number.isInteger(hours)) return (unitPrice * quantity * BigInt(hours)) as MicroUsd;
  const product = unitPrice * quantity * BigInt(durationOf(window));
  const { quotient, remainder } = divide(product, BigInt(HOUR_MS));
  return (remainder === 0n ? quotient : quotient + 1n) as MicroUsd;
}

/** Title by holder, summed over sources: what I1 speaks of. Finished reservations apart. */
export function titlesOf(state: MarketState, poolId: PoolId): Map<OrganizationId, StepFunction> {
  const pool = poolOf(state, poolId);
  const titles = new Map([[pool.facts.providerId, pool.root.title]]);
  for (const reservation of state.reservations.values()) {
    if (reservation.poolId !== poolId || reservation.status === 'held') continue;
    const before = titles.get(reservation.holderId) ?? ZERO;
    titles.set(reservation.holderId, add(before, reservation.lot.title));
  }
  return titles;
}

import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import {
  addOver,
  isZero,
  segmentsOf,
  ZERO,
  type Segment,
  type StepFunction,
} from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import type { MarketState, OwnedReservation, Reservation } from './market.state.js';
import { ownedOf, poolOf } from './titles.js';

/**
 * Buyers for whom capacity counts: who has it, and everybody it would come back to if those who may give
 * it back did. Nobody more than once, and never the provider.
 */
export type Counted = readonly OrganizationId[];

/** Capacity that counts for several buyers at once. */
export interface Shared {
  readonly holders: Counted;
  readonly amount: StepFunction;
}

interface Changing<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
  delete(key: Key): unknown;
}

/** What counts for whom in one pool, in sums. */
export interface Counts {
  readonly positions: Changing<OrganizationId, StepFunction>;
  readonly shared: Changing<string, Shared>;
}

type Known = Pick<MarketState, 'pools' | 'reservations'>;
type Place = Pick<Reservation, 'poolId' | 'source'>;
type Begun = Pick<ReadonlySet<ReservationId>, 'has'>;
/** What is bought, or held to be. */
export type Purchase = Pick<Reservation, 'poolId' | 'source' | 'holderId' | 'window' | 'quantity'>;

export const NOBODY: Counted = [];
const NONE: Begun = new Set();

/**
 * For whom capacity counts that was not sold from a source yet. A reservation can be given back until it
 * begins: until then it counts for whom it was bought from as well, and so on towards the provider.
 *
 * @param begun what begins by events that the state does not know
 */
export function countedIn(state: Known, { poolId, source }: Place, begun: Begun = NONE): Counted {
  if (source.kind === 'pool') return NOBODY;
  const { providerId } = poolOf(state, poolId).facts;
  let counted = NOBODY;
  let one = state.reservations.get(source.reservationId);
  while (one !== undefined) {
    const { holderId } = one;
    if (holderId !== providerId && !counted.includes(holderId)) counted = [...counted, holderId];
    one = returnsTo(state, one, begun);
  }
  return counted;
}

/** What it would be a part of again if it were given back; nothing where that is too late, or the pool's. */
function returnsTo(
  { reservations }: Known,
  { reservationId, source, status }: Reservation,
  begun: Begun,
): Reservation | undefined {
  const isReturnable = status === 'scheduled' && !begun.has(reservationId);
  return isReturnable && source.kind === 'reservation' ? reservations.get(source.reservationId) : undefined;
}

/** The same once a buyer has it, who could still give it back. */
export function countedWith(
  counted: Counted,
  { poolId, holderId }: Pick<Reservation, 'poolId' | 'holderId'>,
  { pools }: Pick<MarketState, 'pools'>,
): Counted {
  const isProvider = poolOf({ pools }, poolId).facts.providerId === holderId;
  return isProvider || counted.includes(holderId) ? counted : [holderId, ...counted];
}

/** Something is held for its buyer, or sold: for everybody else it counts as before. */
export function countPurchase(
  state: Known,
  counts: Counts,
  bought: Purchase,
  begun: Begun = NONE,
): void {
  const from = countedIn(state, bought, begun);
  recount(counts, { from, to: countedWith(from, bought, state), pieces: [pieceOf(bought)] });
}

/** A hold ends: what it was for is its seller's to offer, as it was before. */
export function countRelease(
  state: Known,
  counts: Counts,
  hold: Purchase,
  begun: Begun = NONE,
): void {
  const to = countedIn(state, hold, begun);
  recount(counts, { from: countedWith(to, hold, state), to, pieces: [pieceOf(hold)] });
}

/** What was bought comes back to whom it was bought from, for whom it has counted all the time. */
export function countReturn(state: Known, counts: Counts, reservation: OwnedReservation): void {
  const to = countedIn(state, reservation);
  const from = countedWith(to, reservation, state);
  recount(counts, { from, to, pieces: segmentsOf(reservation.lot.title) });
}

/** What its holder has of a reservation, as if it had counted for nobody. */
export function countTitle(state: Known, counts: Counts, owned: OwnedReservation): void {
  const to = countedIn(state, lotOf(owned));
  recount(counts, { from: NOBODY, to, pieces: segmentsOf(owned.lot.title) });
}

/** What is lost counts for nobody any more. */
export function countLoss(
  state: Known,
  counts: Counts,
  owned: OwnedReservation,
  lost: readonly Segment[],
): void {
  const from = countedIn(state, lotOf(owned));
  recount(counts, { from, to: NOBODY, pieces: lost });
}

/**
 * What begins cannot come back any more, nor can what was cut from it come back to whom it was bought
 * from: it counts for these no longer.
 *
 * @param begun what has begun by events that the state does not know; this one not yet
 * @returns for whom it has ceased to count
 */
export function countBeginning(
  state: Pick<MarketState, 'pools' | 'reservations' | 'cuts'>,
  counts: Counts,
  { poolId, reservationId, source }: OwnedReservation,
  begun: Begun = NONE,
): Counted {
  if (source.kind === 'pool') return NOBODY;
  const since: Begun = { has: (id) => id === reservationId || begun.has(id) };
  const changeOf = (lotId: ReservationId): Change => {
    const place = lotOf({ poolId, reservationId: lotId });
    return { from: countedIn(state, place, begun), to: countedIn(state, place, since) };
  };
  const { from, to } = changeOf(reservationId);
  const freed = from.filter((holderId) => !to.includes(holderId));
  const lots = freed.length === 0 ? [] : [reservationId];
  for (let lotId = lots.pop(); lotId !== undefined; lotId = lots.pop()) {
    recountLot(state, counts, lotId, changeOf(lotId));
    lots.push(...returnableTo(state, lotId).filter((id) => !begun.has(id)));
  }
  return freed;
}

/** What of a reservation is still its holder's, and each hold on it with its buyer. */
function recountLot(
  state: Pick<MarketState, 'pools' | 'reservations' | 'cuts'>,
  counts: Counts,
  lotId: ReservationId,
  { from, to }: Change,
): void {
  let { title } = ownedOf(state, lotId).lot;
  for (const cut of cutsOf(state, lotId)) {
    if (cut.status !== 'held') continue;
    title = addOver(title, cut.window, -cut.quantity);
    const pieces = [pieceOf(cut)];
    const [held, heldSince] = [countedWith(from, cut, state), countedWith(to, cut, state)];
    recount(counts, { from: held, to: heldSince, pieces });
  }
  recount(counts, { from, to, pieces: segmentsOf(title) });
}

const lotOf = ({ poolId, reservationId }: Pick<Reservation, 'poolId' | 'reservationId'>): Place => ({
  poolId,
  source: { kind: 'reservation', reservationId },
});

const cutsOf = (
  { cuts, reservations }: Pick<MarketState, 'reservations' | 'cuts'>,
  lotId: ReservationId,
): readonly Reservation[] => [...(cuts.get(lotId) ?? [])].flatMap((id) => reservations.get(id) ?? []);

const returnableTo = (
  state: Pick<MarketState, 'reservations' | 'cuts'>,
  lotId: ReservationId,
): readonly ReservationId[] =>
  cutsOf(state, lotId).flatMap(({ status, reservationId }) => (status === 'scheduled' ? [reservationId] : []));

const pieceOf = ({ window, quantity: value }: Pick<Reservation, 'window' | 'quantity'>): Segment => ({
  window,
  value,
});

interface Change {
  readonly from: Counted;
  readonly to: Counted;
}

function recount(
  counts: Counts,
  { from, to, pieces }: Change & { readonly pieces: readonly Segment[] },
): void {
  const [before, after] = [keyOf(from), keyOf(to)];
  if (before === after) return;
  const lose = from.filter((holderId) => !to.includes(holderId));
  const gain = to.filter((holderId) => !from.includes(holderId));
  for (const { window, value } of pieces) {
    for (const holderId of lose) changePosition(counts, holderId, window, -value);
    for (const holderId of gain) changePosition(counts, holderId, window, value);
    if (from.length > 1) changeShared(counts, before, from, { window, value: -value });
    if (to.length > 1) changeShared(counts, after, to, { window, value });
  }
}

/** The same of the same buyers, in whatever order. */
const keyOf = (counted: Counted): string =>
  counted.length > 1 ? [...counted].sort().join(' ') : (counted[0] ?? '');

function changePosition(
  { positions }: Counts,
  holderId: OrganizationId,
  window: Window,
  change: bigint,
): void {
  const after = addOver(positions.get(holderId) ?? ZERO, window, change);
  if (isZero(after)) positions.delete(holderId);
  else positions.set(holderId, after);
}

function changeShared(
  { shared }: Counts,
  key: string,
  holders: Counted,
  { window, value }: { readonly window: Window; readonly value: bigint },
): void {
  const known = shared.get(key);
  const amount = addOver(known?.amount ?? ZERO, window, value);
  if (isZero(amount)) shared.delete(key);
  else shared.set(key, { holders: known?.holders ?? [...holders].sort(), amount });
}

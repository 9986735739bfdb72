import { apportion } from '../../kernel/apportion.js';
import type { ReservationId } from '../../kernel/ids.js';
import {
  add,
  addOver,
  lower,
  rectangle,
  segmentsOf,
  stretchesOf,
  subtract,
  valueAt,
  ZERO,
  type Segment,
  type StepFunction,
} from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import type { MarketState, OwnedReservation, PoolState } from './market.state.js';
import { chainLengthOf } from './transfer.decide.js';

/** What a reservation loses. */
export interface Share {
  readonly reservation: OwnedReservation;
  /** Of what is still its holder's. */
  readonly lostTitle: StepFunction;
  /** Of all that was bought, parts that were resold included. */
  readonly lost: StepFunction;
}

/** Who loses what when a quantity is taken from a pool. */
export interface Shares {
  /** Of what the provider has not sold. */
  readonly unsold: StepFunction;
  /** Of what was sold: resold parts before what they were cut from. */
  readonly sold: readonly Share[];
}

/** What the provider has not sold goes first; then every title by its share of all of them. */
export function shareOut(
  state: MarketState,
  { root, facts: { poolId } }: PoolState,
  asked: { readonly window: Window; readonly quantity: bigint },
): Shares {
  const whole = rectangle(asked.window, asked.quantity);
  const unsold = lower(whole, root.title);
  // In the order in which they were bought: it decides where shares are equal, and no id does.
  const owned = [...state.reservations.values()].filter(
    (one): one is OwnedReservation => one.status !== 'held' && one.poolId === poolId,
  );
  const losses = lostTitles(owned, segmentsOf(subtract(whole, unsold)));
  const resoldFirst = owned
    .map((one) => ({ one, links: chainLengthOf(state, one) }))
    .sort((a, b) => b.links - a.links)
    .map(({ one }) => one);
  return { unsold, sold: withResold(resoldFirst, losses) };
}

function lostTitles(
  owned: readonly OwnedReservation[],
  sold: readonly Segment[],
): ReadonlyMap<ReservationId, StepFunction> {
  const losses = new Map<ReservationId, StepFunction>();
  const lots = owned.map(({ lot }) => lot.title);
  for (const segment of sold) {
    for (const window of stretchesOf(segment.window, lots)) {
      const titles = owned.map(({ reservationId: id, lot }) => ({
        ...{ id, title: valueAt(lot.title, window.start) },
      }));
      for (const [id, loss] of proRata(segment.value, titles)) {
        losses.set(id, addOver(losses.get(id) ?? ZERO, window, loss));
      }
    }
  }
  return losses;
}

/**
 * Whole units by largest remainder, of equals to who bought last. Nobody loses more than they have: what
 * was delivered to others by now is not there to be taken, where a command comes after an hour that was
 * not over when it was sent.
 *
 * @param titles in the order in which they were bought
 */
export function proRata(
  asked: bigint,
  titles: readonly { readonly id: ReservationId; readonly title: bigint }[],
): ReadonlyMap<ReservationId, bigint> {
  const newestFirst = titles.filter(({ title }) => title > 0n).reverse();
  const whole = newestFirst.reduce((sum, { title }) => sum + title, 0n);
  const lost = apportion(asked < whole ? asked : whole, newestFirst.map(({ title }) => title));
  return new Map(newestFirst.map(({ id }, place) => [id, lost[place] ?? 0n]));
}

/** What is lost of a part is lost of what it was cut from too, up to the provider's own sale. */
function withResold(
  owned: readonly OwnedReservation[],
  losses: ReadonlyMap<ReservationId, StepFunction>,
): readonly Share[] {
  const resold = new Map<ReservationId, StepFunction>();
  return owned.flatMap((reservation) => {
    const { reservationId, source } = reservation;
    const lostTitle = losses.get(reservationId) ?? ZERO;
    const lost = add(lostTitle, resold.get(reservationId) ?? ZERO);
    if (lost.starts.length === 0) return [];
    if (source.kind === 'reservation') {
      const { reservationId: id } = source;
      resold.set(id, add(resold.get(id) ?? ZERO, lost));
    }
    return [{ reservation, lostTitle, lost }];
  });
}

import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { MarketState, Reservation } from '../../src/allocation/model/market.state.js';
import { valueAt, type StepFunction } from '../../src/kernel/step-function.js';
import type { Instant } from '../../src/kernel/time.js';
import { POOL, PROVIDER } from './market.js';

/** Capacity, and everybody for whom it counts. */
export interface Piece {
  readonly counts: ReadonlySet<string>;
  readonly quantity: number;
}

interface Where {
  readonly poolId: string;
  readonly providerId: string;
  readonly at: Instant;
}

/**
 * Who has how much, counted out of the whole tree of reservations for one instant after another: it knows
 * nothing of sums, and nothing of what has changed.
 */
export class NaivePositions {
  private readonly finished: { readonly holderId: string; readonly title: StepFunction }[] = [];

  /** What is over is told by nobody later: its title stays its holder's. To be told before it happens. */
  follow(state: MarketState, event: MarketEvent): void {
    if (event.type !== 'ReservationCompleted') return;
    const one = state.reservations.get(event.reservationId);
    if (one !== undefined && one.status !== 'held') {
      this.finished.push({ holderId: one.holderId, title: one.lot.title });
    }
  }

  of(state: MarketState, holderId: string, at: Instant): number {
    return sumOf(this.at(state, at).filter(({ counts }) => counts.has(holderId)));
  }

  /** What all who have more than so much have together, each token/s once. */
  largeAt(state: MarketState, small: number, at: Instant): number {
    const pieces = this.at(state, at);
    const holders = new Set(pieces.flatMap(({ counts }) => [...counts]));
    const large = [...holders].filter((id) => sumOf(pieces.filter(({ counts }) => counts.has(id))) > small);
    return sumOf(pieces.filter(({ counts }) => large.some((id) => counts.has(id))));
  }

  private at(state: MarketState, at: Instant): readonly Piece[] {
    const over = this.finished.map(({ holderId, title }) => ({
      counts: new Set(holderId === PROVIDER ? [] : [holderId]),
      quantity: Number(valueAt(title, at)),
    }));
    return [...piecesIn(state, { poolId: POOL, providerId: PROVIDER, at }), ...over];
  }
}

/** What is held and owned in a pool at an instant, piece by piece. */
export function piecesIn(state: MarketState, { poolId, providerId, at }: Where): readonly Piece[] {
  const all = [...state.reservations.values()].filter((one) => one.poolId === poolId);
  const isNow = ({ window }: Reservation): boolean => window.start <= at && at < window.end;
  const heldPieces = (sourceId: string | null, counts: ReadonlySet<string>): Piece[] =>
    all
      .filter((one) => one.status === 'held' && isNow(one) && sourceIdOf(one) === sourceId)
      .map((one) => ({
        counts: new Set([...counts, one.holderId].filter((id) => id !== providerId)),
        quantity: Number(one.quantity),
      }));
  const owned = all.flatMap((one) => {
    if (one.status === 'held') return [];
    const counts = chainOf(state, one, providerId);
    const held = heldPieces(one.reservationId, counts);
    return [{ counts, quantity: Number(valueAt(one.lot.title, at)) - sumOf(held) }, ...held];
  });
  return [...owned, ...heldPieces(null, new Set())];
}

/** Its holder, and for as long as it can be given back, everybody its source counts for. */
export function chainOf(state: MarketState, one: Reservation, providerId: string): ReadonlySet<string> {
  const counts = new Set([one.holderId as string]);
  const { source } = one;
  const parent = source.kind === 'reservation' ? state.reservations.get(source.reservationId) : undefined;
  if (one.status === 'scheduled' && parent !== undefined) {
    for (const id of chainOf(state, parent, providerId)) counts.add(id);
  }
  counts.delete(providerId);
  return counts;
}

const sourceIdOf = ({ source }: Reservation): string | null =>
  source.kind === 'reservation' ? source.reservationId : null;

const sumOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { quantity }) => sum + quantity, 0);

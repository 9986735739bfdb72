import type { CurtailPool } from '../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { MarketState, OwnedReservation } from '../../src/allocation/model/market.state.js';
import { fromSegments, valueAt, ZERO } from '../../src/kernel/step-function.js';
import type { Instant } from '../../src/kernel/time.js';

interface NaiveLoss {
  readonly unsold: bigint;
  /** Of their titles, by reservation. */
  readonly titles: ReadonlyMap<string, bigint>;
}

/** Who loses what in one cell: what is not sold first, then unit by unit to whom most of theirs was cut off. */
function lossAt(at: Instant, asked: bigint, root: bigint, owned: readonly OwnedReservation[]): NaiveLoss {
  const unsold = asked < root ? asked : root;
  const titled = owned.map((one, place) => ({ id: one.reservationId as string, place, title: valueAt(one.lot.title, at) }));
  const whole = titled.reduce((sum, { title }) => sum + title, 0n);
  const rest = asked - unsold < whole ? asked - unsold : whole;
  const parts = titled
    .filter(({ title }) => title > 0n)
    .map((one) => ({ ...one, loss: (rest * one.title) / whole, cutOff: (rest * one.title) % whole }));
  let left = rest - parts.reduce((sum, { loss }) => sum + loss, 0n);
  // Of equals who bought last.
  const inTurn = [...parts].sort((a, b) => Number(b.cutOff - a.cutOff) || b.place - a.place);
  for (const part of inTurn) {
    if (left === 0n) break;
    part.loss += 1n;
    left -= 1n;
  }
  return { unsold, titles: new Map(parts.map(({ id, loss }) => [id, loss])) };
}

/** Whether one was cut from another, however many times over. */
function isCutFrom(market: MarketState, one: OwnedReservation, other: OwnedReservation): boolean {
  if (one.source.kind === 'pool') return false;
  const source = market.reservations.get(one.source.reservationId) as OwnedReservation;
  return source === other || isCutFrom(market, source, other);
}

/** Holds who loses what of their title, and of what they bought, against the obvious shares, cell by cell. */
export function checkCurtailment({ poolId, window, quantity }: CurtailPool, events: readonly MarketEvent[], market: MarketState): void {
  const { root, facts } = market.pools.get(poolId)!;
  const owned = [...market.reservations.values()].filter(
    (one): one is OwnedReservation => one.poolId === poolId && one.status !== 'held',
  );
  const taken = events.flatMap((event) => (event.type === 'PoolCurtailed' ? [fromSegments(event.unsold)] : []));
  expect(taken).toHaveLength(1);
  const told = new Map(
    events.flatMap((event) => {
      if (event.type !== 'ReservationCurtailed') return [];
      const { reservationId, lostTitle, lost } = event;
      return [[reservationId, { title: fromSegments(lostTitle), all: fromSegments(lost) }] as const];
    }),
  );
  const looked = owned.map((one) => ({
    told: told.get(one.reservationId) ?? { title: ZERO, all: ZERO },
    own: one.reservationId as string,
    parts: owned.filter((part) => part === one || isCutFrom(market, part, one)),
  }));
  for (let at = window.start; at < window.end; at = (at + facts.grid) as Instant) {
    const { unsold, titles } = lossAt(at, quantity, valueAt(root.title, at), owned);
    const lossOf = (id: string): bigint => titles.get(id) ?? 0n;
    const lost = looked.map(({ own, parts }) => [own, lossOf(own), sum(parts.map(({ reservationId }) => lossOf(reservationId)))]);
    expect(valueAt(taken[0]!, at)).toBe(unsold);
    expect(looked.map(({ own, told: { title, all } }) => [own, valueAt(title, at), valueAt(all, at)])).toEqual(lost);
  }
}

const sum = (values: readonly bigint[]): bigint => values.reduce((all, one) => all + one, 0n);

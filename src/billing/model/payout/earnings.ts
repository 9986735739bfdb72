import type { MicroUsd } from '../../../kernel/money.js';
import { DAY_MS, floorToGrid, plus, type Instant } from '../../../kernel/time.js';
import type { Earnings, Lot } from './earnings.state.js';

/** Stripe moves whole cents. */
const MICRO_USD_PER_CENT = 10_000n;

/** The first instant of a UTC day. */
export const dayOf = (instant: Instant): Instant => floorToGrid(instant, DAY_MS);

/** When a day's earnings may be paid out: the day is over, and what may be credited of it is known. */
export function dueAt({ earnedOn }: Pick<Lot, 'earnedOn'>, holdBackDays: number): Instant {
  return plus(earnedOn, (1 + holdBackDays) * DAY_MS);
}

const keyOf = ({ earnedOn, kind, reservationId, payoutId }: Lot): string =>
  `${earnedOn} ${kind} ${reservationId ?? payoutId ?? ''}`;

export function addLot({ lots }: Earnings, lot: Lot): void {
  const key = keyOf(lot);
  const known = lots.get(key)?.amount ?? 0n;
  lots.set(key, { ...lot, amount: (known + lot.amount) as MicroUsd });
}

/** The oldest days first; within a day as they came. */
const oldestFirst = (lots: Iterable<Lot>): readonly Lot[] =>
  [...lots].sort((a, b) => a.earnedOn - b.earnedOn);

/** Whatever leaves seller payable, for a payout or for a credit, leaves it the oldest first. */
export function takeOldest({ lots }: Earnings, amount: bigint): void {
  for (const part of partsOf(lots.values(), amount)) {
    const key = keyOf(part);
    const left = (lots.get(key)?.amount ?? 0n) - part.amount;
    const { amount: _taken, ...lot } = part;
    if (left === 0n) lots.delete(key);
    else lots.set(key, { ...lot, amount: left as MicroUsd });
  }
}

/** An amount as parts of lots, the oldest first. */
function partsOf(lots: Iterable<Lot>, amount: bigint): readonly Lot[] {
  const parts: Lot[] = [];
  let left = amount;
  for (const lot of oldestFirst(lots)) {
    if (left <= 0n) break;
    const part = lot.amount < left ? lot.amount : left;
    parts.push({ ...lot, amount: part as MicroUsd });
    left -= part;
  }
  return parts;
}

/** What may be paid out at an instant: whole cents, and which lots they are. */
export function dueOf(
  { lots }: Pick<Earnings, 'lots'>,
  holdBackDays: number,
  now: Instant,
): { readonly amount: MicroUsd; readonly lines: readonly Lot[] } {
  const due = [...lots.values()].filter((lot) => dueAt(lot, holdBackDays) <= now);
  const sum = due.reduce((total, { amount }) => total + amount, 0n);
  const amount = (sum - (sum % MICRO_USD_PER_CENT)) as MicroUsd;
  return { amount, lines: partsOf(due, amount) };
}

/** When the next lot comes due; null when all are, or none is there. */
export function nextDue(
  { lots }: Pick<Earnings, 'lots'>,
  holdBackDays: number,
  now: Instant,
): Instant | null {
  const later = [...lots.values()].map((lot) => dueAt(lot, holdBackDays)).filter((at) => at > now);
  return later.length === 0 ? null : (Math.min(...later) as Instant);
}

/** What one day brought of what is payable. */
export interface PayableDay {
  readonly earnedOn: Instant;
  readonly dueAt: Instant;
  readonly amount: MicroUsd;
}

/** All of seller payable by the day it was earned on, the oldest first. */
export function payableDays({ lots }: Pick<Earnings, 'lots'>, holdBackDays: number): readonly PayableDay[] {
  const days = new Map<Instant, MicroUsd>();
  for (const { earnedOn, amount } of oldestFirst(lots.values())) {
    days.set(earnedOn, ((days.get(earnedOn) ?? 0n) + amount) as MicroUsd);
  }
  return [...days].map(([earnedOn, amount]) => ({ earnedOn, dueAt: dueAt({ earnedOn }, holdBackDays), amount }));
}

import type { Purchase } from '../../../allocation/contract.js';
import { divideHalfEven } from '../../../kernel/money.js';
import { durationOf } from '../../../kernel/window.js';
import type { ChargeRow } from './books.tables.js';
import type { Facts } from './focus.columns.js';

/** What was used while a charge's capacity was served. */
export interface ServedUse {
  readonly requests: bigint;
  readonly input: bigint;
  readonly cachedInput: bigint;
  readonly output: bigint;
  readonly reasoning: bigint;
  /** Within the reservation; ten-thousandths of a weighted token. */
  readonly weighted: bigint;
}

/** What was used of a part that a team was handed: it is paid for with the reservation that was bought. */
export interface PartUse {
  readonly reservationId: string;
  readonly teamId: string | null;
  readonly use: ServedUse;
}

/** A charge for delivered capacity, and what was used of it. */
interface Delivered {
  readonly charge: ChargeRow;
  readonly purchase: Purchase | null;
  readonly use: ServedUse | null;
  readonly parts: readonly PartUse[];
}

export const WEIGHTED_TOKEN = 10_000n;

/** What of a charge was used. */
interface Used {
  readonly cost: bigint;
  readonly use: ServedUse;
  /** Which part it is of; nothing for what the organization had itself. */
  readonly part: readonly Facts[];
}

/** What of the amount was used, by whom; all that was used is within the reservation. Rounded where it is summed up. */
export function* usedOf({ charge, purchase, use: own, parts }: Delivered): Generator<Used> {
  const { servedFrom: start, servedTo: end } = charge;
  if (purchase === null || start === null || end === null) return;
  const whole = (purchase.quantity * BigInt(durationOf({ start, end })) * WEIGHTED_TOKEN) / 1_000n;
  let [weighted, told] = [0n, 0n];
  const costOf = (use: ServedUse): bigint => {
    weighted = weighted + use.weighted < whole ? weighted + use.weighted : whole;
    const before = told;
    told = divideHalfEven(charge.amount * weighted, whole);
    return told - before;
  };
  if (own !== null) yield { cost: costOf(own), use: own, part: [] };
  for (const { reservationId: x_PartReservationId, teamId: x_TeamId, use } of parts) {
    yield { cost: costOf(use), use, part: [{ x_PartReservationId, x_TeamId }] };
  }
}

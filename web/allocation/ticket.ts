import { parseUsd } from '../../src/kernel/money.js';
import { parseQuantity } from '../../src/kernel/quantity.js';
import type { Issue } from '../api/refusal.documents.js';
import { QUANTITY_ACCEPTED } from '../ui/form-reader.js';
import { instantOf } from '../ui/time.js';
import type { DepthLevel } from './market.documents.js';
import { totalOf } from './trade.js';

export const TIMES_IN_FORCE = {
  GTC: 'Until it is cancelled',
  GTD: 'Until a time',
  IOC: 'What there is now, the rest never',
  FOK: 'All of it now, or nothing',
} as const;
export type TimeInForce = keyof typeof TIMES_IN_FORCE;

/** What the fields of a bid hold, as typed. */
export interface TicketFields {
  readonly start: string;
  readonly end: string;
  readonly quantity: string;
  readonly price: string;
  readonly minimumFill: string;
  readonly timeInForce: TimeInForce;
  readonly until: string;
}

export interface TicketFacts {
  readonly nowMs: number;
  /** What can be spent; null: nobody is signed in, or it is not known yet. */
  readonly balance: bigint | null;
}

const issue = (field: string, reason: string, accepted: string): Issue => ({ field, reason, accepted });

/**
 * What is wrong so far, in the words of the exchange. An empty field is not wrong yet; what only the
 * exchange can know, it says when it is asked.
 */
export function issuesOf(fields: TicketFields, { nowMs, balance }: TicketFacts): readonly Issue[] {
  const total = totalOf(fields);
  return [
    ...quantityIssues(fields),
    ...windowIssues(fields, nowMs),
    ...(fields.price.trim() === '' || parseUsd(fields.price.trim()).ok
      ? []
      : [issue('limitPrice', 'is no amount', 'US dollars with at most six places, such as 0.0012')]),
    ...(total !== null && balance !== null && total > balance
      ? [issue('limitPrice', 'sets more aside than the wallet holds', 'less of it, or a top-up first')]
      : []),
  ];
}

function quantityIssues({ quantity, minimumFill }: TicketFields): readonly Issue[] {
  const plain = (text: string): string => text.trim().replaceAll(',', '');
  const whole = parseQuantity(plain(quantity));
  const least = parseQuantity(plain(minimumFill));
  return [
    ...(plain(quantity) === '' || whole.ok ? [] : [issue('quantity', 'is no quantity', QUANTITY_ACCEPTED)]),
    ...(plain(minimumFill) === '' || least.ok ? [] : [issue('minimumFill', 'is no quantity', QUANTITY_ACCEPTED)]),
    ...(whole.ok && least.ok && least.value > whole.value
      ? [issue('minimumFill', 'is more than is wanted', `at most ${whole.value} tokens/s`)]
      : []),
  ];
}

function windowIssues({ start, end, timeInForce, until }: TicketFields, nowMs: number): readonly Issue[] {
  const [from, to, last] = [start, end, until].map((field) => Date.parse(instantOf(field) ?? ''));
  if (from === undefined || to === undefined || last === undefined) return [];
  return [
    ...(from < nowMs ? [issue('window.start', 'has begun', 'a time to come')] : []),
    ...(to <= from ? [issue('window.end', 'is not after the start', 'a later time')] : []),
    ...(timeInForce === 'GTD' && last <= nowMs ? [issue('until', 'has passed', 'a time to come')] : []),
  ];
}

export interface Preview {
  /** How much of it the book would fill now. */
  readonly filled: bigint;
  /** The dearest price that is paid for it. */
  readonly worst: bigint | null;
  /** What would wait. */
  readonly waits: bigint;
}

/** What the book as it is would make of a bid; constraints may leave less. Null while it is none. */
export function previewOf(fields: TicketFields, asks: readonly DepthLevel[]): Preview | null {
  const quantity = parseQuantity(fields.quantity.trim().replaceAll(',', ''));
  const limit = parseUsd(fields.price.trim());
  if (!quantity.ok || !limit.ok) return null;
  const within = asks.filter(({ unitPrice }) => BigInt(unitPrice) <= limit.value);
  let filled = 0n;
  let worst: bigint | null = null;
  for (const { quantity: offered, unitPrice } of within) {
    if (filled >= quantity.value) break;
    const rest = quantity.value - filled;
    filled += BigInt(offered) < rest ? BigInt(offered) : rest;
    worst = BigInt(unitPrice);
  }
  return { filled, worst, waits: quantity.value - filled };
}

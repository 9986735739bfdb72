import { microUsd, type MicroUsd } from '../../kernel/money.js';

/** What the lines of one kind come to. */
export interface KindTotal<Kind> {
  readonly kind: Kind;
  readonly count: number;
  readonly amount: MicroUsd;
}

/** Lines by what they are for, the largest sum first, whatever its sign. */
export function totalsOf<Kind>(lines: readonly { readonly kind: Kind; readonly amount: bigint }[]): readonly KindTotal<Kind>[] {
  const totals = new Map<Kind, KindTotal<Kind>>();
  for (const { kind, amount } of lines) {
    const before = totals.get(kind);
    totals.set(kind, { kind, count: (before?.count ?? 0) + 1, amount: microUsd((before?.amount ?? 0n) + amount) });
  }
  return [...totals.values()].sort((one, other) => compare(size(other.amount), size(one.amount)));
}

const size = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
const compare = (one: bigint, other: bigint): number => (one < other ? -1 : Number(one > other));

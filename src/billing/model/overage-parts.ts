import { apportion } from '../../kernel/apportion.js';
import { microUsd, ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import { TOKEN_CLASSES, type MixPart } from '../../metering/contract.js';

/** What of a charge for overage is for tokens of one class that were served at one tier. */
export interface OveragePart extends MixPart {
  /** Above zero; on a credit below. */
  readonly amount: MicroUsd;
}

/**
 * Use above a reservation is of no token in particular: its charge is that of each class and tier by what these weigh
 * of the whole hour, as it was known when it was charged. The parts sum to the charge.
 */
export function overageParts(amount: MicroUsd, mix: readonly MixPart[]): readonly OveragePart[] {
  const amounts = apportion(amount, mix.map(({ tokens, weight }) => tokens * BigInt(weight)));
  return mix.flatMap((part, index) => {
    const own = amounts[index] ?? 0n;
    return own === 0n ? [] : [{ ...part, amount: own as MicroUsd }];
  });
}

/** The first so much of some parts, and the rest of them; of parts that say nothing both are empty. */
export function splitParts(parts: readonly OveragePart[], first: bigint): readonly [OveragePart[], OveragePart[]] {
  const [taken, rest]: [OveragePart[], OveragePart[]] = [[], []];
  let left = first;
  for (const part of parts) {
    const own = part.amount < left ? part.amount : left;
    left -= own;
    if (own > 0n) taken.push({ ...part, amount: own as MicroUsd });
    if (own < part.amount) rest.push({ ...part, amount: (part.amount - own) as MicroUsd });
  }
  return [taken, rest];
}

/** A share of some parts by their size; what the others are less by it. */
export function shareOfParts(parts: readonly OveragePart[], share: bigint): readonly [OveragePart[], OveragePart[]] {
  const amounts = apportion(share, parts.map(({ amount }) => amount));
  const withAmounts = (of: (index: number) => bigint): OveragePart[] =>
    parts.map((part, index) => ({ ...part, amount: of(index) as MicroUsd })).filter(({ amount }) => amount > 0n);
  return [withAmounts((index) => amounts[index] ?? 0n), withAmounts((index) => (parts[index]?.amount ?? 0n) - (amounts[index] ?? 0n))];
}

/** Those of both, by token class and tier; what the second say of their tokens is news. */
export function addParts(known: readonly OveragePart[], more: readonly OveragePart[]): readonly OveragePart[] {
  const sums = new Map(known.map((part) => [groupKey(part), part]));
  for (const part of more) {
    const before = sums.get(groupKey(part))?.amount ?? 0n;
    sums.set(groupKey(part), { ...part, amount: (before + part.amount) as MicroUsd });
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0n).sort(compareGroups);
}

/**
 * What comes back of each part when a charge falls to a total: as much as brings it to what that total is for by the use of the
 * hour as it is known now, and never more than was charged for it. Empty where some of the charge was never told by parts.
 */
export function partsBack(charged: readonly OveragePart[], total: MicroUsd, mix: readonly MixPart[]): readonly OveragePart[] {
  const sum = charged.reduce((all, { amount }) => all + amount, 0n);
  if (sum <= total) return [];
  const due = new Map((mix.length === 0 ? [] : overageParts(total, mix)).map((part) => [groupKey(part), part.amount as bigint]));
  const now = new Map(mix.map((part) => [groupKey(part), part.tokens]));
  const above = charged.flatMap((part) => {
    const more = part.amount - (due.get(groupKey(part)) ?? 0n);
    return more > 0n ? [{ ...part, tokens: now.get(groupKey(part)) ?? 0n, amount: more as MicroUsd }] : [];
  });
  return shareOfParts(above, sum - total)[0];
}

/** On a credit. */
export const asCredit = (parts: readonly OveragePart[]): readonly OveragePart[] =>
  parts.map((part) => ({ ...part, amount: -part.amount as MicroUsd }));

const groupKey = ({ tokenClass, tier }: TokenGroup): string => `${tokenClass} ${tier}`;

/** Which tokens something is for. */
export type TokenGroup = Pick<MixPart, 'tokenClass' | 'tier'>;

/** Classes as they are told, tiers by name; what has none is last. */
export function compareGroups(one: TokenGroup, other: TokenGroup): number {
  if (one.tokenClass !== other.tokenClass) return placeOf(one) - placeOf(other);
  if (one.tier === other.tier) return 0;
  return one.tier !== null && (other.tier === null || one.tier < other.tier) ? -1 : 1;
}

const placeOf = ({ tokenClass }: TokenGroup): number => TOKEN_CLASSES.indexOf(tokenClass);

/** What some charges come to for one class and tier. */
export interface GroupTotal extends TokenGroup {
  /** In how many charges it is. */
  readonly count: number;
  /** Charged. */
  readonly amount: MicroUsd;
  /** What of it came back: not below zero. */
  readonly credited: MicroUsd;
}

/** Overage of some lines by token class and served tier; lines without parts are in none. */
export function groupTotals(lines: readonly { readonly parts: readonly OveragePart[] }[]): readonly GroupTotal[] {
  const totals = new Map<string, GroupTotal>();
  for (const { tokenClass, tier, amount } of lines.flatMap(({ parts }) => parts)) {
    const key = groupKey({ tokenClass, tier });
    const before = totals.get(key) ?? { tokenClass, tier, count: 0, amount: ZERO_USD, credited: ZERO_USD };
    const isCredit = amount < 0n;
    totals.set(key, {
      ...before,
      count: before.count + (isCredit ? 0 : 1),
      amount: microUsd(before.amount + (isCredit ? 0n : amount)),
      credited: microUsd(before.credited - (isCredit ? amount : 0n)),
    });
  }
  return [...totals.values()].sort(compareGroups);
}

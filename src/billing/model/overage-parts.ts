import { apportion } from '../../kernel/apportion.js';
import type { MicroUsd } from '../../kernel/money.js';
import { TOKEN_CLASSES, type MixPart } from '../../metering/contract.js';

/** What of a charge for overage is for tokens of one class that were served at one tier. */
export interface OveragePart extends MixPart {
  /** Above zero. */
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
  readonly amount: MicroUsd;
}

/** Overage of some lines by token class and served tier; lines without parts are in none. */
export function groupTotals(lines: readonly { readonly parts: readonly OveragePart[] }[]): readonly GroupTotal[] {
  const totals = new Map<string, GroupTotal>();
  for (const { tokenClass, tier, amount } of lines.flatMap(({ parts }) => parts)) {
    const key = `${tokenClass} ${tier}`;
    const before = totals.get(key);
    totals.set(key, { tokenClass, tier, count: (before?.count ?? 0) + 1, amount: ((before?.amount ?? 0n) + amount) as MicroUsd });
  }
  return [...totals.values()].sort(compareGroups);
}

import { groupDigits, usd } from '../ui/format.js';

/** What became of a bid that was placed. */
export function outcomeOf({ fills, remaining, spent }: { readonly fills: readonly unknown[]; readonly remaining: string; readonly spent: string }): string {
  if (fills.length === 0) return remaining === '0' ? 'Nothing was filled' : `It waits with ${groupDigits(remaining)} tokens/s`;
  const rest = remaining === '0' ? '' : `; ${groupDigits(remaining)} tokens/s wait`;
  return `Bought for ${usd(spent)}${rest}`;
}

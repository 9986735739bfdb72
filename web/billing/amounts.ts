import type { InvoiceLine } from './finance.documents.js';

// What finance pages work out from what the API says, in text and bigint.

/** What is to be paid of charges and credits; below zero: what is to be got. */
export function netOf({ charges, credits }: { readonly charges: string; readonly credits: string }): bigint {
  return BigInt(charges) - BigInt(credits);
}

export const sumOf = (parts: readonly { readonly amount: string }[]): bigint => parts.reduce((sum, { amount }) => sum + BigInt(amount), 0n);

/** `reserved:<order>` and `escrow:<reservation>` as the account and what it is of. */
export function accountParts(account: string): { readonly name: string; readonly of: string | null } {
  const at = account.indexOf(':');
  return at < 0 ? { name: account, of: null } : { name: account.slice(0, at), of: account.slice(at + 1) };
}

const HOUR_MS = 3_600_000;

/** The hours in which a line's capacity was served; an end that is left out is that of one hour. */
export function servedWindow(served: InvoiceLine['served']): { readonly start: string; readonly end: string } | null {
  if (served === null) return null;
  const { start, end } = served;
  return { start, end: end ?? new Date(Date.parse(start) + HOUR_MS).toISOString() };
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

export const isMonth = (text: string): boolean => MONTH.test(text);

/** The day that a part of a payout was earned on; what came back of another has none of its own. */
export const dayText = (earnedOn: string): string => (earnedOn.startsWith('1970') ? 'came back' : earnedOn.slice(0, 10));

/** Bytes as people read them: `1.4 MB`. */
export function bytesText(bytes: string): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let rest = BigInt(bytes) * 10n;
  let unit = 0;
  while (rest >= 10_000n && unit < units.length - 1) {
    rest /= 1_000n;
    unit += 1;
  }
  const [whole, tenth] = [rest / 10n, rest % 10n];
  return `${whole}${unit > 0 && whole < 100n ? `.${tenth}` : ''} ${units[unit] ?? ''}`;
}

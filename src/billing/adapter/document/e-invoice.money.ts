export const CURRENCY = 'USD';

export const money = (name: string, value: string): object => ({
  [`cbc:${name}`]: value,
  [`cbc:${name}@currencyID`]: CURRENCY,
});

/** Cents as decimal text with two places. */
export function amount(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

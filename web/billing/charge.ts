const CENT = 10_000n;
const LEAST = 50n * CENT;

/** What can be charged for an amount: whole cents, rounded up, and no less than the least that Stripe charges. */
export function chargeFor(amount: bigint): bigint {
  const cents = ((amount + CENT - 1n) / CENT) * CENT;
  return cents < LEAST ? LEAST : cents;
}

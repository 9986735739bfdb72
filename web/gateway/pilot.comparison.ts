/** How the mirror's figure stands to the client's, and whether that is good for the mirror. */
export interface Comparison {
  readonly text: string;
  readonly verdict: 'better' | 'worse' | 'same';
}

/** Within so many per cent two figures are the same: each is off by 1 % at the most. */
const SAME_PERCENT = 2;

/** Null: one of them is missing, or there is nothing to divide by. */
export function compare(client: number | null, mirror: number | null, isLowBetter: boolean): Comparison | null {
  if (client === null || mirror === null || client === 0) return null;
  const difference = Math.round(((mirror - client) / client) * 100);
  if (Math.abs(difference) <= SAME_PERCENT) return { text: 'the same', verdict: 'same' };
  const verdict = difference < 0 === isLowBetter ? 'better' : 'worse';
  return { text: `${difference > 0 ? '+' : '−'}${Math.abs(difference)} %`, verdict };
}

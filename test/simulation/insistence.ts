import type { RawConstraints, RawPromises } from './raw-terms.js';

/** What a bid may insist on of what a pool promises. */
export const INSISTENCES = ['platforms', 'regions', 'residency', 'ttftP95Max', 'streamTokensPerSecondMin'] as const;
export type Insistence = (typeof INSISTENCES)[number];

const isAmong = (asked: readonly string[], given: string): boolean => asked.length === 0 || asked.includes(given);

/** The first thing that is insisted on and not promised; null: everything is. */
export function missingOf(promised: RawPromises, asked: Omit<RawConstraints, 'evidenceMin'>): Insistence | null {
  if (!isAmong(asked.platforms, promised.platform)) return 'platforms';
  if (!isAmong(asked.regions, promised.region)) return 'regions';
  if (asked.residency.length > 0 && !staysWithin(asked.residency, promised.residency)) return 'residency';
  const { ttftP95, streamTokensPerSecondMin: speed } = promised.serviceLevel;
  if (asked.ttftP95Max !== null && ttftP95 > asked.ttftP95Max) return 'ttftP95Max';
  const isSlow = asked.streamTokensPerSecondMin !== null && speed < asked.streamTokensPerSecondMin;
  return isSlow ? 'streamTokensPerSecondMin' : null;
}

/** Who promises no country may send prompts anywhere. */
const staysWithin = (asked: readonly string[], promised: readonly string[]): boolean =>
  promised.length > 0 && promised.every((country) => asked.includes(country));

/** Whether anything of what pools promise is insisted on. */
export const insistsOnAny = ({ platforms, regions, residency, ttftP95Max, streamTokensPerSecondMin }: RawConstraints): boolean =>
  platforms.length + regions.length + residency.length > 0 || ttftP95Max !== null || streamTokensPerSecondMin !== null;

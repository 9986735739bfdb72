import { unless, within, type Issue } from '../../kernel/issue.js';
import { BASIS_POINTS_WHOLE } from '../../kernel/money.js';
import { MINUTE_MS, type Duration } from '../../kernel/time.js';
import type { CreditTerms, ServiceLevel } from './service-level.terms.js';
import { whole } from './whole-number.rules.js';

export const SERVICE_LEVEL_LIMITS = {
  ttftP95Max: (10 * MINUTE_MS) as Duration,
  streamTokensPerSecondMax: 1_000_000,
  samplesMax: 1_000_000,
  steps: 10,
  /** Ten times the objective. */
  missedByMax: 100_000,
} as const;

const L = SERVICE_LEVEL_LIMITS;
const WHOLE = Number(BASIS_POINTS_WHOLE);

export function checkServiceLevel(level: ServiceLevel): readonly Issue[] {
  const { ttftP95, streamTokensPerSecondMin, availability } = level;
  return [
    ...whole('ttftP95Ms', ttftP95, 1, L.ttftP95Max),
    ...whole('streamTokensPerSecondMin', streamTokensPerSecondMin, 1, L.streamTokensPerSecondMax),
    ...whole('availability', availability, 1, WHOLE),
  ];
}

export function checkCredits({ samplesMin, steps }: CreditTerms): readonly Issue[] {
  const isRising = steps.every(({ missedBy, credit }, index) => {
    const before = steps[index - 1];
    if (before === undefined) return missedBy === 0;
    return missedBy > before.missedBy && credit >= before.credit;
  });
  return [
    ...whole('samplesMin', samplesMin, 1, L.samplesMax),
    ...unless(steps.length <= L.steps, {
      field: 'steps',
      reason: 'has too many steps',
      accepted: `at most ${L.steps} steps`,
    }),
    ...unless(isRising, {
      field: 'steps',
      reason: 'is not in order',
      accepted: 'steps by rising miss and credit, the first one with a miss of 0',
    }),
    ...steps.flatMap(({ missedBy, credit }, index) =>
      within(`steps.${index}`, [
        ...whole('missedBy', missedBy, 0, L.missedByMax),
        ...whole('credit', credit, 0, WHOLE),
      ]),
    ),
  ];
}

import { unless, within, type Issue } from '../../kernel/issue.js';
import { BASIS_POINTS_WHOLE } from '../../kernel/money.js';
import { MINUTE_MS, type Duration } from '../../kernel/time.js';
import type { CreditStep, CreditTerms, ServiceLevel } from './service-level.terms.js';
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
  return [
    ...whole('samplesMin', samplesMin, 1, L.samplesMax),
    ...unless(steps.length <= L.steps, {
      field: 'steps',
      reason: 'has too many steps',
      accepted: `at most ${L.steps} steps`,
    }),
    ...steps.flatMap((step, index) => within(`steps.${index}`, checkStep(step, steps[index - 1] ?? null))),
  ];
}

/** By rising miss, and credit that does not fall; the first is for any miss at all. */
function checkStep({ missedBy, credit }: CreditStep, before: CreditStep | null): readonly Issue[] {
  const missed = whole('missedBy', missedBy, 0, L.missedByMax);
  const credited = whole('credit', credit, 0, WHOLE);
  return [
    ...(missed.length > 0 ? missed : checkMiss(missedBy, before)),
    ...(credited.length > 0 || before === null ? credited : checkCredit(credit, before)),
  ];
}

function checkMiss(missedBy: number, before: CreditStep | null): readonly Issue[] {
  const field = 'missedBy';
  if (before === null) return unless(missedBy === 0, { field, reason: 'is not 0', accepted: '0: the first step is for any miss' });
  return unless(missedBy > before.missedBy, { field, reason: 'is not above the step before', accepted: `more than ${before.missedBy}` });
}

function checkCredit(credit: number, before: CreditStep): readonly Issue[] {
  return unless(credit >= before.credit, { field: 'credit', reason: 'is below the step before', accepted: `at least ${before.credit}` });
}

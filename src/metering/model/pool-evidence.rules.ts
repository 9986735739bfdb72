import { DAY_MS, floorToGrid, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Comparison, EvidenceCounts, EvidenceLevel } from './pool-evidence.events.js';

/** What is older says nothing of a pool any more. */
export const EVIDENCE_AGE = (7 * DAY_MS) as Duration;
/** Today and the six UTC days before it: what a level is made of, wherever it is told. */
export const evidenceSince = (now: Instant): Instant => plus(floorToGrid(now, DAY_MS), DAY_MS - EVIDENCE_AGE);

/** From so many requests on figures are evidence. */
export const EVIDENCE_SAMPLES = 100;

/** A day of so many requests, against days of so many, by how much. */
export const REGRESSION = { recentMin: 50, baselineMin: 100, worseBy: 2_500 } as const;
const WHOLE = 10_000;

/** Requests of holders and our own count alike: both went through our gateway and were measured there. */
export function levelOf({ served, probed, isContractKept }: EvidenceCounts): EvidenceLevel {
  if (served + probed >= EVIDENCE_SAMPLES) return 'L3';
  return isContractKept === true ? 'L2' : 'L1';
}

/**
 * `worse`: a time of more than 1.25, or a speed of less than 0.75, of what it was. `unknown`: too few
 * requests on either side; an alarm then stays as it is.
 */
export function verdictOf({ figure, recent, baseline }: Comparison): 'worse' | 'as before' | 'unknown' {
  const { recentMin, baselineMin, worseBy } = REGRESSION;
  if (recent.samples < recentMin || baseline.samples < baselineMin) return 'unknown';
  if (recent.value === null || baseline.value === null) return 'unknown';
  const isWorse =
    figure === 'ttft'
      ? recent.value * WHOLE > baseline.value * (WHOLE + worseBy)
      : recent.value * WHOLE < baseline.value * (WHOLE - worseBy);
  return isWorse ? 'worse' : 'as before';
}

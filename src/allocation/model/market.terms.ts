import type { SaleTerms } from '../../providers/contract.js';

export type {
  CancellationSchedule,
  CurtailmentCause,
  CurtailmentTerms,
  PoolFacts,
  ResaleTerms,
  SaleTerms,
  SetAside,
} from '../../providers/contract.js';
export {
  cancellationFeeOf,
  CURTAILMENT_CAUSES,
  NO_CURTAILMENT_TERMS,
} from '../../providers/contract.js';

/**
 * Which of a pool's terms a sale was made under: 1 for those it was opened with, one more with each
 * change. What was bought keeps its terms, and what is resold of it too.
 */
export type TermsVersion = number;

export function termsOf(versions: readonly SaleTerms[], version: TermsVersion): SaleTerms {
  const terms = versions[version - 1];
  if (terms === undefined) throw new Error(`no terms of version ${version}`);
  return terms;
}

import type { StepFunction } from '../../kernel/step-function.js';
import { ceilToGrid, plus, type Instant } from '../../kernel/time.js';
import type { Cut } from './curtailment.claims.js';
import type { Share } from './curtailment.shares.js';
import type { CurtailPool } from './market.commands.js';
import type { MarketRejection } from './market.rejections.js';
import type { PoolState } from './market.state.js';
import { termsOf, type TermsVersion } from './market.terms.js';

interface Claim {
  readonly termsVersion: TermsVersion;
  readonly loss: StepFunction;
}

/**
 * What was sold is reclaimed by the terms it was sold under, with their notice; so is what is held for
 * a buyer, who was promised it for as long as the hold lasts. Who loses what in one grid cell does not
 * depend on the others, so a later start is accepted as soon as nobody is left who would be wronged.
 */
export function reclaimRefusal(
  { cause, window, now }: CurtailPool,
  { termsVersions, facts: { grid } }: PoolState,
  hit: { readonly sold: readonly Share[]; readonly released: Cut['released'] },
): MarketRejection | null {
  if (cause !== 'reclaim') return null;
  let earliest = window.start;
  let isAgreed = true;
  for (const { termsVersion, loss } of claimsOf(hit)) {
    const { reclaimNotice } = termsOf(termsVersions, termsVersion).curtailment;
    const start = loss.starts.at(0) ?? window.end;
    const from = reclaimNotice === null ? null : plus(now, reclaimNotice);
    if (from !== null && start >= from) continue;
    isAgreed &&= from !== null;
    const next = from === null ? (loss.starts.at(-1) ?? start) : ceilToGrid(from, grid);
    earliest = Math.max(earliest, next) as Instant;
  }
  if (earliest === window.start) return null;
  const earliestStart = earliest < window.end ? earliest : null;
  return { code: isAgreed ? 'RECLAIM_TOO_SOON' : 'RECLAIM_NOT_AGREED', earliestStart };
}

function claimsOf({ sold, released }: Parameters<typeof reclaimRefusal>[2]): readonly Claim[] {
  return [
    ...sold.map(({ reservation: { termsVersion }, lost: loss }) => ({ termsVersion, loss })),
    ...released.map(({ hold: { termsVersion }, taken: loss }) => ({ termsVersion, loss })),
  ];
}

import type { StepFunction } from '../../kernel/step-function.js';
import { ceilToGrid, plus, type Instant } from '../../kernel/time.js';
import { checkNotStarted } from './auction.rules.js';
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
 * a buyer, who was promised it for as long as the hold lasts, and the lot of an auction that has begun,
 * whose bidders were promised that it is sold to the highest of them. Who loses what in one grid cell does not
 * depend on the others, so a later start is accepted as soon as nobody is left who would be wronged.
 */
export function reclaimRefusal(
  { cause, window, now }: CurtailPool,
  pool: PoolState,
  hit: { readonly sold: readonly Share[]; readonly unsold: Cut },
): MarketRejection | null {
  if (cause !== 'reclaim') return null;
  const wronged = claimsOf(hit, now).flatMap((claim) => wrongOf(claim, pool, now) ?? []);
  if (wronged.length === 0) return null;
  const earliest = Math.max(...wronged.map(({ until }) => until)) as Instant;
  const earliestStart = earliest < window.end ? earliest : null;
  const isAgreed = wronged.every((wrong) => wrong.isAgreed);
  return { code: isAgreed ? 'RECLAIM_TOO_SOON' : 'RECLAIM_NOT_AGREED', earliestStart };
}

/** Until when taking something is wrong; null when none of it is. */
function wrongOf(
  { termsVersion, loss }: Claim,
  { termsVersions, facts: { grid } }: PoolState,
  now: Instant,
): { readonly until: Instant; readonly isAgreed: boolean } | null {
  const { reclaimNotice } = termsOf(termsVersions, termsVersion).curtailment;
  const [start] = loss.starts;
  const end = loss.starts.at(-1);
  if (start === undefined || end === undefined) return null;
  if (reclaimNotice === null) return { until: end, isAgreed: false };
  const from = plus(now, reclaimNotice);
  return start >= from ? null : { until: ceilToGrid(from, grid), isAgreed: true };
}

function claimsOf(
  { sold, unsold: { released, reduced } }: Parameters<typeof reclaimRefusal>[2],
  now: Instant,
): readonly Claim[] {
  const auctioned = reduced.filter(({ listing }) => checkNotStarted(listing, now) !== null);
  return [
    ...sold.map(({ reservation: { termsVersion }, lost: loss }) => ({ termsVersion, loss })),
    ...released.map(({ hold: { termsVersion }, taken: loss }) => ({ termsVersion, loss })),
    ...auctioned.map(({ listing: { termsVersion }, taken: loss }) => ({ termsVersion, loss })),
  ];
}

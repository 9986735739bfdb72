import type { ReactNode } from 'react';
import { groupDigits, percent, tokensPerSecond, usd, words } from '../ui/format.js';
import type { Pool } from './providers.documents.js';

/** What is promised in one line: where, on what, how fast. */
export function PoolLine({ pool }: { readonly pool: Pool }): ReactNode {
  const { platform, region, serviceLevel, profile } = pool;
  return (
    <span className="pool-line">
      {`${platform} · ${region} · ${words(profile.tier)} · first token p95 ≤ ${serviceLevel.ttftP95Ms} ms · ≥ ${tokensPerSecond(String(serviceLevel.streamTokensPerSecondMin))} a stream`}
    </span>
  );
}

/** Everything one buys with it. */
export function PoolFacts({ pool }: { readonly pool: Pool }): ReactNode {
  const { profile, serviceLevel, terms, residency } = pool;
  const rows: readonly (readonly [string, string])[] = [
    ['Platform', `${pool.platform}, ${pool.region}`],
    ['Prompts stay in', residency.length === 0 ? 'no promise' : residency.join(', ')],
    ['Runtime', `${profile.runtime}, profile version ${pool.profileVersion}`],
    ['Context', `${groupDigits(String(profile.contextLength))} tokens`],
    ['Tier', words(profile.tier)],
    ['Time to first token', `p95 at most ${serviceLevel.ttftP95Ms} ms`],
    ['One stream', `at least ${tokensPerSecond(String(serviceLevel.streamTokensPerSecondMin))}`],
    ['Availability', percent(serviceLevel.availability)],
    ['Tokens weigh', weights(profile.weights)],
    ['Above the reservation', overage(terms.overagePrice)],
    ['Cancelling costs', cancellation(terms.cancellation)],
    ['Taken back', curtailment(terms.curtailment)],
    ['An hour below that', credits(terms.credits)],
    ['Resale', resale(terms.resale)],
    ['Traded in lots of', `${groupDigits(pool.lotSize)} tokens/s`],
    ['One buyer', terms.buyerShareMax === null ? 'any share' : `at most ${percent(terms.buyerShareMax)}`],
    ['For small buyers', setAside(terms.setAside)],
  ];
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function weights({ input, cachedInput, reasoning }: Pool['profile']['weights']): string {
  return `input ${percent(input)}, cached ${percent(cachedInput)}, reasoning ${percent(reasoning)} of an output token`;
}

function overage(price: string | null): string {
  return price === null ? 'not charged for' : `${usd(price)} per million weighted tokens`;
}

function cancellation(steps: Pool['terms']['cancellation']): string {
  const said = steps.map(({ noticeHours, fee }) =>
    noticeHours === 0 ? `${percent(fee)} after that` : `${percent(fee)} until ${noticeHours} h before the start`,
  );
  return steps.length === 1 ? percent(steps[0]?.fee ?? 0) : said.join(', ');
}

function curtailment({ reclaimNoticeHours, ...penalty }: Pool['terms']['curtailment']): string {
  const outage = `after an outage: refund and ${percent(penalty.outagePenalty)}`;
  if (reclaimNoticeHours === null) return `${outage}; otherwise never`;
  return `${outage}; with ${reclaimNoticeHours} h notice: refund and ${percent(penalty.reclaimPenalty)}`;
}

function setAside(kept: Pool['terms']['setAside']): string {
  if (kept === null) return 'nothing is set aside';
  const who = `who holds at most ${groupDigits(kept.smallBuyerMax)} tokens/s`;
  return `${percent(kept.share)} is for ${who}, until ${kept.releasedBeforeHours} h before each hour or day`;
}

const LEFT_OUT = { OVER_LIMIT: 'use above the reservation', TOO_LONG: 'prompts longer than the context', BATCH: 'batch' } as const;

function credits({ samplesMin, exclusions, steps }: Pool['terms']['credits']): string {
  if (steps.length === 0) return 'costs nothing';
  const said = steps.map(({ missedBy, credit }) =>
    missedBy === 0 ? `${percent(credit)} of its price back` : `${percent(credit)} if by more than ${percent(missedBy)}`,
  );
  const leftOut = exclusions.length === 0 ? '' : `, without ${exclusions.map((one) => LEFT_OUT[one]).join(', ')}`;
  return `${said.join(', ')}; judged by the hour, from ${groupDigits(String(samplesMin))} requests on${leftOut}`;
}

function resale({ isTransferable, hopsMax, royalty, priceCap, holdingTimeMinutes }: Pool['terms']['resale']): string {
  if (!isTransferable) return 'not allowed';
  const parts = [
    `up to ${hopsMax} times`,
    `royalty ${percent(royalty)}`,
    ...(priceCap === null ? [] : [`at most ${percent(priceCap)} of what was paid`]),
    ...(holdingTimeMinutes === 0 ? [] : [`after ${holdingTimeMinutes} min`]),
  ];
  return parts.join(', ');
}

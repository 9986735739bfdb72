import type { CountDispute, UsageHour } from '../../platform/prisma/generated/client.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import type { UsageTerms } from '../../providers/contract.js';
import {
  COUNT_POSITIONS,
  type CountEvidence,
  type CountPosition,
  type CountSample,
} from '../model/count-dispute.events.js';
import { concederOf, differenceOf } from '../model/count-dispute.rules.js';
import { rate, weightedOf, type WeightedTokens } from '../model/rating.js';
import { addUsage, isFit, type TokenCounts } from '../model/token-counts.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { CountDisputeType, CountedTokensType, CountStakeType } from './count-dispute.types.js';

/** Bigints stand as decimal text in the columns. */
type Texts<T> = { readonly [Key in keyof T]: T[Key] extends bigint ? string : T[Key] };

/** A dispute, and its hour as it is rated now. */
export interface ShownDispute {
  readonly row: CountDispute;
  readonly rated: UsageHour | null;
}

export function showDispute({ row, rated }: ShownDispute): CountDisputeType {
  const { reservationId, hour, revision: evidenceRevision, state, records: requests, differing } = row;
  const { openedAt, until, position, concededBy, note, endedAt } = row;
  const evidence = evidenceOf(row);
  const terms = termsOf(row);
  const rule = row.rule as unknown as { readonly tolerance: BasisPoints; readonly least: string };
  return {
    ...{ reservationId, hour, evidenceRevision, state, requests, differing },
    billed: showTokens(evidence.billed, terms),
    positions: COUNT_POSITIONS.map((one) => showStake(one, evidence, { row, rated, terms })),
    samples: evidence.samples,
    rule: { tolerance: rule.tolerance, least: BigInt(rule.least) as WeightedTokens },
    ...{ openedAt, until, position, concededBy, note, endedAt },
  };
}

function showStake(
  position: CountPosition,
  evidence: CountEvidence,
  { row, rated, terms }: ShownDispute & { readonly terms: UsageTerms },
): CountStakeType {
  const [holderId, providerId] = [row.holderId, row.providerId] as [OrganizationId, OrganizationId];
  const parties = { holderId, providerId, weights: terms.weights };
  return {
    position,
    tokens: showTokens(evidence[position], terms),
    conceder: concederOf(evidence, position, parties),
    overageChange: row.state === 'open' && rated !== null ? changeOf(position, evidence, { rated, terms }) : null,
  };
}

/** By the formula that a concession is rated by. */
function changeOf(
  position: CountPosition,
  evidence: CountEvidence,
  { rated, terms }: { readonly rated: UsageHour; readonly terms: UsageTerms },
): bigint | null {
  const whole = (value: UsageHour['weighted']): bigint => BigInt(value.toFixed(0));
  const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = rated;
  const [input, cachedInput] = [whole(inputTokens), whole(cachedTokens)];
  const counts = { input, cachedInput, output: whole(outputTokens), reasoning: whole(reasoningTokens) };
  const before = { events: whole(rated.events), counts };
  const after = addUsage(before, { events: 0n, counts: differenceOf(evidence, position) });
  if (!isFit(after.counts)) return null;
  const { overageAmount } = rate(after.counts, whole(rated.entitled) as WeightedTokens, terms);
  return overageAmount - whole(rated.overageAmount);
}

function showTokens(counts: TokenCounts, { weights }: UsageTerms): CountedTokensType {
  return { ...counts, weighted: weightedOf(counts, weights) };
}

function evidenceOf({ records, differing, billed, counted, claimed, samples }: CountDispute): CountEvidence {
  const shown = samples as unknown as readonly (Omit<Texts<CountSample>, 'claimed'> & { readonly claimed: string | null })[];
  return {
    ...{ records, differing },
    ...{ billed: countsOf(billed), counted: countsOf(counted), claimed: countsOf(claimed) },
    samples: shown.map((sample) => ({
      ...sample,
      ...{ billed: BigInt(sample.billed), counted: BigInt(sample.counted) },
      claimed: sample.claimed === null ? null : BigInt(sample.claimed),
    })),
  };
}

function countsOf(column: unknown): TokenCounts {
  const { input, cachedInput, output, reasoning } = column as Texts<TokenCounts>;
  return {
    input: BigInt(input),
    cachedInput: BigInt(cachedInput),
    output: BigInt(output),
    reasoning: BigInt(reasoning),
  };
}

function termsOf({ terms }: CountDispute): UsageTerms {
  const { overagePrice, ...others } = terms as unknown as Omit<UsageTerms, 'overagePrice'> & {
    readonly overagePrice: string | null;
  };
  const price = overagePrice === null ? null : (BigInt(overagePrice) as MicroUsd);
  return { ...others, overagePrice: price };
}

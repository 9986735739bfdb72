import type { UnitPrice } from '../../kernel/money.js';
import type { TokenWeights } from '../../providers/contract.js';
import { weightedOf, WEIGHTED_TOKEN, type TokenCounts, type WeightedTokens } from '../../metering/contract.js';
import { inputMaxOf, type Bounds } from './billing.rules.js';
import { capacityOf } from './bucket.js';
import type { InferenceRequest } from './inference.request.js';

/** How long an answer may be when the client does not say. */
export const OUTPUT_TOKENS_DEFAULT = 4_096;

/** The most a request can cost on a lane, and what the upstream is told so that it stays true. */
export interface Estimate {
  readonly weighted: WeightedTokens;
  readonly bounds: Bounds;
  /** `max_tokens` of each choice; null for embeddings. */
  readonly outputTokens: number | null;
}

/** Why a lane cannot serve a request at all. */
export type Unfit =
  | { readonly kind: 'context'; readonly contextLength: number }
  /** More than its bucket ever holds; `outputMax`: how long an answer it could serve, at least 1 or none. */
  | { readonly kind: 'slice'; readonly outputMax: number };

interface LaneSize {
  readonly weights: TokenWeights;
  readonly contextLength: number;
  readonly rate: bigint;
}

/** What a request is set aside for: its prompt at the bound, its answer at the limit, each at its weight. */
export function estimate(request: InferenceRequest, lane: LaneSize): Estimate | Unfit {
  const { contextTokens, operation } = request;
  const room = lane.contextLength - contextTokens;
  if (operation === 'embedding') {
    if (room < 0) return { kind: 'context', contextLength: lane.contextLength };
    return estimateOf(request, lane.weights, null);
  }
  const wanted = request.outputTokensMax ?? 1;
  if (room < wanted) return { kind: 'context', contextLength: lane.contextLength };
  const outputMax = outputThatFits(request, lane);
  if (outputMax < wanted) return { kind: 'slice', outputMax };
  const cap = request.outputTokensCap ?? OUTPUT_TOKENS_DEFAULT;
  const unsaid = Math.min(OUTPUT_TOKENS_DEFAULT, cap, room, outputMax);
  return estimateOf(request, lane.weights, request.outputTokensMax ?? unsaid);
}

/** For an endpoint whose limits are its own: where neither client nor key set one, none is set for it. */
export function estimateUnlimited({
  promptTokens,
  operation,
  outputTokensMax,
  outputTokensCap,
  choices,
}: InferenceRequest): Estimate {
  const outputTokens = outputTokensMax ?? outputTokensCap;
  const output = outputTokens === null ? Number.MAX_SAFE_INTEGER : outputTokens * choices;
  const outputMax = operation === 'embedding' ? 0 : output;
  const bounds = { promptTokens, outputMax };
  return { weighted: 0n as WeightedTokens, bounds, outputTokens };
}

export const isEstimate = (found: Estimate | Unfit): found is Estimate => !('kind' in found);

/** Reasoning may weigh more than an answer, and nobody knows before how much of it there will be. */
const heavier = ({ reasoning }: TokenWeights): bigint =>
  BigInt(reasoning) > WEIGHTED_TOKEN ? BigInt(reasoning) : WEIGHTED_TOKEN;

const inputCost = ({ promptTokens }: InferenceRequest, { input }: TokenWeights): bigint =>
  BigInt(inputMaxOf(promptTokens)) * BigInt(input);

/** Tokens of each answer that a full bucket could serve; batch leaves a quarter of it. */
function outputThatFits(request: InferenceRequest, { weights, rate }: LaneSize): number {
  const capacity = capacityOf(rate);
  const usable = request.tier === 'batch' ? capacity - capacity / 4n : capacity;
  const left = usable - inputCost(request, weights);
  if (left <= 0n) return 0;
  const tokens = left / (heavier(weights) * BigInt(request.choices));
  return tokens > 1_000_000_000n ? 1_000_000_000 : Number(tokens);
}

function estimateOf(
  request: InferenceRequest,
  weights: TokenWeights,
  outputTokens: number | null,
): Estimate {
  const outputMax = (outputTokens ?? 0) * request.choices;
  const weighted = inputCost(request, weights) + BigInt(outputMax) * heavier(weights);
  const bounds = { promptTokens: request.promptTokens, outputMax };
  return { weighted: weighted as WeightedTokens, bounds, outputTokens };
}

/**
 * What a request would cost by a lane's price if it used all that is set aside for it. Lanes are compared by it: of two
 * at one price, the one where a long prompt weighs less is cheaper for who sends long prompts.
 */
export function costOf(request: InferenceRequest, { unitPrice, weights }: { readonly unitPrice: UnitPrice; readonly weights: TokenWeights }): number {
  const { operation, outputTokensMax, outputTokensCap } = request;
  const outputTokens = operation === 'embedding' ? null : (outputTokensMax ?? outputTokensCap ?? OUTPUT_TOKENS_DEFAULT);
  return Number(unitPrice) * Number(estimateOf(request, weights, outputTokens).weighted);
}

/** What of an estimate was not used. A bill is bounded by what it was estimated from. */
export function unusedOf(
  { weighted }: Pick<Estimate, 'weighted'>,
  counts: TokenCounts,
  weights: TokenWeights,
): bigint {
  const used = weightedOf(counts, weights);
  return used < weighted ? weighted - used : 0n;
}

import type { TokenCounts } from '../../metering/contract.js';
import { errorBody, type InferenceError } from './inference.error.js';
import { outputNameOf, type Operation, type RequestBody } from './inference.request.js';
import type { Tier } from './tier.js';
import { VENDOR_FACTS, type VendorName } from './vendor.facts.js';

/** What is billed, in OpenAI's words. */
export function showUsage({ input, cachedInput, output, reasoning }: TokenCounts): object {
  return {
    prompt_tokens: Number(input),
    completion_tokens: Number(output),
    total_tokens: Number(input + output),
    prompt_tokens_details: { cached_tokens: Number(cachedInput) },
    completion_tokens_details: { reasoning_tokens: Number(reasoning) },
  };
}

export const DONE_FRAME = 'data: [DONE]\n\n';

/** The chunk before the end of a stream whose client asked for the usage. */
export function usageFrame(head: RequestBody | null, counts: TokenCounts): string {
  const { id, object, created, model, system_fingerprint: fingerprint } = head ?? {};
  const chunk = { id, object, created, model, system_fingerprint: fingerprint, choices: [] };
  return `data: ${JSON.stringify({ ...chunk, usage: showUsage(counts) })}\n\n`;
}

/** The last of a stream that did not come to its end. */
export function errorFrame(error: InferenceError): string {
  return `data: ${JSON.stringify(errorBody(error))}\n\n`;
}

interface Asked {
  readonly operation: Operation;
  readonly body: RequestBody;
  readonly isStream: boolean;
  readonly tier: Tier;
}

/** Who is asked, what the model is called there, and how long an answer may be. */
export interface Target {
  readonly vendor: VendorName;
  readonly model: string;
  readonly outputTokens: number | null;
}

/** What the upstream is asked: the client's words, with the model's name there and a bound on the answer. */
export function upstreamBody(
  { operation, body, isStream, tier }: Asked,
  { vendor, model, outputTokens }: Target,
): RequestBody {
  const { serviceTiers, outputLimit } = VENDOR_FACTS[vendor];
  const serviceTier = serviceTiers[tier];
  // One bound under one name: of two a server might take the other one.
  const { service_tier: _tier, stream_options: _options, max_tokens: _older, max_completion_tokens: _newer, ...asked } = body;
  const named = operation === 'completion' ? 'max_tokens' : outputLimit;
  const limit = named === 'as-asked' ? outputNameOf(body) : named;
  return {
    ...asked,
    model,
    ...(serviceTier === undefined ? {} : { service_tier: serviceTier }),
    ...(operation === 'embedding' || outputTokens === null ? {} : { [limit]: outputTokens }),
    ...(isStream ? { stream_options: { include_usage: true } } : {}),
  };
}

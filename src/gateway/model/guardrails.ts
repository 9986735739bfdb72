import { err, ok, type Result } from '../../kernel/result.js';
import type { Issue } from '../../kernel/issue.js';
import { contentNameOf, outputNameOf, type InferenceRequest } from './inference.request.js';
import { rankOf, type Tier } from './tier.js';

/** What an organization forbids its own keys, and how it wants them served. All of it is off until it is set. */
export interface Guardrails {
  /** Prompt, by our rule, and answer together; null: no cap. */
  readonly contextTokensMax: number | null;
  /** Of each answer; null: no cap. */
  readonly outputTokensMax: number | null;
  readonly coalescing: Coalescing | null;
  readonly deadline: Deadline | null;
}

/** Fewer, larger chunks while a key has many streams under way. */
export interface Coalescing {
  /** How long a token may wait for those after it, in milliseconds. */
  readonly windowMs: number;
  /** Streams of the key, in one process, from which on it is done; 1: always. */
  readonly fromStreams: number;
}

/** What happens to a request of whose answer nothing has come by then. */
export interface Deadline {
  /** From the last byte of the request on, in milliseconds. */
  readonly afterMs: number;
  /** Waits on at this tier, if it is lower than its own; null: it is refused. */
  readonly lowerTo: Tier | null;
}

export const NO_GUARDRAILS: Guardrails = {
  ...{ contextTokensMax: null, outputTokensMax: null, coalescing: null, deadline: null },
};

export const GUARDRAIL_LIMITS = {
  contextTokensMax: 10_000_000,
  outputTokensMax: 1_000_000,
  windowMs: 1_000,
  fromStreams: 10_000,
  afterMs: 600_000,
} as const;

/** What of a request a cap forbids: the context as a whole, or the length of the answer. */
export interface CapIssue extends Issue {
  readonly cap: 'context' | 'output';
}

/**
 * Holds a request against its key's caps. Where the client does not say how long its answer may be, the caps
 * say it; what the client says is refused, never cut.
 */
export function applyCaps(
  request: InferenceRequest,
  { contextTokensMax, outputTokensMax }: Guardrails,
): Result<InferenceRequest, CapIssue> {
  const issue = issueOfContext(request, contextTokensMax) ?? issueOfOutput(request, outputTokensMax);
  if (issue !== null) return err(issue);
  const room = contextTokensMax === null ? null : contextTokensMax - request.promptTokens;
  const caps = [room, outputTokensMax].filter((cap) => cap !== null);
  return ok(caps.length === 0 ? request : { ...request, outputTokensCap: Math.min(...caps) });
}

function issueOfContext(
  { operation, body, promptTokens, outputTokensMax }: InferenceRequest,
  max: number | null,
): CapIssue | null {
  if (max === null) return null;
  const answer = operation === 'embedding' ? 0 : 1;
  const forPrompt = max - answer;
  if (promptTokens > forPrompt) {
    return {
      ...{ cap: 'context', field: contentNameOf(operation) },
      reason: `has ${promptTokens} tokens by our count, which is more than this key may send`,
      accepted: `at most ${forPrompt} tokens`,
    };
  }
  if (promptTokens + (outputTokensMax ?? 0) <= max) return null;
  return {
    ...{ cap: 'context', field: outputNameOf(body) },
    reason: `and a prompt of ${promptTokens} tokens are more than the ${max} that this key may use in one request`,
    accepted: `a whole number from 1 to ${max - promptTokens}`,
  };
}

function issueOfOutput(
  { body, outputTokensMax }: InferenceRequest,
  max: number | null,
): CapIssue | null {
  if (max === null || outputTokensMax === null || outputTokensMax <= max) return null;
  return {
    ...{ cap: 'output', field: outputNameOf(body) },
    reason: 'is more than this key may ask for',
    accepted: `a whole number from 1 to ${max}`,
  };
}

/** How a request waits at its tier: until a deadline or not, and what comes then. */
export type Waiting =
  | { readonly kind: 'own-tier'; readonly patienceMs: number | null }
  /** By `patienceMs` it moves; 0: at once. */
  | { readonly kind: 'lowers'; readonly patienceMs: number; readonly to: Tier }
  | { readonly kind: 'refused-after'; readonly patienceMs: number; readonly afterMs: number };

/** `waitedMs`: since its last byte came. */
export function waitingOf(tier: Tier, deadline: Deadline | null, waitedMs: number): Waiting {
  if (deadline === null) return { kind: 'own-tier', patienceMs: null };
  const { afterMs, lowerTo } = deadline;
  const patienceMs = Math.max(0, Math.floor(afterMs - waitedMs));
  if (lowerTo === null) return { kind: 'refused-after', patienceMs, afterMs };
  if (rankOf(lowerTo) <= rankOf(tier)) return { kind: 'own-tier', patienceMs: null };
  return { kind: 'lowers', patienceMs, to: lowerTo };
}

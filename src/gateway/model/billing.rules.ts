import { assertNever } from '../../kernel/assert.js';
import type { TokenCounts } from '../../metering/contract.js';
import { isObject } from './inference.request.js';
import { arePiecesTokens, areShort, outputOf, tokensOf, type OwnCount } from './token.count.js';

/** What an upstream says was used, in whole tokens. */
export interface Claim {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly reasoning: number;
}

/** What was claimed in the course of one answer. */
export type Claimed =
  | { readonly kind: 'none' }
  /** Negative, a fraction, not a number, beyond 10^12, or no usage at all. */
  | { readonly kind: 'unfit' }
  | { readonly kind: 'one'; readonly claim: Claim }
  /** Claims that differ: the lowest of them. */
  | { readonly kind: 'several'; readonly claim: Claim };

/** Why somebody should look at it, first that holds. */
export const DISPUTES = [
  'no-claim',
  'unfit-claim',
  'several-claims',
  'output-lower',
  'output-higher',
  'reasoning-higher',
  'input-higher',
  // Nothing is billed otherwise for it.
  'short-pieces',
] as const;
export type Dispute = (typeof DISPUTES)[number];

/** What a request is charged for, and whether that is disputed. */
export interface Bill {
  readonly counts: TokenCounts;
  readonly dispute: Dispute | null;
}

/** What was asked for: no answer is billed above it. */
export interface Bounds {
  readonly promptTokens: number;
  /** All choices together; 0 for embeddings. */
  readonly outputMax: number;
}

const COUNTED = ['input', 'cachedInput', 'output', 'reasoning'] as const satisfies readonly (keyof Claim & keyof TokenCounts)[];
const CLAIM_MAX = 1_000_000_000_000;
/** Servers count ends of text and marks that nobody sees. */
const TOLERANCE_TOKENS = 8;
/** Of our count: where pieces are tokens, and where only bytes are known. */
const TOLERANCE_PIECES = 0.1;
const TOLERANCE_BYTES = 0.35;

/** No prompt is billed above this: the estimate is by bytes, and scripts and templates differ. */
export function inputMaxOf(promptTokens: number): number {
  return Math.ceil(promptTokens * 1.5) + 64;
}

/** Reads a claim; null when one of its counts is none. */
export function readClaim(usage: unknown): Claim | null {
  if (!isObject(usage)) return null;
  const input = usage['prompt_tokens'];
  const output = usage['completion_tokens'] ?? 0;
  const cached = detail(usage['prompt_tokens_details'], 'cached_tokens');
  const reasoning = detail(usage['completion_tokens_details'], 'reasoning_tokens');
  if (![input, output, cached, reasoning].every(isCount)) return null;
  const claim = { input, output, cachedInput: cached, reasoning } as Claim;
  return claim.cachedInput <= claim.input && claim.reasoning <= claim.output ? claim : null;
}

const detail = (details: unknown, name: string): unknown =>
  isObject(details) ? (details[name] ?? 0) : 0;

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= CLAIM_MAX;
}

export function addClaim(before: Claimed, usage: unknown): Claimed {
  const claim = readClaim(usage);
  if (claim === null || before.kind === 'unfit') return { kind: 'unfit' };
  if (before.kind === 'none') return { kind: 'one', claim };
  const isSame = COUNTED.every((name) => before.claim[name] === claim[name]);
  if (isSame) return before;
  return { kind: 'several', claim: claim.output < before.claim.output ? claim : before.claim };
}

/** Whether the upstream says, once, just what is billed. */
export function isClaimed(counts: TokenCounts, claimed: Claimed): boolean {
  if (claimed.kind !== 'one') return false;
  const { claim } = claimed;
  return COUNTED.every((name) => counts[name] === BigInt(claim[name]));
}

/** Of an answer that came to its end: the claim, unless our count says otherwise; then the lower one. */
export function billWhole(own: OwnCount, claimed: Claimed, bounds: Bounds): Bill {
  switch (claimed.kind) {
    case 'none':
      return { ...billForwarded(own, bounds), dispute: 'no-claim' };
    case 'unfit':
      return { ...billForwarded(own, bounds), dispute: 'unfit-claim' };
    case 'one':
      return billClaim(own, claimed.claim, bounds);
    case 'several':
      return { ...billClaim(own, claimed.claim, bounds), dispute: 'several-claims' };
    default:
      return assertNever(claimed);
  }
}

function billClaim(own: OwnCount, claim: Claim, bounds: Bounds): Bill {
  const inputMax = inputMaxOf(bounds.promptTokens);
  const input = Math.min(claim.input, inputMax);
  const outputDispute = disputeOfOutput(claim, own, bounds);
  const { output, reasoning } = outputDispute === null ? claim : lowerOutput(claim, own);
  const isThoughtFit = reasoning <= thoughtMaxOf(own);
  const billed = { input, cachedInput: claim.cachedInput, output, reasoning: isThoughtFit ? reasoning : tokensOf(own.reasoning) };
  const others = [
    isThoughtFit ? null : 'reasoning-higher',
    claim.input <= inputMax ? null : 'input-higher',
    areShort(own) ? 'short-pieces' : null,
  ] as const;
  return { counts: countsOf(billed, bounds), dispute: outputDispute ?? others.find((one) => one !== null) ?? null };
}

function disputeOfOutput({ output }: Claim, own: OwnCount, { outputMax }: Bounds): Dispute | null {
  const difference = outputMax === 0 ? 0 : output - outputOf(own);
  if (Math.abs(difference) <= toleranceOf(own)) return null;
  return difference < 0 ? 'output-lower' : 'output-higher';
}

/** Thought that was not forwarded is not billed. */
function lowerOutput(claim: Claim, own: OwnCount): Pick<Claim, 'output' | 'reasoning'> {
  return {
    output: Math.min(claim.output, outputOf(own)),
    reasoning: Math.min(claim.reasoning, tokensOf(own.reasoning)),
  };
}

/** Of an answer that was cut short: what was forwarded. Nothing, when nothing was. */
export function billForwarded(own: OwnCount, bounds: Bounds): Bill {
  const output = outputOf(own);
  const input = output === 0 && bounds.outputMax > 0 ? 0 : bounds.promptTokens;
  const reasoning = tokensOf(own.reasoning);
  return { counts: countsOf({ input, cachedInput: 0, output, reasoning }, bounds), dispute: null };
}

/** Thought may weigh more than an answer: what was not seen as such is not billed as such. */
function thoughtMaxOf({ reasoning }: OwnCount): number {
  const tokens = tokensOf(reasoning);
  return tokens + toleranceFor(tokens, arePiecesTokens(reasoning));
}

function toleranceOf(own: OwnCount): number {
  return toleranceFor(outputOf(own), arePiecesTokens(own.answer) && arePiecesTokens(own.reasoning));
}

function toleranceFor(tokens: number, areTokens: boolean): number {
  const share = areTokens ? TOLERANCE_PIECES : TOLERANCE_BYTES;
  return Math.max(TOLERANCE_TOKENS, Math.floor(tokens * share));
}

function countsOf(claim: Claim, { outputMax }: Bounds): TokenCounts {
  const output = Math.min(claim.output, outputMax);
  return {
    input: BigInt(claim.input),
    cachedInput: BigInt(Math.min(claim.cachedInput, claim.input)),
    output: BigInt(output),
    reasoning: BigInt(Math.min(claim.reasoning, output)),
  };
}

import { estimate, isEstimate } from './estimate.js';
import { applyCaps, NO_GUARDRAILS, waitingOf, type Deadline, type Guardrails } from './guardrails.js';
import { readInference, type InferenceRequest, type Operation, type RequestBody } from './inference.request.js';
import type { BasisPoints } from '../../kernel/money.js';

const NO_HINTS = { tier: undefined, lane: undefined, ttft: undefined, tpot: undefined };
/** 4,000 bytes in one message are 1,008 tokens by our count. */
const PROMPT = [{ role: 'user', content: 'x'.repeat(4_000) }];

function request(changes: RequestBody = {}, operation: Operation = 'chat'): InferenceRequest {
  const content = { chat: { messages: PROMPT }, completion: { prompt: 'x'.repeat(4_000) }, embedding: { input: 'x'.repeat(4_000) } };
  const read = readInference(operation, { model: 'm', ...content[operation], ...changes }, NO_HINTS);
  if (!read.ok) throw new Error(read.error.field);
  return read.value;
}

const apply = (caps: Partial<Guardrails>, asked: InferenceRequest) =>
  applyCaps(asked, { ...NO_GUARDRAILS, ...caps });

describe('the caps of a key', () => {
  it('are off until they are set', () => {
    const asked = request({ max_tokens: 1_000_000 });
    expect(applyCaps(asked, NO_GUARDRAILS)).toEqual({ ok: true, value: asked });
    expect(asked.promptTokens).toBe(1_008);
  });

  it.each<readonly [string, Partial<Guardrails>, RequestBody, readonly [string, string]]>([
    ['a prompt', { contextTokensMax: 1_008 }, {}, ['messages', 'at most 1007 tokens']],
    ['an answer in a context', { contextTokensMax: 1_500 }, { max_tokens: 493 }, ['max_tokens', 'a whole number from 1 to 492']],
    ['an answer', { outputTokensMax: 500 }, { max_tokens: 501 }, ['max_tokens', 'a whole number from 1 to 500']],
    ['by its newer name', { outputTokensMax: 500 }, { max_completion_tokens: 501 }, ['max_completion_tokens', 'a whole number from 1 to 500']],
    ['the context first', { contextTokensMax: 900, outputTokensMax: 1 }, { max_tokens: 9 }, ['messages', 'at most 899 tokens']],
  ])('%s that is too long is refused with what would be accepted', (_, caps, changes, [field, accepted]) => {
    expect(apply(caps, request(changes))).toMatchObject({ ok: false, error: { field, accepted } });
  });

  it.each<readonly [string, Partial<Guardrails>, RequestBody]>([
    ['a prompt and one token', { contextTokensMax: 1_009 }, {}],
    ['an answer that just fits', { contextTokensMax: 1_500 }, { max_tokens: 492 }],
    ['an answer of the cap', { outputTokensMax: 500 }, { max_tokens: 500 }],
  ])('%s is taken as it is', (_, caps, changes) => {
    const asked = request(changes);
    const taken = apply(caps, asked);
    expect(taken).toMatchObject({ ok: true, value: { outputTokensMax: asked.outputTokensMax } });
  });

  it('an embedding has no answer, and is named by its input', () => {
    const asked = request({}, 'embedding');
    const { promptTokens } = asked;
    expect(apply({ contextTokensMax: promptTokens }, asked)).toMatchObject({ ok: true });
    const refused = { field: 'input', accepted: `at most ${promptTokens - 1} tokens` };
    expect(apply({ contextTokensMax: promptTokens - 1 }, asked)).toMatchObject({ ok: false, error: refused });
  });

  it('an answer whose length is not said is set aside for, and asked for, at the cap', () => {
    const weights = {
      ...{ input: 1_000 as BasisPoints, cachedInput: 100 as BasisPoints, reasoning: 10_000 as BasisPoints },
    };
    const lane = { weights, contextLength: 100_000, rate: 100n };
    const outputOf = (caps: Partial<Guardrails>): number | null => {
      const capped = apply(caps, request());
      const found = capped.ok ? estimate(capped.value, lane) : null;
      return found !== null && isEstimate(found) ? found.outputTokens : null;
    };
    expect(outputOf({})).toBe(4_096);
    expect(outputOf({ outputTokensMax: 500 })).toBe(500);
    // 1,500 less the prompt's 1,008.
    expect(outputOf({ outputTokensMax: 500, contextTokensMax: 1_500 })).toBe(492);
    expect(outputOf({ outputTokensMax: 400, contextTokensMax: 1_500 })).toBe(400);
    // Never more than without a cap.
    expect(outputOf({ outputTokensMax: 9_000 })).toBe(4_096);
  });
});

describe('the deadline of a key', () => {
  const lower: Deadline = { afterMs: 500, lowerTo: 'batch' };
  const refuse: Deadline = { afterMs: 500, lowerTo: null };

  it('there is none until it is set', () => {
    expect(waitingOf('fast', null, 9_999)).toEqual({ kind: 'own-tier', patienceMs: null });
  });

  it('counts from the last byte of the request on', () => {
    expect(waitingOf('fast', lower, 120.5)).toEqual({ kind: 'lowers', patienceMs: 379, to: 'batch' });
    expect(waitingOf('fast', refuse, 120.5)).toEqual({ kind: 'refused-after', patienceMs: 379, afterMs: 500 });
    expect(waitingOf('fast', lower, 501)).toEqual({ kind: 'lowers', patienceMs: 0, to: 'batch' });
  });

  it('moves nobody up, and nobody to where they are', () => {
    const toStandard: Deadline = { afterMs: 500, lowerTo: 'standard' };
    const ways = (['fast', 'priority', 'standard', 'batch'] as const).map(
      (tier) => waitingOf(tier, toStandard, 0).kind,
    );
    expect(ways).toEqual(['lowers', 'lowers', 'own-tier', 'own-tier']);
  });
});

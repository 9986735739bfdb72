import type { BasisPoints } from '../../kernel/money.js';
import { estimate, estimateUnlimited, isEstimate, unusedOf, type Estimate } from './estimate.js';
import { readInference, type InferenceRequest } from './inference.request.js';
import { promptTokensOf } from './prompt.size.js';

const LANE = {
  weights: {
    input: 1_000 as BasisPoints,
    cachedInput: 100 as BasisPoints,
    reasoning: 10_000 as BasisPoints,
  },
  contextLength: 10_000,
  rate: 100n,
};
const NO_HINTS = { tier: undefined, lane: undefined, ttft: undefined, tpot: undefined };

function request(body: Record<string, unknown>, bytes = 4_000): InferenceRequest {
  const messages = [{ role: 'user', content: 'x'.repeat(bytes) }];
  const read = readInference('chat', { model: 'm', messages, ...body }, NO_HINTS);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

function must(body: Record<string, unknown>, lane = LANE): Estimate {
  const found = estimate(request(body), lane);
  if (!isEstimate(found)) throw new Error(JSON.stringify(found));
  return found;
}

describe('what a request is set aside for', () => {
  it('4,000 bytes in one message are 1,008 tokens, at most 1,576: 657.6 weighted with an answer of 500', () => {
    expect(request({}).promptTokens).toBe(1_008);
    const found = must({ max_tokens: 500 });
    expect(found.weighted).toBe(6_576_000n);
    const counts = { input: 1_000n, cachedInput: 0n, output: 200n, reasoning: 0n };
    expect(unusedOf(found, counts, LANE.weights)).toBe(3_576_000n);
  });

  it('each of several answers, and reasoning at its weight', () => {
    expect(must({ max_tokens: 500, n: 2 }).weighted).toBe(11_576_000n);
    const weights = { ...LANE.weights, reasoning: 30_000 as BasisPoints };
    expect(must({ max_tokens: 500 }, { ...LANE, weights }).weighted).toBe(16_576_000n);
  });

  it('without a limit: 4,096, or what fits', () => {
    expect(must({}).outputTokens).toBe(4_096);
    expect(must({}, { ...LANE, contextLength: 2_000 }).outputTokens).toBe(992);
    // The bucket of 10 tokens/s holds 600.
    expect(must({}, { ...LANE, rate: 10n }).outputTokens).toBe(442);
  });

  it('says what would fit, where it does not', () => {
    expect(estimate(request({ max_tokens: 9_000 }), LANE)).toEqual({
      ...{ kind: 'context', contextLength: 10_000 },
    });
    expect(estimate(request({ max_tokens: 6_000 }), LANE)).toEqual({ kind: 'slice', outputMax: 5_842 });
    expect(estimate(request({ max_tokens: 1 }), { ...LANE, rate: 1n })).toEqual({
      ...{ kind: 'slice', outputMax: 0 },
    });
  });

  it('nothing of ours for a fallback, and no limit where none was asked for', () => {
    expect(estimateUnlimited(request({}))).toMatchObject({ weighted: 0n, outputTokens: null });
    expect(estimateUnlimited(request({ max_tokens: 5, n: 2 })).bounds.outputMax).toBe(10);
  });
});

describe('the size of a prompt', () => {
  it.each([
    ['text', { messages: [{ role: 'user', content: 'abcde' }] }, 10],
    ['parts of text', { messages: [{ role: 'user', content: [{ type: 'text', text: 'abcd' }] }] }, 9],
    ['characters of several bytes', { messages: [{ role: 'user', content: '日日日日' }] }, 11],
    [
      'a picture is not its bytes',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x'.repeat(9_999) } }] }] },
      1_032,
    ],
    ['tools', { messages: [{ role: 'user', content: '' }], tools: [{ function: { name: 'look' } }] }, 9],
    ['tokens', { prompt: [1, 2, 3] }, 11],
    ['several inputs', { input: ['abcd', 'abcd'] }, 10],
  ])('%s', (_, body, tokens) => {
    expect(promptTokensOf(body)).toBe(tokens);
  });

  it('what is nested deeper than anybody means has none', () => {
    let nested: unknown = 'x';
    for (let level = 0; level < 100; level += 1) nested = [nested];
    expect(promptTokensOf({ input: nested })).toBeNull();
    expect(promptTokensOf({ input: 'x', metadata: nested })).toBeNull();
  });
});

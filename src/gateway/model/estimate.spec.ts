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

  describe('of a list of prompts', () => {
    const complete = (body: Record<string, unknown>): InferenceRequest => {
      const read = readInference('completion', { model: 'm', max_tokens: 100, ...body }, NO_HINTS);
      if (!read.ok) throw new Error(JSON.stringify(read.error));
      return read.value;
    };
    const outputMax = (body: Record<string, unknown>): unknown => {
      const found = estimate(complete(body), LANE);
      return isEstimate(found) ? found.bounds.outputMax : found;
    };

    it.each([
      ['a text is one prompt', { prompt: 'Once' }, 100],
      ['tokens are one', { prompt: [1, 2, 3] }, 100],
      ['three texts are three', { prompt: ['Once', 'Twice', ''] }, 300],
      ['two lists of tokens are two', { prompt: [[1, 2], [3]] }, 200],
      ['a list that mixes them is as long as it is', { prompt: [1, 'Once', [2]] }, 300],
      ['each with as many answers as are asked for', { prompt: ['Once', 'Twice'], n: 3 }, 600],
    ])('%s', (_, body, expected) => {
      expect(outputMax(body)).toBe(expected);
      expect(estimateUnlimited(complete(body)).bounds.outputMax).toBe(expected);
    });

    it('weighs as much as its prompts one by one, but for the allowance that a request has once', () => {
      const weighted = (prompt: unknown): bigint => {
        const found = estimate(complete({ prompt }), LANE);
        return isEstimate(found) ? found.weighted : 0n;
      };
      const allowance = 64n * 1_000n;
      expect(weighted(['x'.repeat(4_000), 'abcd'])).toBe(weighted('x'.repeat(4_000)) + weighted('abcd') - allowance);
    });

    it('has to fit into the context one by one, and not together', () => {
      const long = 'x'.repeat(30_000);
      expect(complete({ prompt: [long, 'Once', long] })).toMatchObject({ promptTokens: 15_025, contextTokens: 7_508 });
      expect(outputMax({ prompt: [long, long], max_tokens: 1_000 })).toBe(2_000);
      const context = { kind: 'context', contextLength: 10_000 };
      expect(outputMax({ prompt: [long, long], max_tokens: 2_500 })).toEqual(context);
      const embedded = readInference('embedding', { model: 'm', input: [long, long] }, NO_HINTS);
      expect(embedded.ok && isEstimate(estimate(embedded.value, LANE))).toBe(true);
    });

    it('that is nested too deeply has no size', () => {
      let nested: unknown = 'x';
      for (let level = 0; level < 100; level += 1) nested = [nested];
      const read = readInference('completion', { model: 'm', prompt: ['x', nested] }, NO_HINTS);
      expect(read).toMatchObject({ ok: false, error: { field: 'prompt', accepted: 'at most 64 levels' } });
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
    ['functions, as tools were called before', { messages: [{ role: 'user', content: '' }], functions: [{ name: 'look' }] }, 9],
    ['what comes behind the gap', { prompt: 'abcd', suffix: 'abcd' }, 10],
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

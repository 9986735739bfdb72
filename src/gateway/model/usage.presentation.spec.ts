import { upstreamBody } from './usage.presentation.js';
import { VENDORS, type VendorName } from './vendor.facts.js';

type Limits = Readonly<Record<string, number>>;

describe('the bound on an answer, as an upstream is told it', () => {
  const told = (vendor: VendorName, operation: 'chat' | 'completion', body: Limits): Limits => {
    const asked = { operation, body, isStream: false, tier: 'standard' } as const;
    const { model: _, ...limits } = upstreamBody(asked, { vendor, model: 'm', outputTokens: 40 });
    return limits as Limits;
  };
  const OLDER = { max_tokens: 40 };
  const NEWER = { max_completion_tokens: 40 };

  // A server that knows one of two names would take the client's own million.
  it.each(VENDORS)('%s: one bound under one name, whatever the client said', (vendor) => {
    const both = { max_tokens: 1_000_000, max_completion_tokens: 40 };
    for (const body of [both, OLDER, NEWER, {}]) {
      expect(Object.entries(told(vendor, 'chat', body))).toHaveLength(1);
      expect(told(vendor, 'completion', body)).toEqual(OLDER);
    }
  });

  it.each([
    ['vllm', NEWER, OLDER],
    ['sglang', NEWER, OLDER],
    ['tgi', NEWER, OLDER],
    ['cerebras', OLDER, NEWER],
    ['groq', OLDER, NEWER],
    ['openai', OLDER, OLDER],
    ['openai', NEWER, NEWER],
    ['openai', {}, OLDER],
  ] as const)('%s, asked by %j: %j', (vendor, asked, expected) => {
    expect(told(vendor, 'chat', asked)).toEqual(expected);
  });
});

import type { DialectName } from './scenario.js';

/** How a vendor's server differs from OpenAI's, as far as its published API says. */
export interface Dialect {
  /** Between `data:` and the JSON. */
  readonly blank: '' | ' ';
  /** Where a stream says how much was used. */
  readonly usageAt: 'own-chunk' | 'finish-chunk' | 'x_groq';
  /** Cerebras: how long each part took, in seconds. */
  readonly hasTimeInfo: boolean;
  /** Tokens that come in one chunk. */
  readonly tokensPerChunk: number;
  readonly fingerprint: string;
}

/**
 * Sources: Cerebras' `time_info`, https://inference-docs.cerebras.ai/api-reference/chat-completions;
 * Groq's `x_groq` and status 498, https://console.groq.com/docs/errors; vLLM's and TGI's OpenAI-compatible
 * servers. TGI writes no blank behind `data:`.
 */
export const DIALECT: Readonly<Record<DialectName, Dialect>> = {
  openai: { blank: ' ', usageAt: 'own-chunk', hasTimeInfo: false, tokensPerChunk: 1, fingerprint: 'fp' },
  vllm: { blank: ' ', usageAt: 'own-chunk', hasTimeInfo: false, tokensPerChunk: 1, fingerprint: 'vllm' },
  tgi: { blank: '', usageAt: 'own-chunk', hasTimeInfo: false, tokensPerChunk: 1, fingerprint: 'tgi' },
  cerebras: {
    ...{ blank: ' ', usageAt: 'finish-chunk', hasTimeInfo: true, tokensPerChunk: 8 },
    fingerprint: 'cerebras',
  },
  groq: { blank: ' ', usageAt: 'x_groq', hasTimeInfo: false, tokensPerChunk: 4, fingerprint: 'groq' },
};

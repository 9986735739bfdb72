import type { RequestBody } from './inference.request.js';
import { upstreamBody, type Target } from './usage.presentation.js';

/** Small, and the same for every pool, so that figures of pools can be compared: as docs/SLO.md says. */
export const PROBE = { requests: 5, concurrency: 1, promptWords: 100, outputTokens: 32 } as const;

const WORDS = [
  ...['river', 'stone', 'lamp', 'window', 'garden', 'market', 'bridge', 'paper', 'winter', 'harbour'],
  ...['engine', 'silver', 'forest', 'letter', 'candle', 'mirror', 'village', 'copper', 'orchard', 'thread'],
  ...['island', 'kettle', 'ladder', 'meadow', 'needle', 'office', 'pepper', 'quarry', 'ribbon', 'saddle'],
] as const;

/** Words by a seed: other ones for each request, so that no cache of prompts answers for the hardware. */
function probePrompt(seed: string): string {
  // FNV-1a over the seed, then a step of a linear congruential generator for each word.
  let state = [...seed].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619), 2_166_136_261);
  const words = Array.from({ length: PROBE.promptWords }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return WORDS[(state >>> 16) % WORDS.length];
  });
  return `Go on from these words: ${words.join(' ')}`;
}

/** What a pool is asked, in the same words as everybody's requests: bounded by the name that its vendor knows. */
export function probeBody(seed: string, to: Pick<Target, 'vendor' | 'model'>): RequestBody {
  const body = { messages: [{ role: 'user', content: probePrompt(seed) }], stream: true };
  const asked = { operation: 'chat', body, isStream: true, tier: 'standard' } as const;
  return upstreamBody(asked, { ...to, outputTokens: PROBE.outputTokens });
}

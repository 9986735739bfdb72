import { createHash } from 'node:crypto';

/** Small, and the same for every pool, so that figures of pools can be compared: as docs/SLO.md says. */
export const PROBE = { requests: 5, concurrency: 1, promptWords: 100, outputTokens: 32 } as const;

const WORDS = [
  ...['river', 'stone', 'lamp', 'window', 'garden', 'market', 'bridge', 'paper', 'winter', 'harbour'],
  ...['engine', 'silver', 'forest', 'letter', 'candle', 'mirror', 'village', 'copper', 'orchard', 'thread'],
  ...['island', 'kettle', 'ladder', 'meadow', 'needle', 'office', 'pepper', 'quarry', 'ribbon', 'saddle'],
] as const;

/** Words by a seed: other ones for each request, so that no cache of prompts answers for the hardware. */
export function probePrompt(seed: string): string {
  const words = Array.from({ length: PROBE.promptWords }, (_, index) => {
    const [pick = 0] = createHash('sha256').update(`${seed} ${index}`).digest();
    return WORDS[pick % WORDS.length];
  });
  return `Go on from these words: ${words.join(' ')}`;
}

import { randomFillSync } from 'node:crypto';
import type { HashKey } from '../../kernel/keyed-hash.js';

/** Chance is fetched for many seeds at once: asking for a little costs as much. */
const POOL = new Int32Array(1_024);
const WORDS = 4;
let used = POOL.length;

/** 128 bits that nobody has seen and nobody will see again. */
export function freshSeed(): HashKey {
  if (used + WORDS > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  const [a = 0, b = 0, c = 0, d = 0] = POOL.subarray(used, used + WORDS);
  // What was given away is not kept.
  POOL.fill(0, used, used + WORDS);
  used += WORDS;
  return [a, b, c, d];
}

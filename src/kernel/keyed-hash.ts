/** A secret of 128 bits, as words. */
export type HashKey = readonly [number, number, number, number];

const LANES = 8;
/** The four lanes of 64 bits, each its lower word first. Nothing waits while one hash is made. */
const lanes = new Int32Array(LANES);

/** `into += from`, then `from` turned left by less than 32 bits and mixed with it. */
function mix(into: number, from: number, bits: number): void {
  const [low, high] = [lanes[from] ?? 0, lanes[from + 1] ?? 0];
  const before = lanes[into] ?? 0;
  const sum = (before + low) | 0;
  const carry = sum >>> 0 < before >>> 0 ? 1 : 0;
  const sumHigh = ((lanes[into + 1] ?? 0) + high + carry) | 0;
  lanes[into] = sum;
  lanes[into + 1] = sumHigh;
  lanes[from] = ((low << bits) | (high >>> (32 - bits))) ^ sum;
  lanes[from + 1] = ((high << bits) | (low >>> (32 - bits))) ^ sumHigh;
}

/** Turned by 32 bits. */
function swap(lane: number): void {
  const low = lanes[lane] ?? 0;
  lanes[lane] = lanes[lane + 1] ?? 0;
  lanes[lane + 1] = low;
}

function rounds(count: number): void {
  for (let round = 0; round < count; round += 1) {
    mix(0, 2, 13);
    mix(4, 6, 16);
    swap(0);
    mix(4, 2, 17);
    mix(0, 6, 21);
    swap(4);
  }
}

function flip(word: number, bits: number): void {
  lanes[word] = (lanes[word] ?? 0) ^ bits;
}

function begin([k0, k1, k2, k3]: HashKey): void {
  lanes[0] = k0 ^ 0x70736575;
  lanes[1] = k1 ^ 0x736f6d65;
  lanes[2] = k2 ^ 0x6e646f6d ^ 0xee;
  lanes[3] = k3 ^ 0x646f7261;
  lanes[4] = k0 ^ 0x6e657261;
  lanes[5] = k1 ^ 0x6c796765;
  lanes[6] = k2 ^ 0x79746573;
  lanes[7] = k3 ^ 0x74656462;
}

function absorb(low: number, high: number): void {
  flip(6, low);
  flip(7, high);
  rounds(2);
  flip(0, low);
  flip(1, high);
}

const folded = (word: 0 | 1): number =>
  ((lanes[word] ?? 0) ^ (lanes[word + 2] ?? 0) ^ (lanes[word + 4] ?? 0) ^ (lanes[word + 6] ?? 0)) >>> 0;

/**
 * SipHash-2-4 with 128 bits of output: who does not have the key cannot tell its outputs from chance, so
 * that none says anything of what it was made from, or of another. Pure, because rules use it.
 *
 * @param pairs the message, as words of 32 bits two by two
 */
export function keyedHash(
  key: HashKey,
  ...pairs: readonly (readonly [low: number, high: number])[]
): readonly [number, number, number, number] {
  begin(key);
  for (const [low, high] of pairs) absorb(low, high);
  // How many bytes there were, in the highest byte of a last pair.
  absorb(0, (pairs.length * 8) << 24);
  flip(4, 0xee);
  rounds(4);
  const [first, second] = [folded(0), folded(1)];
  flip(2, 0xdd);
  rounds(4);
  return [first, second, folded(0), folded(1)];
}

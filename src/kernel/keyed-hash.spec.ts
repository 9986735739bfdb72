import { keyedHash, type HashKey } from './keyed-hash.js';

/** 00 01 02 … 0f, as the reference implementation has it. */
const KEY: HashKey = [0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c];

const bytes = (words: readonly number[]): string =>
  words
    .flatMap((word) => [word, word >>> 8, word >>> 16, word >>> 24])
    .map((byte) => (byte & 0xff).toString(16).padStart(2, '0'))
    .join('');

describe('the keyed hash', () => {
  it.each([
    ['nothing', [], 'a3817f04ba25a8e66df67214c7550293'],
    ['00 … 07', [[0x03020100, 0x07060504]], '3b62a9ba6258f5610f83e264f31497b4'],
    ['00 … 0f', [[0x03020100, 0x07060504], [0x0b0a0908, 0x0f0e0d0c]], '6ee2a4ca67b054bbfd3315bf85230577'],
  ] as const)('is SipHash-2-4 with 128 bits: of %s', (_of, pairs, expected) => {
    expect(bytes(keyedHash(KEY, ...pairs))).toBe(expected);
  });

  it('is another one for another key and another message', () => {
    const keys = Array.from({ length: 4 }, (_, at) => KEY.map((word, place) => (place === at ? word + 1 : word)) as unknown as HashKey);
    const all = [KEY, ...keys].flatMap((key) => [[0, 1], [1, 0]].map(([low = 0, high = 0]) => bytes(keyedHash(key, [low, high]))));
    expect(new Set(all).size).toBe(10);
  });
});

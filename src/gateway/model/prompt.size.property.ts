import fc from 'fast-check';
import { bytesOf } from './prompt.size.js';

describe('the length of text in UTF-8', () => {
  it('is that of its encoding, whatever is in it', () => {
    const units = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff })), { maxLength: 70 });
    const texts = fc.oneof(fc.string({ unit: 'binary' }), units.map((codes) => String.fromCharCode(...codes)));
    fc.assert(
      fc.property(texts, (text) => {
        expect(bytesOf(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });
});

import fc from 'fast-check';
import { FrameSplitter, FrameTooLongError, type Frame } from './sse.frames.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function split(text: string, sizes: readonly number[], bytesMax = 1_000): readonly Frame[] {
  const splitter = new FrameSplitter(bytesMax);
  const bytes = encoder.encode(text);
  const frames: Frame[] = [];
  let start = 0;
  for (let turn = 0; start < bytes.length; turn += 1) {
    const end = start + (sizes[turn % sizes.length] ?? 1);
    frames.push(...splitter.push(bytes.slice(start, end)));
    start = end;
  }
  const rest = splitter.rest();
  return rest === null ? frames : [...frames, rest];
}

const textOf = (frames: readonly Frame[]): string =>
  frames.map(({ bytes }) => decoder.decode(bytes)).join('');
const dataOf = (frames: readonly Frame[]): readonly (string | null)[] =>
  frames.map(({ data }) => data);

describe('server-sent events, cut into frames', () => {
  it.each([
    ['one frame', 'data: {"a":1}\n\n', ['{"a":1}']],
    ['two of them', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['no blank behind the colon', 'data:a\n\n', ['a']],
    ['one blank is no data, more are', 'data:   a\n\n', ['  a']],
    ['carriage returns and line feeds', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['carriage returns alone', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['several data lines', 'event: x\ndata: a\nid: 3\ndata: b\n\n', ['a\nb']],
    ['a comment', ': still here\n\ndata: a\n\n', [null, 'a']],
    ['a field that only begins like data', 'database: a\n\n', [null]],
    ['data without a colon', 'data\n\n', ['']],
    ['no blank line at the end', 'data: a\n\ndata: b\n', ['a', 'b']],
    ['characters of several bytes', 'data: é日🌊\n\n', ['é日🌊']],
  ])('%s', (_, text, expected) => {
    expect(dataOf(split(text, [1_000]))).toEqual(expected);
    expect(dataOf(split(text, [1]))).toEqual(expected);
  });

  it('are the same wherever packets end, byte for byte', () => {
    const line = fc.constantFrom('data: é日', 'data:🌊', ': x', 'event: y', 'data', 'id: 1');
    const ending = fc.constantFrom('\n', '\r\n');
    const stream = fc
      .tuple(fc.array(fc.array(line, { minLength: 1, maxLength: 3 }), { maxLength: 6 }), ending)
      .map(([frames, end]) => frames.map((lines) => `${lines.join(end)}${end}${end}`).join(''));
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(stream, sizes, (text, packets) => {
        const frames = split(text, packets);
        expect(textOf(frames)).toBe(text);
        expect(dataOf(frames)).toEqual(dataOf(split(text, [10_000])));
      }),
    );
  });

  it.each([[1], [7], [64], [5_000]])('a line above the bound is refused, in packets of %i', (size) => {
    expect(() => split(`data: ${'x'.repeat(2_000)}\n\n`, [size])).toThrow(FrameTooLongError);
  });

  it('many frames in one packet may be more than the bound together', () => {
    expect(split('data: abc\n\n'.repeat(500), [100_000])).toHaveLength(500);
  });

  it('holds no more than the bound and a packet, however long the line', () => {
    const splitter = new FrameSplitter(100);
    expect(() => {
      for (let packets = 0; packets < 10; packets += 1) splitter.push(encoder.encode('x'.repeat(60)));
    }).toThrow(FrameTooLongError);
    expect(splitter.rest()).toBeNull();
  });
});

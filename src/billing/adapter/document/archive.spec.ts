import { Archive } from './archive.js';
import { unzipped } from './archive.testing.js';

const FILES = ['one.pdf', 'two.xml', 'three.txt'].map((name, index) => [name, Buffer.from(`${name} `.repeat(1 + index * 1_000))] as const);

function zipped(): readonly (readonly Uint8Array[])[] {
  const archive = new Archive();
  return [...FILES.map(([name, content]) => archive.add(name, content)), archive.end()];
}

describe('an archive', () => {
  it('is written file by file, each at once', () => {
    const steps = zipped();
    expect(steps.map((written) => written.length > 0)).toEqual([true, true, true, true]);
    expect(Object.entries(unzipped(steps.flat()))).toEqual(FILES.map(([name, content]) => [name, content.toString()]));
  });

  it('is the same to the byte when it is made again', () => {
    expect(Buffer.concat(zipped().flat()).equals(Buffer.concat(zipped().flat()))).toBe(true);
  });

  it('of nothing is a zip as well', () => {
    expect(unzipped(new Archive().end())).toEqual({});
  });
});

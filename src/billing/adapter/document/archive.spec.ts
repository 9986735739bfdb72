import { strFromU8, strToU8, unzipSync } from 'fflate';
import { Archive } from './archive.js';

const FILES = ['one.pdf', 'two.xml', 'three.txt'].map((name, index) => [name, strToU8(`${name} `.repeat(1 + index * 1_000))] as const);

function zipped(): readonly (readonly Uint8Array[])[] {
  const archive = new Archive();
  return [...FILES.map(([name, content]) => archive.add(name, content)), archive.end()];
}

describe('an archive', () => {
  it('is written file by file, each at once', () => {
    const steps = zipped();
    expect(steps.map((written) => written.length > 0)).toEqual([true, true, true, true]);
    const files = unzipSync(Buffer.concat(steps.flat()));
    expect(Object.entries(files).map(([name, content]) => [name, strFromU8(content)])).toEqual(FILES.map(([name, content]) => [name, strFromU8(content)]));
  });

  it('is the same to the byte when it is made again', () => {
    expect(Buffer.concat(zipped().flat()).equals(Buffer.concat(zipped().flat()))).toBe(true);
  });

  it('of nothing is a zip as well', () => {
    expect(unzipSync(Buffer.concat(new Archive().end()))).toEqual({});
  });
});

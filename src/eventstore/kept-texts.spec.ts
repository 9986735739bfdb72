import { snapshotText } from './json-snapshot.js';
import { KeptTexts } from './kept-texts.js';

interface Part {
  readonly id: string;
  left: bigint;
}

const part = (id: string, left: bigint): Part => ({ id, left });

/** Counts what is written: each of its values says when it is read to be written. */
function watched(): { readonly texts: KeptTexts<string, Part>; readonly marked: () => number } {
  let marked = 0;
  const texts = new KeptTexts<string, Part>((value) => {
    marked += 1;
    return [value.left];
  });
  return { texts, marked: () => marked };
}

describe('texts that are kept from one snapshot to the next', () => {
  it('are what is written without them, also after a value has changed in its place', () => {
    const { texts } = watched();
    const [one, two] = [part('1', 5n), part('2', 7n)];
    const parts = new Map([['1', one], ['2', two]]);
    expect(snapshotText(texts.of(parts))).toBe(snapshotText(parts));
    one.left = 4n;
    parts.set('2', part('2', 0n)).set('3', part('3', 1n));
    expect(snapshotText(texts.of(parts))).toBe(snapshotText(parts));
  });

  it('are the same object as long as nothing has changed', () => {
    const { texts } = watched();
    const parts = new Map([['1', part('1', 5n)]]);
    const [before, after] = [texts.of(parts).get('1'), texts.of(parts).get('1')];
    expect(after).toBe(before);
  });

  const many = (count: number): Map<string, Part> =>
    new Map(Array.from({ length: count }, (_, index) => [`${index}`, part(`${index}`, 1n)]));

  it('are written ahead a piece at a time, over and over', () => {
    const { texts, marked } = watched();
    const parts = many(600);
    texts.writeAhead(parts, 500);
    expect(marked()).toBe(256);
    for (let round = 0; round < 2; round += 1) texts.writeAhead(parts, 500);
    const known = marked();
    expect(known).toBe(600);
    parts.set('new', part('new', 2n));
    texts.writeAhead(parts, 500);
    // All were looked at once more, and one was written.
    expect(marked()).toBe(known + 601);
    expect(snapshotText(texts.of(parts))).toBe(snapshotText(parts));
  });

  it('are looked at by how much happened: few events do not pay for a walk through everything', () => {
    const { texts, marked } = watched();
    const parts = many(600);
    texts.writeAhead(parts, 0);
    expect(marked()).toBe(0);
    texts.writeAhead(parts, 2);
    expect(marked()).toBe(4);
    texts.writeAhead(parts, 3);
    expect(marked()).toBe(10);
    expect(snapshotText(texts.of(parts))).toBe(snapshotText(parts));
  });
});

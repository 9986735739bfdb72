import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { snapshotPieces, snapshotText } from './json-snapshot.js';
import { KeptTexts } from './kept-texts.js';
import { textOf, type SnapshotPiece } from './snapshot-piece.js';

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

/** Of a map, by its ids: which texts a snapshot of it has. */
const piecesOf = (texts: KeptTexts<string, Part>, parts: ReadonlyMap<string, Part>): readonly SnapshotPiece[] => texts.of(parts).pieces;

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

describe('pieces of what is kept', () => {
  const change = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), id: fc.nat({ max: 2_000 }), left: fc.bigInt({ min: 0n, max: 9n }) }),
    fc.record({ kind: fc.constant('change' as const), id: fc.nat({ max: 2_000 }), left: fc.bigInt({ min: 0n, max: 9n }) }),
    fc.record({ kind: fc.constant('drop' as const), id: fc.nat({ max: 2_000 }), left: fc.constant(0n) }),
  );
  const firstHundreds = (): Map<string, Part> => new Map(Array.from({ length: 1_500 }, (_, index) => [`part-${index}`, part(`part-${index}`, 1n)]));

  function apply(parts: Map<string, Part>, { kind, id, left }: { readonly kind: string; readonly id: number; readonly left: bigint }): void {
    const name = `part-${id}`;
    const known = parts.get(name);
    if (kind === 'drop') parts.delete(name);
    else if (kind === 'set' || known === undefined) parts.set(name, part(name, left));
    else known.left = left;
  }

  it('are the text that is written without them, whatever comes, goes and changes; few are new for few changes', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 6 }), { minLength: 1, maxLength: 6 }), (rounds) => {
        const { texts } = watched();
        const parts = firstHundreds();
        let before = new Set(piecesOf(texts, parts));
        for (const changes of rounds) {
          for (const one of changes) apply(parts, one);
          const state = { parts: texts.of(parts), other: 1n };
          expect(textOf(snapshotPieces(state))).toBe(snapshotText({ parts, other: 1n }));
          const now = piecesOf(texts, parts);
          // A change is in one piece; what comes or goes may join two, or part one, and make another the last.
          expect(now.filter((piece) => !before.has(piece)).length).toBeLessThanOrEqual(2 * changes.length + 1);
          before = new Set(now);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('have the length and the name of their text', () => {
    for (const piece of piecesOf(watched().texts, firstHundreds())) {
      expect(piece).toHaveLength(piece.text().length);
      expect(piece.isNamed).toBe(false);
      expect(piece.name).toBe(createHash('sha256').update(piece.text()).digest('hex'));
      expect(piece.isNamed).toBe(true);
    }
  });

  it('are about as long as each other, also where no id ends one', () => {
    const { texts } = watched();
    const counts = piecesOf(texts, firstHundreds()).map((piece) => piece.text().match(/"id"/g)?.length ?? 0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_500);
    expect(counts.length).toBeGreaterThan(10);
    expect(counts.length).toBeLessThan(60);
    const alike = new Map(Array.from({ length: 1_500 }, (_, index) => [`${index}` as string, part('x', 1n)] as const));
    expect(Math.max(...piecesOf(texts, alike).map((piece) => piece.text().match(/"id"/g)?.length ?? 0))).toBeLessThanOrEqual(512);
  });
});

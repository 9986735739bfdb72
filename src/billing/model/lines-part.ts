/** Which lines of an invoice are asked for: those behind a place, and at most so many. */
export interface LinesPart {
  readonly after: number;
  readonly limit: number;
}

/** A line with its place: its version in the books, or on invoices from before lines said so its ordinal. */
export type PlacedLine<Line> = Line & { readonly place: number };

/** @param lines all of them, in the order of the books */
export function partOf<Line extends { readonly version: number | null }>(
  lines: readonly Line[],
  { after, limit }: LinesPart,
): readonly PlacedLine<Line>[] {
  return lines
    .map((line, index) => ({ ...line, place: line.version ?? index + 1 }))
    .filter(({ place }) => place > after)
    .slice(0, limit);
}

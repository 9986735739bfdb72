/** Half-open, epoch milliseconds: as the log has it. */
export interface RawWindow {
  readonly start: number;
  readonly end: number;
}
/** `value` is decimal text, tokens/s. */
export interface RawSegment {
  readonly window: RawWindow;
  readonly value: string;
}

/** A quantity for each cell of a pool's grid, counted from the epoch; zero where none was added. */
export class Cells {
  private first = 0;
  private readonly quantities: number[] = [];

  at(cell: number): number {
    return this.quantities[cell - this.first] ?? 0;
  }

  add(cell: number, change: number): void {
    if (this.quantities.length === 0) this.first = cell;
    while (cell < this.first) {
      this.quantities.unshift(0);
      this.first -= 1;
    }
    const index = cell - this.first;
    while (this.quantities.length <= index) this.quantities.push(0);
    this.quantities[index] = (this.quantities[index] ?? 0) + change;
  }

  forEach(visit: (cell: number, quantity: number) => void): void {
    this.quantities.forEach((quantity, index) => visit(this.first + index, quantity));
  }
}

/** True when both say the same in every cell. */
export function isEqual(a: Cells, b: Cells): boolean {
  let isSame = true;
  const compare = (cell: number): void => {
    isSame &&= a.at(cell) === b.at(cell);
  };
  a.forEach(compare);
  b.forEach(compare);
  return isSame;
}

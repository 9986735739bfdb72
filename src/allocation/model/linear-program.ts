/**
 * Minimise `cost x` where `rowLower <= A x <= rowUpper` and `0 <= x <= upper`. `A` is kept by
 * columns: entries of column j are those from `starts[j]` to `starts[j + 1]`.
 */
export interface LinearProgram {
  readonly cost: Float64Array;
  readonly upper: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float64Array;
  /** 1 for columns that take whole numbers only; null when none is asked to. */
  readonly whole: Int32Array | null;
}

export type LinearOutcome =
  | { readonly kind: 'optimal' | 'feasible'; readonly values: Float64Array }
  | { readonly kind: 'infeasible' | 'too-slow' | 'busy' };

export class LinearProgramBuilder {
  private readonly costs: number[] = [];
  private readonly uppers: number[] = [];
  private readonly entries: { readonly rows: number[]; readonly values: number[] }[] = [];
  private readonly lowers: number[] = [];
  private readonly limits: number[] = [];
  private readonly wholes = new Set<number>();

  addColumn({ cost, upper }: { readonly cost: number; readonly upper: number }): number {
    this.costs.push(cost);
    this.uppers.push(upper);
    this.entries.push({ rows: [], values: [] });
    return this.costs.length - 1;
  }

  addRow(lower: number, upper: number): number {
    this.lowers.push(lower);
    this.limits.push(upper);
    return this.lowers.length - 1;
  }

  /** Each place once. */
  set(row: number, column: number, value: number): void {
    this.entries[column]?.rows.push(row);
    this.entries[column]?.values.push(value);
  }

  makeWhole(column: number): void {
    this.wholes.add(column);
  }

  build(): LinearProgram {
    const starts = new Int32Array(this.costs.length + 1);
    this.entries.forEach(({ rows }, column) => {
      starts[column + 1] = (starts[column] as number) + rows.length;
    });
    const isWhole = (_: unknown, column: number): number => (this.wholes.has(column) ? 1 : 0);
    return {
      cost: Float64Array.from(this.costs),
      upper: Float64Array.from(this.uppers),
      rowLower: Float64Array.from(this.lowers),
      rowUpper: Float64Array.from(this.limits),
      starts,
      rows: Int32Array.from(this.entries.flatMap(({ rows }) => rows)),
      values: Float64Array.from(this.entries.flatMap(({ values }) => values)),
      whole: this.wholes.size === 0 ? null : Int32Array.from(this.costs, isWhole),
    };
  }
}

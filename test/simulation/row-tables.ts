import { marketProjection } from '../../src/allocation/projection/market.projection.js';
import { orderProjection } from '../../src/allocation/projection/order.projection.js';
import { tradeProjection } from '../../src/allocation/projection/trade.projection.js';
import type { RecordedEvent } from '../../src/eventstore/event.js';
import type { AnyProjection, Numbered, ProjectedTable, Row, RowChange } from '../../src/eventstore/projection.js';
import { found } from './violation.js';

/** What readers of a market are answered from. */
export const PROJECTIONS: readonly AnyProjection[] = [marketProjection, orderProjection, tradeProjection];

interface Table {
  readonly of: ProjectedTable;
  readonly rows: Map<string, Row>;
  /** Rows that have changed since somebody asked. */
  touched: Set<string>;
  /** Counted and not numbered yet. */
  readonly unnumbered: Set<string>;
}

/** The rows of a market as the product's projections make them. */
export class RowTables {
  private readonly tables: ReadonlyMap<string, Table>;
  private readonly lastNumbers = new Map<string, number>();

  constructor(private readonly projections: readonly AnyProjection[] = PROJECTIONS) {
    const tables = projections.flatMap((projection) => projection.tables);
    this.tables = new Map(
      tables.map((of) => [of.name, { of, rows: new Map<string, Row>(), touched: new Set<string>(), unnumbered: new Set<string>() }]),
    );
  }

  /** A page of the log, as whoever follows it reads it; written twice it says the same. */
  follow(events: readonly RecordedEvent[]): void {
    for (const projection of this.projections) {
      for (const event of events) for (const change of projection.changesOf(event)) this.apply(change);
    }
    for (const table of this.tables.values()) this.number(table);
  }

  rows(name: string): ReadonlyMap<string, Row> {
    return this.table(name).rows;
  }

  row(name: string, id: string): Row | null {
    return this.table(name).rows.get(id) ?? null;
  }

  /** The ids of what has changed since this was last asked, of what is gone too. */
  takeTouched(name: string): ReadonlySet<string> {
    const table = this.table(name);
    const { touched } = table;
    table.touched = new Set();
    return touched;
  }

  private apply(change: RowChange): void {
    const table = this.table(change.table);
    const { of, rows } = table;
    const id = of.key.map((column) => String((change.kind === 'put' ? change.row : change.key)[column])).join(' ');
    if (change.kind === 'remove') rows.delete(id);
    else if (change.kind === 'set') rows.set(id, { ...found(rows.get(id), `row ${id} to change`), ...change.values });
    else rows.set(id, of.numbered === undefined ? change.row : { ...kept(rows.get(id), of.numbered), ...change.row });
    table.touched.add(id);
    if (of.numbered !== undefined) table.unnumbered.add(id);
  }

  /** As the database counts: on from the last number, in the order of the log. */
  private number({ of, rows, unnumbered }: Table): void {
    const { numbered } = of;
    if (numbered === undefined) return;
    const { column, within, by } = numbered;
    const fresh = [...unnumbered].filter((id) => {
      const row = rows.get(id);
      return row !== undefined && row[by] !== null && (row[column] ?? null) === null;
    });
    const placeOf = (id: string): number => Number(rows.get(id)?.[by]);
    for (const id of fresh.sort((a, b) => placeOf(a) - placeOf(b))) {
      const row = rows.get(id) ?? {};
      const group = String(row[within]);
      const number = (this.lastNumbers.get(group) ?? 0) + 1;
      this.lastNumbers.set(group, number);
      rows.set(id, { ...row, [column]: number });
    }
    unnumbered.clear();
  }

  private table(name: string): Table {
    return found(this.tables.get(name), `table ${name}`);
  }
}

/** A number that was given stays. */
function kept(before: Row | undefined, { column }: Numbered): Row {
  const number = before?.[column] ?? null;
  return { [column]: number };
}

import {
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type Row as TableRow,
  type SortingState,
} from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Order } from './table.order.js';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** Said of the column to whoever does not see it; nothing is shown above it then. */
  readonly isTitleHidden?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** What rows are ordered by when somebody asks for it. */
  readonly sortBy?: (row: Row) => bigint | number | string;
  readonly isNumber?: boolean;
  /** Text that needs the whole width of a card where the table is one. */
  readonly isLong?: boolean;
  /** Names the row for whoever cannot see the table. */
  readonly isRowHeader?: boolean;
}

export interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Of a list that comes in order, page by page: who keeps the order, and brings more. */
  readonly paged?: PagedRows;
}

export interface PagedRows {
  readonly order: Order | null;
  /** Null: the order in which rows come by themselves. */
  readonly onOrder: (order: Order | null) => void;
  /** How many rows there are, those included that are not here yet. */
  readonly count: number;
  /** The last row that is here is near the screen. */
  readonly onNearEnd: () => void;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
/** Of more rows than this only those near the screen are in the page. */
const WHOLE_MAX = 60;
const ROW_PX = 60;
/** So many rows before the last one more are asked for. */
const NEAR_ROWS = 40;

type Kept<Row> = TableRow<typeof features, { readonly row: Row }>;

function sortingOf(order: Order | null): SortingState {
  return order === null ? [] : [{ id: order.id, desc: order.isDescending }];
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b);
  const [left, right] = [a as bigint, b as bigint];
  return left < right ? -1 : Number(left > right);
}

/** A table that sorts by its headings, stays fast with ten thousand rows, and is cards where it is narrow. */
export function DataTable<Row>({ caption, columns, rows, keyOf, paged }: DataTableProps<Row>): ReactNode {
  const [own, setOwn] = useState<SortingState>([]);
  const sorting = paged === undefined ? own : sortingOf(paged.order);
  const setSorting = (given: SortingState | ((before: SortingState) => SortingState)): void => {
    const next = typeof given === 'function' ? given(sorting) : given;
    if (paged === undefined) setOwn(next);
    else paged.onOrder(next[0] === undefined ? null : { id: next[0].id, isDescending: next[0].desc });
  };
  const data = useMemo(() => rows.map((row) => ({ row })), [rows]);
  const definitions = useMemo(
    () =>
      columns.map(({ id, title, sortBy }) => ({
        ...{ id, header: title, enableSorting: sortBy !== undefined },
        accessorFn: ({ row }: { readonly row: Row }) => sortBy?.(row) ?? '',
        sortFn: (a: Kept<Row>, b: Kept<Row>) => compare(a.getValue(id), b.getValue(id)),
      })),
    [columns],
  );
  const table = useTable({
    ...{ features, columns: definitions, data, state: { sorting }, onSortingChange: setSorting },
    getRowId: ({ row }) => keyOf(row),
    ...{ sortDescFirst: false, manualSorting: paged !== undefined },
  });
  const kept = table.getRowModel().rows;
  return (
    <div className="table-frame">
      <table className="stacked data-table" aria-rowcount={(paged?.count ?? kept.length) + 1}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => {
              const state = sorting.find(({ id }) => id === column.id);
              const toggle = (): void => table.getColumn(column.id)?.toggleSorting();
              return <Heading key={column.id} {...{ column, toggle }} isDescending={state?.desc ?? null} />;
            })}
          </tr>
        </thead>
        {kept.length > WHOLE_MAX ? (
          <FarBody columns={columns} kept={kept} onNearEnd={paged?.onNearEnd} />
        ) : (
          <tbody>{kept.map((one) => <Line key={one.id} row={one.original.row} columns={columns} />)}</tbody>
        )}
      </table>
    </div>
  );
}

function Heading<Row>({
  column: { title, isTitleHidden = false, sortBy, isNumber = false },
  isDescending,
  toggle,
}: {
  readonly column: Column<Row>;
  readonly isDescending: boolean | null;
  readonly toggle: () => void;
}): ReactNode {
  const className = isNumber ? 'number' : undefined;
  if (sortBy === undefined) {
    const text = isTitleHidden ? <span className="visually-hidden">{title}</span> : title;
    return <th scope="col" className={className}>{text}</th>;
  }
  return (
    <th scope="col" className={className} aria-sort={orderOf(isDescending)}>
      <button type="button" className="sort" onClick={toggle}>
        {title}
        {isDescending === true && <ArrowDown aria-hidden />}
        {isDescending === false && <ArrowUp aria-hidden />}
      </button>
    </th>
  );
}

function orderOf(isDescending: boolean | null): 'none' | 'ascending' | 'descending' {
  if (isDescending === null) return 'none';
  return isDescending ? 'descending' : 'ascending';
}

/** Only the rows near the screen, between two blocks of the height of the others. */
function FarBody<Row>({
  columns,
  kept,
  onNearEnd,
}: {
  readonly columns: readonly Column<Row>[];
  readonly kept: readonly Kept<Row>[];
  readonly onNearEnd: (() => void) | undefined;
}): ReactNode {
  const body = useRef<HTMLTableSectionElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin((body.current?.getBoundingClientRect().top ?? 0) + scrollY), []);
  const virtualizer = useWindowVirtualizer({
    count: kept.length,
    estimateSize: () => ROW_PX,
    overscan: 4,
    scrollMargin: margin,
    getItemKey: (index) => kept[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const isNearEnd = (items.at(-1)?.index ?? 0) >= kept.length - NEAR_ROWS;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, kept.length, onNearEnd]);
  const before = (items[0]?.start ?? margin) - margin;
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin);
  return (
    <tbody ref={body}>
      <Block heightPx={before} columns={columns.length} />
      {items.map(({ index, key }) => {
        const one = kept[index];
        if (one === undefined) return null;
        return (
          <Line key={key} row={one.original.row} columns={columns} index={index} measure={virtualizer.measureElement} />
        );
      })}
      <Block heightPx={after} columns={columns.length} />
    </tbody>
  );
}

function Block({ heightPx, columns }: { readonly heightPx: number; readonly columns: number }): ReactNode {
  const cell = useRef<HTMLTableCellElement>(null);
  useLayoutEffect(() => {
    if (cell.current !== null) cell.current.style.height = `${Math.max(0, heightPx)}px`;
  }, [heightPx]);
  return <tr aria-hidden className="block"><td ref={cell} colSpan={columns} /></tr>;
}

interface LineProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly index?: number;
  readonly measure?: (element: Element | null) => void;
}

/** Drawn again when it has another row, not whenever something about the table changes. */
const Line = memo(WrittenLine) as typeof WrittenLine;

function WrittenLine<Row>({ row, columns, index, measure }: LineProps<Row>): ReactNode {
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index === undefined ? undefined : index + 2}>
      {columns.map((column) => <Cell key={column.id} {...{ row, column }} />)}
    </tr>
  );
}

function Cell<Row>({ row, column }: { readonly row: Row; readonly column: Column<Row> }): ReactNode {
  const { title, isTitleHidden = false, cell, isNumber = false, isLong, isRowHeader = false } = column;
  const className = isNumber ? 'number' : undefined;
  if (isRowHeader) return <th scope="row" className={className}>{cell(row)}</th>;
  return <td className={className} data-label={isTitleHidden ? undefined : title} data-long={isLong}>{cell(row)}</td>;
}

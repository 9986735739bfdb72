import { useMemo, useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Id, Span, Time } from '../ui/values.js';
import { servedWindow } from './amounts.js';
import { EvidenceDialog } from './evidence.dialog.js';
import { INVOICE_LINES, type InvoiceLine } from './finance.documents.js';

/** The draft or invoice of a month, or the invoice of a number. */
interface Of {
  readonly month: string | null;
  readonly number: string | null;
}

const linesOf = ({ invoiceLines }: { readonly invoiceLines: Connection<InvoiceLine> }): Connection<InvoiceLine> => invoiceLines;

/** What was charged and credited, page by page; each line leads to what it rests on. What stands below comes with it, and is not pushed away. */
export function InvoiceLines({ name, of, children = null }: { readonly name: string; readonly of: Of; readonly children?: ReactNode }): ReactNode {
  const query = useAllPages(INVOICE_LINES, of, linesOf);
  return (
    <>
      <section className="section" aria-label="Lines">
        <h2>Lines</h2>
        <Loaded query={query} rows={8}>{({ nodes, isWhole }) => <Lines {...{ name, lines: nodes, isWhole }} />}</Loaded>
      </section>
      {query.state !== 'loading' && children}
    </>
  );
}

function Lines({ name, lines, isWhole }: { readonly name: string; readonly lines: readonly InvoiceLine[]; readonly isWhole: boolean }): ReactNode {
  const [opened, setOpened] = useState<InvoiceLine | null>(null);
  const rows = useMemo(() => lines.map((line, index) => ({ ...line, index })), [lines]);
  const columns = useMemo(() => columnsOf(setOpened), []);
  if (lines.length === 0) {
    return <EmptyState title="Nothing was charged"><p>Neither capacity that was served nor anything else is booked in this month.</p></EmptyState>;
  }
  return (
    <>
      <DataTable caption={`Lines of ${name}`} columns={columns} rows={rows} keyOf={({ index }) => String(index)} />
      {!isWhole && <p className="hint">There is more: the CSV of the month has every line.</p>}
      {opened !== null && <EvidenceDialog line={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

type Row = InvoiceLine & { readonly index: number };

function columnsOf(open: (line: InvoiceLine) => void): readonly Column<Row>[] {
  return [
    { ...{ id: 'kind', title: 'What', isRowHeader: true }, sortBy: ({ kind }) => kind, cell: ({ kind }) => words(kind) },
    { id: 'reservation', title: 'Reservation', sortBy: ({ reservationId }) => reservationId, cell: ({ reservationId }) => <Id id={reservationId} name="the reservation" /> },
    {
      ...{ id: 'served', title: 'Served (UTC)' },
      sortBy: ({ served }) => served?.start ?? '',
      cell: ({ served }) => {
        const window = servedWindow(served);
        return window === null ? '—' : <Span window={window} isZoneSaid />;
      },
    },
    { id: 'posted', title: 'Booked', sortBy: ({ postedAt }) => postedAt, cell: ({ postedAt }) => <Time at={postedAt} /> },
    { id: 'amount', title: 'Amount, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Amount amount={amount} places={6} /> },
    {
      ...{ id: 'evidence', title: 'Evidence', isTitleHidden: true },
      cell: (line) =>
        line.version === null ? null : (
          <button type="button" className="quiet" onClick={() => open(line)}>
            Evidence<span className="visually-hidden">{` of ${words(line.kind)}, line ${line.index + 1}`}</span>
          </button>
        ),
    },
  ];
}

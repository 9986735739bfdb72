import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { allOf } from '../api/all-of.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useClock } from '../platform/clock.context.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { goTo, Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Time } from '../ui/values.js';
import { isMonth, netOf } from './amounts.js';
import { NOTE_COLUMNS } from './credit-note.columns.js';
import { CREDIT_NOTES, INVOICES, type CreditNote, type InvoiceHead } from './finance.documents.js';
import { FinanceShell } from './finance.shell.js';

const ALL = {};
const invoicesOf = ({ invoices }: { readonly invoices: Connection<InvoiceHead> }): Connection<InvoiceHead> => invoices;
const notesOf = ({ creditNotes }: { readonly creditNotes: Connection<CreditNote> }): Connection<CreditNote> => creditNotes;

/** Every invoice that was issued, the month that runs, and what was given back. */
export function InvoicesPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <FinanceShell viewer={viewer} title="Invoices" lead="A month is invoiced three days after its end; until then it is a draft. One in which nothing was charged is closed 45 days after its end, without an invoice.">
      <MonthPicker />
      <Records />
    </FinanceShell>
  );
}

function MonthPicker(): ReactNode {
  const id = useId();
  const running = useClock()?.now.slice(0, 7) ?? '';
  const [chosen, setChosen] = useState<string | null>(null);
  const month = chosen ?? running;
  const open = (event: FormEvent): void => {
    event.preventDefault();
    if (isMonth(month)) goTo(`/app/finance/invoices/${month}`);
  };
  return (
    <form className="in-line" onSubmit={open}>
      <div className="field">
        <label htmlFor={id}>Month (UTC)</label>
        {/* Whoever is in the field means the month that stands there, also when another one begins meanwhile. */}
        <input id={id} type="month" value={month} onFocus={() => setChosen(month)} onChange={({ target }) => setChosen(target.value)} />
      </div>
      <button type="submit" className="quiet" disabled={!isMonth(month)}>Open this month</button>
    </form>
  );
}

/** Both lists at once, so that neither moves the other. */
function Records(): ReactNode {
  const invoices = useAllPages(INVOICES, ALL, invoicesOf);
  const notes = useAllPages(CREDIT_NOTES, ALL, notesOf);
  return (
    <Loaded query={allOf({ invoices, notes })} rows={8}>
      {({ invoices: { nodes: heads }, notes: { nodes } }) => (
        <>
          <Invoices heads={heads} />
          <section className="section" aria-label="Credit notes">
            <h2>Credit notes</h2>
            <CreditNotes notes={nodes} />
          </section>
        </>
      )}
    </Loaded>
  );
}

function Invoices({ heads }: { readonly heads: readonly InvoiceHead[] }): ReactNode {
  if (heads.length === 0) {
    return <EmptyState title="No invoice yet"><p>What is booked of a month that runs is under “Open this month”.</p></EmptyState>;
  }
  return <DataTable caption="Invoices" columns={COLUMNS} rows={heads} keyOf={({ number }) => number} />;
}

const COLUMNS: readonly Column<InvoiceHead>[] = [
  {
    ...{ id: 'number', title: 'Number', isRowHeader: true },
    sortBy: ({ number }) => number,
    // Under a month stands the invoice that counts: one that is void is at its number.
    cell: ({ number, month, status }) => <Link to={`/app/finance/invoices/${status === 'VOID' ? number : month}`} className="row-link">{number}</Link>,
  },
  { id: 'month', title: 'Month', sortBy: ({ month }) => month, cell: ({ month }) => month },
  { id: 'state', title: 'State', sortBy: ({ status }) => status, cell: ({ status }) => <span className="state" data-state={status}>{words(status)}</span> },
  { id: 'issued', title: 'Issued', sortBy: ({ issuedAt }) => issuedAt, cell: ({ issuedAt }) => <Time at={issuedAt} /> },
  { id: 'due', title: 'Due', sortBy: ({ dueAt }) => dueAt ?? '', cell: ({ dueAt, status }) => (dueAt === null || status !== 'ISSUED' ? '—' : <Time at={dueAt} />) },
  { id: 'charges', title: 'Charges, USD', isNumber: true, sortBy: ({ charges }) => BigInt(charges), cell: ({ charges }) => <Amount amount={charges} places={6} /> },
  { id: 'credits', title: 'Credits, USD', isNumber: true, sortBy: ({ credits }) => BigInt(credits), cell: ({ credits }) => <Amount amount={credits} places={6} /> },
  { id: 'net', title: 'Net, USD', isNumber: true, sortBy: netOf, cell: (head) => <Amount amount={netOf(head)} places={6} /> },
];

function CreditNotes({ notes }: { readonly notes: readonly CreditNote[] }): ReactNode {
  if (notes.length === 0) {
    return <p className="quiet-note">None. A credit note gives back what an invoice charged too much.</p>;
  }
  return <DataTable caption="Credit notes" columns={NOTE_COLUMNS} rows={notes} keyOf={({ number }) => number} />;
}

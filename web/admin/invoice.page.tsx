import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { netOf } from '../billing/amounts.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Id, Money, Time } from '../ui/values.js';
import { AdminShell } from './admin.shell.js';
import { CreditNoteDialog } from './credit-note.dialog.js';
import { ISSUED_INVOICE, type Invoiced, type IssuedInvoice, type IssuedNote } from './invoices.documents.js';
import { VoidInvoiceDialog } from './void-invoice.dialog.js';

/** One invoice of anybody, and the two ways to correct it. */
export function IssuedInvoicePage({ params, viewer }: MemberPageProps): ReactNode {
  const number = params['number'] ?? '';
  return (
    <AdminShell viewer={viewer} title={`Invoice ${number}`} lead="Made void before it is paid, or corrected by a credit note whenever.">
      <File number={number} />
    </AdminShell>
  );
}

function File({ number }: { readonly number: string }): ReactNode {
  const query = useQuery(ISSUED_INVOICE, { number });
  return (
    <Loaded query={query} rows={10}>
      {({ issuedInvoice }) =>
        issuedInvoice === null ? (
          <EmptyState title="There is no such invoice" action={<Link className="button" to="/app/admin/invoices">All invoices</Link>} />
        ) : (
          <Shown invoice={issuedInvoice} />
        )
      }
    </Loaded>
  );
}

function Shown({ invoice }: { readonly invoice: IssuedInvoice }): ReactNode {
  const { reservations, creditNotes, status } = invoice;
  const [chosen, setChosen] = useState<Invoiced | null>(null);
  const [isVoiding, setVoiding] = useState(false);
  const isVoid = status === 'VOID';
  return (
    <>
      <Head invoice={invoice} />
      {!isVoid && <div className="buttons"><button type="button" className="quiet" onClick={() => setVoiding(true)}>Make it void</button></div>}
      <section className="section" aria-label="What it charged">
        <h2>What it charged</h2>
        {reservations.length === 0 ? (
          <p className="quiet-note">Nothing: it holds credits alone.</p>
        ) : (
          <DataTable caption="Reservations of the invoice" columns={columnsOf(isVoid ? null : setChosen)} rows={reservations} keyOf={({ reservationId }) => reservationId} />
        )}
      </section>
      <section className="section" aria-label="Credit notes">
        <h2>Credit notes</h2>
        {creditNotes.length === 0 ? (
          <p className="quiet-note">None corrects it.</p>
        ) : (
          <DataTable caption="Credit notes of the invoice" columns={NOTE_COLUMNS} rows={creditNotes} keyOf={(note) => note.number} />
        )}
      </section>
      {chosen !== null && <CreditNoteDialog invoice={invoice} chosen={chosen} onClose={() => setChosen(null)} />}
      {isVoiding && <VoidInvoiceDialog invoice={invoice} onClose={() => setVoiding(false)} />}
    </>
  );
}

function Head({ invoice }: { readonly invoice: IssuedInvoice }): ReactNode {
  const { month, organizationId, organizationName, status, issuedAt, dueAt, paidAt, voidedAt, voidReason } = invoice;
  return (
    <>
      <dl className="facts strip">
        <div><dt>Customer</dt><dd className="long-name">{organizationName}<span className="quiet-note"><Id id={organizationId} name={organizationName} /></span></dd></div>
        <div><dt>Month</dt><dd>{month}</dd></div>
        <div><dt>State</dt><dd><span className="state" data-state={status}>{words(status)}</span></dd></div>
        <div><dt>Charges</dt><dd><Money amount={invoice.charges} /></dd></div>
        <div><dt>Credits</dt><dd><Money amount={invoice.credits} /></dd></div>
        {invoice.tax !== '0' && <div><dt>Tax</dt><dd><Money amount={invoice.tax} /></dd></div>}
        <div><dt>Net</dt><dd><Money amount={netOf(invoice)} /></dd></div>
        <div><dt>Issued</dt><dd><Time at={issuedAt} /></dd></div>
        {status === 'ISSUED' && dueAt !== null && <div><dt>Due</dt><dd><Time at={dueAt} /></dd></div>}
        {paidAt !== null && <div><dt>Paid</dt><dd><Time at={paidAt} /></dd></div>}
        {voidedAt !== null && <div><dt>Void since</dt><dd><Time at={voidedAt} /></dd></div>}
      </dl>
      {voidReason !== null && <p className="notice long-name">{`Made void: ${voidReason}`}</p>}
    </>
  );
}

function columnsOf(choose: ((one: Invoiced) => void) | null): readonly Column<Invoiced>[] {
  return [
    { ...{ id: 'reservation', title: 'Reservation', isRowHeader: true }, sortBy: ({ reservationId }) => reservationId, cell: ({ reservationId }) => <Id id={reservationId} name="the reservation" /> },
    { id: 'charged', title: 'Charged, USD', isNumber: true, sortBy: ({ charged }) => BigInt(charged), cell: ({ charged }) => <Amount amount={charged} places={6} /> },
    { id: 'credited', title: 'Service credits, USD', isNumber: true, sortBy: ({ serviceCredits }) => BigInt(serviceCredits), cell: ({ serviceCredits }) => <Amount amount={serviceCredits} places={6} /> },
    { id: 'given', title: 'Credit notes, USD', isNumber: true, sortBy: ({ givenBack }) => BigInt(givenBack), cell: ({ givenBack }) => <Amount amount={givenBack} places={6} /> },
    { id: 'left', title: 'Left, USD', isNumber: true, sortBy: ({ available }) => BigInt(available), cell: ({ available }) => <Amount amount={available} places={6} /> },
    {
      ...{ id: 'give', title: 'Credit note', isTitleHidden: true },
      cell: (one) =>
        choose === null || one.available === '0' ? null : (
          <button type="button" className="quiet" onClick={() => choose(one)}>Give back<span className="visually-hidden">{`: ${one.reservationId}`}</span></button>
        ),
    },
  ];
}

const NOTE_COLUMNS: readonly Column<IssuedNote>[] = [
  { ...{ id: 'number', title: 'Number', isRowHeader: true }, sortBy: ({ number }) => number, cell: ({ number }) => number },
  { id: 'reservation', title: 'Reservation', cell: ({ reservationId }) => <Id id={reservationId} name="the reservation" /> },
  { id: 'reason', title: 'Why', cell: ({ reason }) => <span className="long-name">{reason}</span> },
  { id: 'issued', title: 'Issued', sortBy: ({ issuedAt }) => issuedAt, cell: ({ issuedAt }) => <Time at={issuedAt} /> },
  { id: 'amount', title: 'Given back, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Amount amount={amount} places={6} /> },
];

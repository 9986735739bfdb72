import { useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Id, Money, Span, Time } from '../ui/values.js';
import { isMonth, netOf, servedWindow } from './amounts.js';
import { OWN_COLUMNS } from './credit-note.columns.js';
import { EvidenceDialog } from './evidence.dialog.js';
import { FinanceShell } from './finance.shell.js';
import { CREDIT_NOTES, INVOICE, ISSUE_INVOICE, type CreditNote, type Invoice, type InvoiceLine } from './finance.documents.js';
import { InvoiceTaxes, WaitsForTax } from './invoice-taxes.section.js';
import { PdfInPlace } from './pdf-in-place.js';

/** One month: its invoice, or what is booked of it until now; each line leads to what it rests on. */
export function InvoicePage({ params, viewer }: MemberPageProps): ReactNode {
  const month = params['month'] ?? '';
  const query = useQuery(INVOICE, isMonth(month) ? { month } : null);
  return (
    <FinanceShell viewer={viewer} title={isMonth(month) ? `Invoice of ${month}` : 'Invoice'}>
      {isMonth(month) ? (
        <Loaded query={query} rows={10}>{({ invoice }) => <Shown invoice={invoice} isIssuer={viewer.isPlatformAdmin} />}</Loaded>
      ) : (
        <EmptyState title="That is no month" action={<Link className="button" to="/app/finance/invoices">All invoices</Link>}>
          <p>An invoice is of a month, such as 2026-11.</p>
        </EmptyState>
      )}
    </FinanceShell>
  );
}

function Shown({ invoice, isIssuer }: { readonly invoice: Invoice; readonly isIssuer: boolean }): ReactNode {
  const { lines, month, number } = invoice;
  const [opened, setOpened] = useState<InvoiceLine | null>(null);
  return (
    <>
      <Head {...{ invoice, isIssuer }} />
      <PdfInPlace key={month} month={month} />
      <section className="section" aria-label="Lines">
        <h2>Lines</h2>
        {lines.length === 0 ? (
          <EmptyState title="Nothing was charged"><p>Neither capacity that was served nor anything else is booked in this month.</p></EmptyState>
        ) : (
          <DataTable caption={`Lines of ${month}`} columns={columnsOf(setOpened)} rows={lines.map((line, index) => ({ ...line, index }))} keyOf={({ index }) => String(index)} />
        )}
      </section>
      <InvoiceTaxes taxes={invoice.taxes} month={month} />
      {number !== null && <Corrections invoiceNumber={number} />}
      {opened !== null && <EvidenceDialog line={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

function Head({ invoice, isIssuer }: { readonly invoice: Invoice; readonly isIssuer: boolean }): ReactNode {
  const { number, charges, credits, issuedAt, dueAt } = invoice;
  return (
    <>
      <dl className="facts strip">
        <div><dt>Number</dt><dd>{number ?? 'none: a draft'}</dd></div>
        <div><dt>Charges</dt><dd><Money amount={charges} /></dd></div>
        <div><dt>Credits</dt><dd><Money amount={credits} /></dd></div>
        <div><dt>Net</dt><dd><Money amount={netOf(invoice)} /></dd></div>
        {invoice.taxes.length > 0 && <div><dt>Tax</dt><dd><Money amount={invoice.taxAmount} /></dd></div>}
        {invoice.taxes.length > 0 && <div><dt>Total</dt><dd><Money amount={invoice.total} /></dd></div>}
        {issuedAt !== null && <div><dt>Issued</dt><dd><Time at={issuedAt} /></dd></div>}
        {dueAt !== null && <div><dt>Due</dt><dd><Time at={dueAt} /></dd></div>}
      </dl>
      <WaitsForTax waitingForTax={invoice.waitingForTax} />
      <Actions {...{ invoice, isIssuer }} />
    </>
  );
}

function Actions({ invoice: { number, month }, isIssuer }: { readonly invoice: Invoice; readonly isIssuer: boolean }): ReactNode {
  const announce = useAnnounce();
  const running = useClock()?.now.slice(0, 7) ?? '';
  return (
    <div className="buttons">
      <a className="button quiet" href={`/exports/invoice.csv?month=${month}`} download>{`CSV of ${month}`}</a>
      <a className="button quiet" href={`/exports/invoice.pdf?month=${month}`} download>{`PDF of ${month}`}</a>
      {number !== null && isIssuer && <Link className="button quiet" to={`/app/admin/invoices/${encodeURIComponent(number)}`}>Correct it</Link>}
      {number === null && month < running && (
        <MutationButton document={ISSUE_INVOICE} input={{ month }} onAccepted={(issued) => announce(`Invoice ${issued.number} is issued`)}>
          Close the month
        </MutationButton>
      )}
    </div>
  );
}

const notesOf = ({ creditNotes }: { readonly creditNotes: Connection<CreditNote> }): Connection<CreditNote> => creditNotes;

/** What of it was given back since: the invoice itself never changes. */
function Corrections({ invoiceNumber }: { readonly invoiceNumber: string }): ReactNode {
  const query = useAllPages(CREDIT_NOTES, { invoiceNumber }, notesOf);
  return (
    <section className="section" aria-label="Credit notes">
      <h2>Credit notes</h2>
      <Loaded query={query} rows={2}>
        {({ nodes }) =>
          nodes.length === 0 ? (
            <p className="quiet-note">None: nothing of it was given back.</p>
          ) : (
            <DataTable caption="Credit notes for this invoice" columns={OWN_COLUMNS} rows={nodes} keyOf={({ number }) => number} />
          )
        }
      </Loaded>
    </section>
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

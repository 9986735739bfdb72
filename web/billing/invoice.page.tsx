import type { ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { Money, Time } from '../ui/values.js';
import { isMonth, netOf } from './amounts.js';
import { OWN_COLUMNS } from './credit-note.columns.js';
import { FinanceShell } from './finance.shell.js';
import { CREDIT_NOTES, INVOICE, ISSUE_INVOICE, type CreditNote, type Invoice } from './finance.documents.js';
import { InvoiceByNumber } from './invoice-document.js';
import { InvoiceLines } from './invoice.lines.js';
import { InvoiceTaxes, WaitsForTax } from './invoice-taxes.section.js';
import { InvoiceOverage } from './overage.sections.js';
import { PdfInPlace } from './pdf-in-place.js';

/** What stands at a month is the invoice that counts, or a draft; at a number, the document that was issued. */
export function InvoicePage({ params, viewer }: MemberPageProps): ReactNode {
  const of = params['monthOrNumber'] ?? '';
  return (
    <FinanceShell viewer={viewer} title={isMonth(of) ? `Invoice of ${of}` : `Invoice ${of}`}>
      {isMonth(of) ? <Month month={of} first={viewer.organization.createdAt.slice(0, 7)} isIssuer={viewer.isPlatformAdmin} /> : <InvoiceByNumber number={of} />}
    </FinanceShell>
  );
}

/** `first`: the month in which the organization signed up. */
function Month({ month, first, isIssuer }: { readonly month: string; readonly first: string; readonly isIssuer: boolean }): ReactNode {
  const running = useClock()?.now.slice(0, 7);
  if (month < first) return <BeforeTheFirst {...{ month, first }} />;
  if (running === undefined) return <Skeleton rows={10} />;
  return month > running ? <ToCome {...{ month, running }} /> : <Booked {...{ month, isIssuer }} />;
}

/** Its invoice, or what is booked of it until now; each line leads to what it rests on. */
function Booked({ month, isIssuer }: { readonly month: string; readonly isIssuer: boolean }): ReactNode {
  const query = useQuery(INVOICE, { month });
  return <Loaded query={query} rows={10}>{({ invoice }) => <Shown {...{ invoice, isIssuer }} />}</Loaded>;
}

/** A draft of it would say that it costs nothing, which nobody knows yet. */
function ToCome({ month, running }: { readonly month: string; readonly running: string }): ReactNode {
  return (
    <EmptyState
      title={`${month} has not begun`}
      action={<Link className="button" to={`/app/finance/invoices/${running}`}>{`The draft of ${running}`}</Link>}
    >
      <p>Months are counted in UTC. This one begins <Time at={`${month}-01T00:00:00.000Z`} />: from then on what is booked stands here as a draft, and its invoice is issued once the month is over.</p>
    </EmptyState>
  );
}

/** A draft of it would stand open for ever: nothing can be booked in it any more. */
function BeforeTheFirst({ month, first }: { readonly month: string; readonly first: string }): ReactNode {
  return (
    <EmptyState
      title={`Your organization did not exist in ${month}`}
      action={<Link className="button" to={`/app/finance/invoices/${first}`}>{`The first month, ${first}`}</Link>}
    >
      <p>{`It signed up in ${first}, the first month that it has an invoice or a draft of. Months are counted in UTC.`}</p>
    </EmptyState>
  );
}

/** There is nothing to show of it, and nothing to do: it has no page and no lines. */
function ClosedWithout({ month, closedAt }: { readonly month: string; readonly closedAt: string }): ReactNode {
  return (
    <EmptyState title={`Nothing was charged in ${month}`} action={<Link className="button" to="/app/finance/exports">Its files</Link>}>
      <p>The month is closed without an invoice since <Time at={closedAt} />: nothing can be charged for it any more, and its files are final.</p>
    </EmptyState>
  );
}

function Shown({ invoice, isIssuer }: { readonly invoice: Invoice; readonly isIssuer: boolean }): ReactNode {
  const { month, number, closedAt } = invoice;
  if (closedAt !== null) return <ClosedWithout {...{ month, closedAt }} />;
  return (
    <>
      <Head {...{ invoice, isIssuer }} />
      <PdfInPlace key={month} month={month} />
      <InvoiceLines name={month} of={{ month, number: null }}>
        <InvoiceOverage overage={invoice.overage} month={month} />
        <InvoiceTaxes taxes={invoice.taxes} month={month} />
        {number !== null && <Corrections invoiceNumber={number} />}
      </InvoiceLines>
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

import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Money, Time } from '../ui/values.js';
import { netOf } from './amounts.js';
import { INVOICE_DOCUMENT, type InvoiceDocument } from './finance.documents.js';
import { InvoiceLines } from './invoice.lines.js';

/** One that is void has no other place than its number: its month has another, or a draft. */
export function InvoiceByNumber({ number }: { readonly number: string }): ReactNode {
  const query = useQuery(INVOICE_DOCUMENT, { number });
  return (
    <Loaded query={query} rows={10}>
      {({ invoiceDocument }) =>
        invoiceDocument === null ? (
          <EmptyState title="You have no such invoice" action={<Link className="button" to="/app/finance/invoices">All invoices</Link>}>
            <p>What stands in the address is a month, such as 2026-11, or the number of one of your invoices.</p>
          </EmptyState>
        ) : (
          <Shown invoice={invoiceDocument} />
        )
      }
    </Loaded>
  );
}

function Shown({ invoice }: { readonly invoice: InvoiceDocument }): ReactNode {
  const { number, month, status, charges, credits, tax, issuedAt } = invoice;
  return (
    <div data-void={status === 'VOID' || undefined}>
      {status === 'VOID' ? <WhyVoid invoice={invoice} /> : <p>It counts: <Link to={`/app/finance/invoices/${month}`}>{`Invoice of ${month}`}</Link> has its files and credit notes.</p>}
      <dl className="facts strip">
        <div><dt>State</dt><dd><span className="state" data-state={status}>{words(status)}</span></dd></div>
        <div><dt>Month</dt><dd>{month}</dd></div>
        <div><dt>Charges</dt><dd><Money amount={charges} /></dd></div>
        <div><dt>Credits</dt><dd><Money amount={credits} /></dd></div>
        {tax !== '0' && <div><dt>Tax</dt><dd><Money amount={tax} /></dd></div>}
        <div><dt>Net</dt><dd><Money amount={netOf(invoice)} /></dd></div>
        <div><dt>Issued</dt><dd><Time at={issuedAt} /></dd></div>
      </dl>
      <InvoiceLines name={number} of={{ month: null, number }} />
    </div>
  );
}

function WhyVoid({ invoice: { number, month, voidedAt, voidReason, replacedBy } }: { readonly invoice: InvoiceDocument }): ReactNode {
  const inItsPlace = <Link to={`/app/finance/invoices/${month}`}>{replacedBy ?? `the draft of ${month}`}</Link>;
  return (
    <div className="refusal" role="note">
      <p className="long-name"><strong>Void</strong>{voidedAt !== null && <> since <Time at={voidedAt} /></>}{voidReason !== null && `: ${voidReason}`}</p>
      <p><a className="button quiet" href={`/exports/invoice.pdf?number=${number}`} download>{`PDF of ${number}, marked as void`}</a></p>
      <p>Nothing of it is owed, and its number is never given again. What counts in its place: {inItsPlace}.</p>
    </div>
  );
}

import type { ReactNode } from 'react';
import { allOf } from '../api/all-of.js';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import type { MemberPageProps } from '../routes.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Money, Time } from '../ui/values.js';
import { netOf } from './amounts.js';
import { WALLET } from './billing.documents.js';
import { INVOICE, INVOICES, type Invoice, type InvoiceHead } from './finance.documents.js';
import { FinanceShell } from './finance.shell.js';
import { WalletFigures } from './wallet.figures.js';

const NOTHING = {};
const NEWEST = { after: null };

/** What there is, what is due, and what this month comes to. */
export function FinancePage({ viewer }: MemberPageProps): ReactNode {
  return (
    <FinanceShell
      viewer={viewer}
      title="Finance"
      actions={<Link className="button quiet" to="/app/wallet">Top up the wallet</Link>}
    >
      <Overview />
    </FinanceShell>
  );
}

/** All of it at once: whatever came first would be moved by the rest. */
function Overview(): ReactNode {
  const month = useClock()?.now.slice(0, 7);
  const wallet = useQuery(WALLET, NOTHING);
  const invoice = useQuery(INVOICE, month === undefined ? null : { month });
  const invoices = useQuery(INVOICES, NEWEST);
  return (
    <Loaded query={allOf({ held: wallet, running: invoice, issued: invoices })} rows={10}>
      {({ held, running, issued }) => (
        <>
          <WalletFigures wallet={held.wallet} />
          <div className="two-columns">
            <ThisMonth invoice={running.invoice} />
            <Issued heads={issued.invoices.edges.slice(0, 6).map(({ node }) => node)} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function ThisMonth({ invoice }: { readonly invoice: Invoice }): ReactNode {
  return (
    <section className="card" aria-label="This month">
      <h2 className="card-title">{`This month, ${invoice.month}`}</h2>
      <Totals invoice={invoice} />
    </section>
  );
}

function Totals({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const { totals, month } = invoice;
  const net = netOf(invoice);
  if (totals.length === 0) {
    return <EmptyState title="Nothing is booked yet"><p>Capacity is charged for as it is served, hour by hour.</p></EmptyState>;
  }
  return (
    <>
      <p className="price-line">
        <output><Money amount={net < 0n ? -net : net} /></output>
        <span className="quiet-note">{net < 0n ? 'earned so far, a draft' : 'charged so far, a draft'}</span>
      </p>
      <dl className="lines">
        {totals.map(({ kind, count, amount }) => (
          <div key={kind}>
            <dt>{`${words(kind)} · ${count} ${count === 1 ? 'line' : 'lines'}`}</dt>
            <dd><Money amount={amount} /></dd>
          </div>
        ))}
      </dl>
      <p className="buttons"><Link to={`/app/finance/invoices/${month}`}>Line by line</Link></p>
    </>
  );
}

function Issued({ heads }: { readonly heads: readonly InvoiceHead[] }): ReactNode {
  return (
    <section className="card" aria-label="Last invoices">
      <h2 className="card-title">Last invoices</h2>
      {heads.length === 0 ? <NoInvoice /> : <Heads heads={heads} />}
    </section>
  );
}

function NoInvoice(): ReactNode {
  return <EmptyState title="No invoice yet"><p>A month is invoiced three days after its end, by itself.</p></EmptyState>;
}

function Heads({ heads }: { readonly heads: readonly InvoiceHead[] }): ReactNode {
  return (
    <dl className="lines">
      {heads.map((head) => (
        <div key={head.number}>
          <dt>
            {head.status === 'VOID' ? head.number : <Link to={`/app/finance/invoices/${head.month}`}>{head.number}</Link>}
            <span className="quiet-note"><DueText head={head} /></span>
          </dt>
          <dd><Money amount={netOf(head)} /></dd>
        </div>
      ))}
    </dl>
  );
}

function DueText({ head: { status, dueAt, paidAt } }: { readonly head: InvoiceHead }): ReactNode {
  if (status === 'PAID' && paidAt !== null) return <>paid <Time at={paidAt} /></>;
  if (status === 'ISSUED' && dueAt !== null) return <>due <Time at={dueAt} /></>;
  return words(status);
}

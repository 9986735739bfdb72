import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { Link } from '../ui/router.js';
import { Money, Time } from '../ui/values.js';
import type { CreditLine } from './controls.documents.js';
import { Figure } from './figure.js';

type Bill = CreditLine['bills'][number];
type Age = CreditLine['ages'][number];

/** What may be owed to the exchange, what is, and what of it is late. */
export function CreditLineSection({ line }: { readonly line: CreditLine }): ReactNode {
  const { limit, frozenBy, drawn, ages, bills } = line;
  const isThere = limit !== null || BigInt(drawn) > 0n;
  return (
    <section className="section" aria-labelledby="credit-line">
      <header className="card-head">
        <h2 id="credit-line">Credit line</h2>
        {frozenBy !== null && <strong className="badge" data-bad>frozen</strong>}
      </header>
      {isThere ? (
        <>
          <Terms line={line} />
          {bills.length > 0 && <DataTable caption="Due with invoices, the oldest first" columns={BILL_COLUMNS} rows={bills} keyOf={({ invoiceNumber }) => invoiceNumber} />}
          {bills.length > 0 && <DataTable caption="Due, by how long it has been" columns={AGE_COLUMNS} rows={ages} keyOf={({ age }) => age} />}
        </>
      ) : (
        <p>You have none: what is bought is paid from the wallet. Those who run the exchange grant lines.</p>
      )}
    </section>
  );
}

function Terms({ line: { limit, termDays, from, drawn, unused, frozenBy } }: { readonly line: CreditLine }): ReactNode {
  return (
    <>
      {frozenBy !== null && <p role="status">{`Invoice ${frozenBy} is overdue, so nothing more can be drawn. Paying it, by a top-up or from what you earn, ends that.`}</p>}
      <dl className="figures">
        <Figure name="Line" amount={limit ?? '0'} note={limit === null ? 'taken away: what is owed is still due' : <>{`due ${termDays ?? 0} days after an invoice`}{from !== null && <>, from <Time at={from} /></>}</>} />
        <Figure name="Drawn" amount={drawn} note="owed, due or not" />
        <Figure name="Unused" amount={unused} note="can be drawn now" />
      </dl>
    </>
  );
}

const BILL_COLUMNS: readonly Column<Bill>[] = [
  { ...{ id: 'invoice', title: 'Invoice', isRowHeader: true }, cell: ({ invoiceNumber }) => <Link to="/app/finance/invoices">{invoiceNumber}</Link> },
  { id: 'due', title: 'Due', sortBy: ({ dueAt }) => dueAt, cell: ({ dueAt }) => <Time at={dueAt} /> },
  { id: 'amount', title: 'Amount', isNumber: true, cell: ({ amount }) => <Money amount={amount} /> },
  { id: 'repaid', title: 'Paid', isNumber: true, cell: ({ repaid }) => <Money amount={repaid} /> },
];

const AGE_COLUMNS: readonly Column<Age>[] = [
  { ...{ id: 'age', title: 'Overdue for', isRowHeader: true }, cell: ({ age }) => (age === 'current' ? 'Not due yet' : `${age} days`) },
  { id: 'amount', title: 'Amount', isNumber: true, cell: ({ amount }) => <Money amount={amount} /> },
];

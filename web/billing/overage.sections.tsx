import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { groupDigits, percent, words } from '../ui/format.js';
import { Amount, Money } from '../ui/values.js';
import { sumOf } from './amounts.js';
import type { Invoice, InvoiceLine } from './finance.documents.js';

type Total = Invoice['overage'][number];
type Part = InvoiceLine['parts'][number];

const tierText = (tier: string | null): string => (tier === null ? 'Not reported' : words(tier));
const keyOf = ({ tokenClass, tier }: Total | Part): string => `${tokenClass} ${tier}`;

/** What was used above reservations, by token class and served tier; nothing where it is not told apart. */
export function InvoiceOverage({ overage, month }: Pick<Invoice, 'overage' | 'month'>): ReactNode {
  if (overage.length === 0) return null;
  return (
    <section className="section" aria-label="Overage">
      <h2>Overage by tokens and tier</h2>
      <p className="quiet-note">
        <Money amount={sumOf(overage)} /> of the charges are for use above what was reserved. A tier is what the gateway served a request at; use that others reported has none.
      </p>
      <DataTable caption={`Overage of ${month}`} columns={TOTALS} rows={overage} keyOf={keyOf} />
    </section>
  );
}

const TOTALS: readonly Column<Total>[] = [
  { ...{ id: 'class', title: 'Tokens', isRowHeader: true }, sortBy: ({ tokenClass }) => tokenClass, cell: ({ tokenClass }) => words(tokenClass) },
  { id: 'tier', title: 'Served tier', sortBy: ({ tier }) => tierText(tier), cell: ({ tier }) => tierText(tier) },
  { id: 'count', title: 'In invoice lines', isNumber: true, sortBy: ({ count }) => count, cell: ({ count }) => groupDigits(String(count)) },
  { id: 'amount', title: 'Amount, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Amount amount={amount} places={6} /> },
  { id: 'credited', title: 'Came back, USD', isNumber: true, sortBy: ({ credited }) => BigInt(credited), cell: ({ credited }) => <Amount amount={credited} places={6} /> },
];

/** How the charge of an hour is parted. */
export function OverageParts({ parts }: Pick<InvoiceLine, 'parts'>): ReactNode {
  if (parts.length === 0) return null;
  return (
    <>
      <h3>By tokens and tier</h3>
      <p className="hint">
        Use above a reservation is of no token in particular: the charge, and what comes back of it, is parted by what all tokens of the hour weigh, beside an output token of 100 %.
      </p>
      <PartsTable parts={parts} />
    </>
  );
}

function PartsTable({ parts }: Pick<InvoiceLine, 'parts'>): ReactNode {
  return (
    <table className="schedule">
      <caption className="visually-hidden">By tokens and tier</caption>
      <thead>
        <tr>
          <th scope="col">Tokens, and their tier</th>
          <th scope="col" className="number">In the hour</th>
          <th scope="col" className="number">Amount, USD</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <tr key={keyOf(part)}>
            <th scope="row">{words(part.tokenClass)}<span className="quiet-note">{tierText(part.tier)}</span></th>
            <td className="number">{groupDigits(part.tokens)}<span className="quiet-note">{`${percent(part.weight)} each`}</span></td>
            <td className="number"><Amount amount={part.amount} places={6} /></td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>In all</th>
          <td className="number"><Amount amount={sumOf(parts)} places={6} /></td>
        </tr>
      </tfoot>
    </table>
  );
}

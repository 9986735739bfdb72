import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { groupDigits, percent, words } from '../ui/format.js';
import { Amount } from '../ui/values.js';
import type { Invoice, InvoiceLine } from './finance.documents.js';

type Total = Invoice['overage'][number];
type Part = InvoiceLine['parts'][number];

const tierText = (tier: string | null): string => tier ?? 'not reported';
const keyOf = ({ tokenClass, tier }: Total | Part): string => `${tokenClass} ${tier}`;

/** What was used above reservations, by token class and served tier; nothing where it is not told apart. */
export function InvoiceOverage({ overage, month }: Pick<Invoice, 'overage' | 'month'>): ReactNode {
  if (overage.length === 0) return null;
  return (
    <section className="section" aria-label="Overage">
      <h2>Overage by tokens and tier</h2>
      <DataTable caption={`Overage of ${month}`} columns={TOTALS} rows={overage} keyOf={keyOf} />
    </section>
  );
}

const TOTALS: readonly Column<Total>[] = [
  { ...{ id: 'class', title: 'Tokens', isRowHeader: true }, sortBy: ({ tokenClass }) => tokenClass, cell: ({ tokenClass }) => words(tokenClass) },
  { id: 'tier', title: 'Served tier', sortBy: ({ tier }) => tierText(tier), cell: ({ tier }) => tierText(tier) },
  { id: 'count', title: 'Lines', isNumber: true, sortBy: ({ count }) => count, cell: ({ count }) => groupDigits(String(count)) },
  { id: 'amount', title: 'Amount, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Amount amount={amount} places={6} /> },
  { id: 'credited', title: 'Came back, USD', isNumber: true, sortBy: ({ credited }) => BigInt(credited), cell: ({ credited }) => <Amount amount={credited} places={6} /> },
];

/** How the charge of an hour is parted. */
export function OverageParts({ parts }: Pick<InvoiceLine, 'parts'>): ReactNode {
  if (parts.length === 0) return null;
  return (
    <>
      <h3>By tokens and tier</h3>
      <p className="hint">Use above a reservation is of no token in particular: the charge, and what comes back of it, is parted by what the tokens of the hour weigh.</p>
      <table className="schedule">
        <thead>
          <tr>
            <th scope="col">Tokens</th>
            <th scope="col">Served tier</th>
            <th scope="col" className="number">In the hour</th>
            <th scope="col" className="number">Weight</th>
            <th scope="col" className="number">Amount, USD</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={keyOf(part)}>
              <td>{words(part.tokenClass)}</td>
              <td>{tierText(part.tier)}</td>
              <td className="number">{groupDigits(part.tokens)}</td>
              <td className="number">{percent(part.weight)}</td>
              <td className="number"><Amount amount={part.amount} places={6} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

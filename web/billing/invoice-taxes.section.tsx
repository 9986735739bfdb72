import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Link } from '../ui/router.js';
import { Amount } from '../ui/values.js';
import type { Invoice } from './finance.documents.js';

type Tax = Invoice['taxes'][number] & { readonly index: number };

/** Reasons that are in the hands of whoever is billed. */
const MENDED_BY_PROFILE: readonly string[] = ['NO_ADDRESS', 'ADDRESS_REFUSED', 'TAX_ID_REFUSED'];

/** Why the month is not closed, and where that is mended. */
export function WaitsForTax({ waitingForTax }: Pick<Invoice, 'waitingForTax'>): ReactNode {
  if (waitingForTax === null) return null;
  const { reason, message } = waitingForTax;
  return (
    <div className="notice" role="status">
      <p>{`This month waits for its tax: ${message}.`}</p>
      {MENDED_BY_PROFILE.includes(reason) && <p><Link to="/app/finance/profile">Billing profile</Link></p>}
    </div>
  );
}

/** By authority and rate; nothing where no tax was determined. */
export function InvoiceTaxes({ taxes, month }: Pick<Invoice, 'taxes' | 'month'>): ReactNode {
  if (taxes.length === 0) return null;
  return (
    <section className="section" aria-label="Tax">
      <h2>Tax</h2>
      <DataTable caption={`Tax of ${month}`} columns={COLUMNS} rows={taxes.map((tax, index) => ({ ...tax, index }))} keyOf={({ index }) => String(index)} />
    </section>
  );
}

const COLUMNS: readonly Column<Tax>[] = [
  { ...{ id: 'jurisdiction', title: 'Where', isRowHeader: true }, sortBy: ({ jurisdiction }) => jurisdiction, cell: ({ jurisdiction }) => jurisdiction },
  { id: 'type', title: 'Tax', sortBy: ({ taxType }) => taxType ?? '', cell: ({ taxType }) => (taxType === null ? '—' : taxType.replaceAll('_', ' ').toUpperCase()) },
  { id: 'rate', title: 'Rate', isNumber: true, sortBy: ({ percentage }) => Number(percentage ?? 0), cell: ({ percentage }) => (percentage === null ? '—' : `${percentage} %`) },
  { id: 'reason', title: 'Why', sortBy: ({ reason }) => reason, cell: ({ reason }) => words(reason.toUpperCase()) },
  { id: 'taxable', title: 'Taxable, USD', isNumber: true, sortBy: ({ taxable }) => BigInt(taxable), cell: ({ taxable }) => <Amount amount={taxable} places={2} /> },
  { id: 'amount', title: 'Tax, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Amount amount={amount} places={2} /> },
];

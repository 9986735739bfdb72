import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { EmptyState } from '../ui/states.js';
import { Id, Money, Time } from '../ui/values.js';
import type { Hanging } from './payments.documents.js';

/** What is set aside or in escrow, and should not be, or not so much. */
export function HangingMoney({ found }: { readonly found: readonly Hanging[] }): ReactNode {
  return (
    <section className="section" aria-label="Money that hangs">
      <h2>Money that hangs</h2>
      {found.length === 0 ? (
        <EmptyState title="Every sum that is set aside is for something"><p>What is set aside for orders and in escrow is held against the markets every hour.</p></EmptyState>
      ) : (
        <DataTable caption="Money that hangs, oldest first" columns={COLUMNS} rows={found} keyOf={({ organizationId, account }) => `${organizationId} ${account}`} />
      )}
    </section>
  );
}

const COLUMNS: readonly Column<Hanging>[] = [
  { ...{ id: 'account', title: 'Account', isRowHeader: true }, sortBy: ({ account }) => account, cell: ({ account }) => <Id id={account} name="account" /> },
  { id: 'whose', title: 'Whose books', cell: ({ organizationId }) => <Id id={organizationId} name="organization" /> },
  { id: 'amount', title: 'Holds', isNumber: true, cell: ({ amount }) => <Money amount={amount} /> },
  { id: 'due', title: 'Should hold', isNumber: true, cell: ({ due }) => <Money amount={due} /> },
  { id: 'since', title: 'Known since', sortBy: ({ foundAt }) => foundAt, cell: ({ foundAt }) => <Time at={foundAt} /> },
];

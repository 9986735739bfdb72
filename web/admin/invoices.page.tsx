import type { ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { netOf } from '../billing/amounts.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { FilterField } from '../ui/filter-field.js';
import { groupDigits, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { useFilter } from '../ui/use-filter.js';
import { Amount, Time } from '../ui/values.js';
import { AdminShell } from './admin.shell.js';
import { ISSUED_INVOICES, type IssuedHead } from './invoices.documents.js';

const NAMES = ['organization'] as const;
const invoicesOf = ({ issuedInvoices }: { readonly issuedInvoices: Connection<IssuedHead> }): Connection<IssuedHead> => issuedInvoices;

/** Every invoice that this exchange issued. */
export function IssuedInvoicesPage({ viewer }: MemberPageProps): ReactNode {
  const { filter, set } = useFilter(NAMES);
  return (
    <AdminShell viewer={viewer} title="Invoices" lead="What was issued to everybody, newest first. What was wrong is made void or corrected by a credit note.">
      <search className="filter-bar few" aria-label="Filters">
        <FilterField label="Organization" placeholder="its id" value={filter.organization} onChange={set('organization')} />
      </search>
      <Invoices organizationId={filter.organization.trim() || null} />
    </AdminShell>
  );
}

function Invoices({ organizationId }: { readonly organizationId: string | null }): ReactNode {
  const query = useAllPages(ISSUED_INVOICES, { organizationId }, invoicesOf);
  return (
    <Loaded query={query} rows={10}>
      {({ nodes, isWhole }) => (
        <>
          <p className="count" role="status">{`${groupDigits(String(nodes.length))} ${nodes.length === 1 ? 'invoice' : 'invoices'}${isWhole ? '' : ', and more: say whose'}`}</p>
          {nodes.length === 0 ? (
            <EmptyState title="No invoice is like that"><p>A month is invoiced three days after its end, or when its customer closes it.</p></EmptyState>
          ) : (
            <DataTable caption="Issued invoices" columns={COLUMNS} rows={nodes} keyOf={({ number }) => number} />
          )}
        </>
      )}
    </Loaded>
  );
}

const COLUMNS: readonly Column<IssuedHead>[] = [
  {
    ...{ id: 'number', title: 'Number', isRowHeader: true },
    sortBy: ({ number }) => number,
    cell: ({ number }) => <Link to={`/app/admin/invoices/${encodeURIComponent(number)}`} className="row-link">{number}</Link>,
  },
  { id: 'whose', title: 'Customer', sortBy: ({ organizationName }) => organizationName, cell: ({ organizationName }) => <span className="long-name">{organizationName}</span> },
  { id: 'month', title: 'Month', sortBy: ({ month }) => month, cell: ({ month }) => month },
  { id: 'state', title: 'State', sortBy: ({ status }) => status, cell: ({ status }) => <span className="state" data-state={status}>{words(status)}</span> },
  { id: 'issued', title: 'Issued', sortBy: ({ issuedAt }) => issuedAt, cell: ({ issuedAt }) => <Time at={issuedAt} /> },
  { id: 'net', title: 'Net, USD', isNumber: true, sortBy: netOf, cell: (head) => <Amount amount={netOf(head)} places={6} /> },
];

import { useMemo, useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { FilterField } from '../ui/filter-field.js';
import { groupDigits } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { useFilter } from '../ui/use-filter.js';
import { Id, Time } from '../ui/values.js';
import { ORGANIZATIONS, type Registered } from './admin.documents.js';
import { AdminShell } from './admin.shell.js';
import { TermsDialog } from './terms.dialog.js';

const NAMES = ['name'] as const;
const organizationsOf = ({ organizations }: { readonly organizations: Connection<Registered> }): Connection<Registered> => organizations;

/** Everybody who signed up. */
export function OrganizationsPage({ viewer }: MemberPageProps): ReactNode {
  const { filter, set } = useFilter(NAMES);
  return (
    <AdminShell viewer={viewer} title="Administration" lead="Everybody who signed up, newest first.">
      <search className="filter-bar few" aria-label="Filters">
        <FilterField label="Name" placeholder="any part of it" value={filter.name} onChange={set('name')} />
      </search>
      <Organizations name={filter.name.trim() || null} />
    </AdminShell>
  );
}

function Organizations({ name }: { readonly name: string | null }): ReactNode {
  const [opened, setOpened] = useState<Registered | null>(null);
  const columns = useMemo(() => columnsOf(setOpened), []);
  const query = useAllPages(ORGANIZATIONS, { name }, organizationsOf);
  return (
    <Loaded query={query} rows={10}>
      {({ nodes, isWhole }) => (
        <>
          <p className="count" role="status">{`${groupDigits(String(nodes.length))} ${nodes.length === 1 ? 'organization' : 'organizations'}${isWhole ? '' : ', and more'}`}</p>
          {nodes.length === 0 ? (
            <EmptyState title="Nobody is called that"><p>Any part of a name will do, in capitals or not.</p></EmptyState>
          ) : (
            <DataTable caption="Organizations" columns={columns} rows={nodes} keyOf={({ organizationId }) => organizationId} />
          )}
          {opened !== null && <TermsDialog whose={opened} onClose={() => setOpened(null)} />}
        </>
      )}
    </Loaded>
  );
}

const columnsOf = (open: (whose: Registered) => void): readonly Column<Registered>[] => [
  {
    ...{ id: 'name', title: 'Name', isRowHeader: true },
    sortBy: ({ name }) => name,
    cell: ({ name, isPlatform }) => <span className="long-name">{name}{isPlatform && <span className="badge">the exchange</span>}</span>,
  },
  { id: 'id', title: 'Id', cell: ({ organizationId, name }) => <Id id={organizationId} name={name} /> },
  { id: 'may', title: 'May', cell: ({ isBuyer, isProvider }) => [...(isBuyer ? ['buy'] : []), ...(isProvider ? ['provide'] : [])].join(', ') || '—' },
  { id: 'since', title: 'Since', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'members', title: 'People', isNumber: true, sortBy: ({ members }) => members, cell: ({ members }) => members },
  { id: 'keys', title: 'Keys', isNumber: true, sortBy: ({ apiKeys }) => apiKeys, cell: ({ apiKeys }) => apiKeys },
  {
    ...{ id: 'audit', title: 'Audit log', isTitleHidden: true },
    cell: (whose) => (
      <div className="row-actions">
        <Link to={`/app/admin/audit?organization=${encodeURIComponent(whose.organizationId)}`}>What it did<span className="visually-hidden">{`: ${whose.name}`}</span></Link>
        {!whose.isPlatform && <button type="button" className="quiet" onClick={() => open(whose)}>Terms…<span className="visually-hidden">{` of ${whose.name}`}</span></button>}
      </div>
    ),
  },
];

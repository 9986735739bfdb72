import type { ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState, NoPermission } from '../ui/states.js';
import { Id, PartedName, Time } from '../ui/values.js';
import { mayKeepBooks } from './permissions.js';
import { AUDIT_ENTRIES, type AuditEntry } from './settings.documents.js';
import { SettingsShell } from './settings.shell.js';

const ALL = {};
const entriesOf = ({ auditEntries }: { readonly auditEntries: Connection<AuditEntry> }): Connection<AuditEntry> => auditEntries;

/** What was done in the organization: it cannot be changed, by nobody. */
export function AuditPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <SettingsShell viewer={viewer} title="Audit trail" lead="Who did what to what, newest first. It cannot be changed.">
      {mayKeepBooks(viewer) ? <Entries /> : <NoPermission>Owners and finance read the audit trail.</NoPermission>}
    </SettingsShell>
  );
}

function Entries(): ReactNode {
  const query = useAllPages(AUDIT_ENTRIES, ALL, entriesOf);
  return (
    <Loaded query={query} rows={10}>
      {({ nodes, isWhole }) => (
        <>
          {nodes.length === 0 && <NoEntry />}
          {nodes.length > 0 && <DataTable caption="Audit trail" columns={AUDIT_COLUMNS} rows={nodes} keyOf={({ entryId }) => entryId} />}
          {!isWhole && <p className="hint">There is more: what came before these is kept, and can be read by API.</p>}
        </>
      )}
    </Loaded>
  );
}

function NoEntry(): ReactNode {
  return <EmptyState title="Nothing was done yet"><p>People who come and go, keys, limits and other settings stand here from now on.</p></EmptyState>;
}

export const AUDIT_COLUMNS: readonly Column<AuditEntry>[] = [
  { ...{ id: 'at', title: 'When', isRowHeader: true }, sortBy: ({ at }) => at, cell: ({ at }) => <Time at={at} /> },
  { id: 'action', title: 'What', sortBy: ({ action }) => action, cell: ({ action }) => <code><PartedName name={action} /></code> },
  { id: 'actor', title: 'Who', sortBy: ({ actor }) => actor, cell: ({ actor }) => <Actor actor={actor} /> },
  { id: 'subject', title: 'To what', cell: ({ subject }) => <Id id={subject} name="what it was done to" /> },
];

function Actor({ actor }: { readonly actor: string }): ReactNode {
  const [kind = '', id = ''] = actor.split(/:(.*)/s, 2);
  return <span className="id">{kind} <Id id={id} name={`this ${kind}`} /></span>;
}

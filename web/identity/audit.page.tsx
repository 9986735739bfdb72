import { useMemo, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState, NoPermission, Skeleton } from '../ui/states.js';
import { PartedName, Time } from '../ui/values.js';
import { mayKeepBooks } from './permissions.js';
import { AUDIT_ENTRIES, MEMBERS, type AuditEntry, type Member } from './settings.documents.js';
import { SettingsShell } from './settings.shell.js';
import { Actor, idOfActor, Named } from './trail.names.js';

const ALL = {};
const entriesOf = ({ auditEntries }: { readonly auditEntries: Connection<AuditEntry> }): Connection<AuditEntry> => auditEntries;

const membersOf = ({ members }: { readonly members: Connection<Member> }): Connection<Member> => members;
/** Names of people by their id. */
type Names = ReadonlyMap<string, string>;

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
  const people = useAllPages(MEMBERS, ALL, membersOf);
  const columns = useMemo(() => columnsOf(people.state === 'ready' ? people.data.nodes : []), [people]);
  // Names are part of each row: no row grows when they come.
  if (people.state === 'loading') return <Skeleton rows={10} />;
  return (
    <Loaded query={query} rows={10}>
      {({ nodes, isWhole }) => (
        <>
          {nodes.length === 0 && <NoEntry />}
          {nodes.length > 0 && <DataTable caption="Audit trail" columns={columns} rows={nodes} keyOf={({ entryId }) => entryId} />}
          {!isWhole && <p className="hint">There is more: what came before these is kept, and can be read by API.</p>}
        </>
      )}
    </Loaded>
  );
}

function NoEntry(): ReactNode {
  return <EmptyState title="Nothing was done yet"><p>People who come and go, keys, limits and other settings stand here from now on.</p></EmptyState>;
}

function columnsOf(people: readonly Member[]): readonly Column<AuditEntry>[] {
  const names: Names = new Map(people.map(({ memberId, name }) => [memberId, name]));
  const nameOf = (id: string): string | null => names.get(id) ?? null;
  return [
    { ...{ id: 'at', title: 'When', isRowHeader: true }, sortBy: ({ at }) => at, cell: ({ at }) => <Time at={at} /> },
    { id: 'action', title: 'What', sortBy: ({ action }) => action, cell: ({ action }) => <code><PartedName name={action} /></code> },
    { id: 'actor', title: 'Who', sortBy: ({ actor }) => nameOf(idOfActor(actor)) ?? actor, cell: ({ actor }) => <Actor {...{ actor }} name={nameOf(idOfActor(actor))} /> },
    { id: 'subject', title: 'To what', cell: ({ subject }) => <Named id={subject} name={nameOf(subject)} of="what it was done to" /> },
  ];
}

import { X } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { Actor, Named } from '../identity/trail.names.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { FilterField } from '../ui/filter-field.js';
import { groupDigits } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState } from '../ui/states.js';
import { useFilter } from '../ui/use-filter.js';
import { PartedName, Time } from '../ui/values.js';
import { AUDIT_TRAIL, type TrailEntry } from './admin.documents.js';
import { AdminShell } from './admin.shell.js';

const NAMES = ['organization', 'stream', 'event'] as const;
/** A thousand entries: whoever wants what came before says what of it. */
const NEWEST = { pagesMax: 10 };
const entriesOf = ({ auditTrail }: { readonly auditTrail: Connection<TrailEntry> }): Connection<TrailEntry> => auditTrail;

/** Who did what at this exchange, by organization, stream and event. */
export function AuditLogPage({ viewer }: MemberPageProps): ReactNode {
  const { filter, set, clear, isSet } = useFilter(NAMES);
  const { organization, stream, event } = filter;
  const wanted = useMemo(
    () => ({ organizationId: organization.trim() || null, subject: stream.trim() || null, action: event.trim() || null }),
    [organization, stream, event],
  );
  return (
    <AdminShell viewer={viewer} title="Audit log" lead="Who did what to what, newest first: what is state and what is in the log, told as one. It cannot be changed.">
      <search className="filter-bar few" aria-label="Filters">
        <FilterField label="Organization" placeholder="its id" value={organization} onChange={set('organization')} />
        <FilterField label="Stream or id" placeholder="such as ledger-…" value={stream} onChange={set('stream')} />
        <FilterField label="Event" placeholder="such as api-key.created" value={event} onChange={set('event')} />
        {isSet && <button type="button" className="quiet clear" onClick={clear}><X aria-hidden />Clear</button>}
      </search>
      <Entries wanted={wanted} narrow={(name, value) => set(name)(value)} />
    </AdminShell>
  );
}

type Narrow = (name: (typeof NAMES)[number], value: string) => void;

function Entries({
  wanted,
  narrow,
}: {
  readonly wanted: { readonly organizationId: string | null; readonly subject: string | null; readonly action: string | null };
  readonly narrow: Narrow;
}): ReactNode {
  const query = useAllPages(AUDIT_TRAIL, wanted, entriesOf, NEWEST);
  return (
    <Loaded query={query} rows={12}>
      {({ nodes, isWhole }) => (
        <>
          <p className="count" role="status">{`${groupDigits(String(nodes.length))} ${nodes.length === 1 ? 'entry' : 'entries'}${isWhole ? '' : ', and more before them: narrow the filter'}`}</p>
          {nodes.length === 0 ? (
            <EmptyState title="No entry is like that"><p>Ids and names of events are compared as a whole.</p></EmptyState>
          ) : (
            <DataTable caption="Audit log" columns={columnsOf(narrow)} rows={nodes} keyOf={({ entryId }) => entryId} />
          )}
        </>
      )}
    </Loaded>
  );
}

function columnsOf(narrow: Narrow): readonly Column<TrailEntry>[] {
  return [
    { ...{ id: 'at', title: 'When', isRowHeader: true }, sortBy: ({ at }) => at, cell: ({ at }) => <Time at={at} /> },
    {
      ...{ id: 'action', title: 'What' },
      sortBy: ({ action }) => action,
      cell: ({ action }) => <button type="button" className="row-button" onClick={() => narrow('event', action)} title="Only these"><PartedName name={action} /></button>,
    },
    { id: 'actor', title: 'Who', sortBy: ({ actor, actorName }) => actorName ?? actor, cell: ({ actor, actorName }) => <Actor actor={actor} name={actorName} /> },
    {
      ...{ id: 'organization', title: 'For' },
      sortBy: ({ organizationId, organizationName }) => organizationName ?? organizationId ?? '',
      cell: ({ organizationId, organizationName }) => (organizationId === null ? 'nobody' : <Named id={organizationId} name={organizationName} of="the organization" />),
    },
    { id: 'subject', title: 'To what', cell: ({ subject, subjectName }) => <Named id={subject} name={subjectName} of="what it was done to" /> },
  ];
}

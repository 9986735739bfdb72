import type { ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { duration, groupDigits, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import { START_VERIFICATION, VERIFICATIONS, type Verification } from './admin.documents.js';
import { AdminShell } from './admin.shell.js';

const ALL = {};
const NOTHING = {};
const WATCHING = { everyMs: 1_000, pagesMax: 1 };
const checksOf = ({ verifications }: { readonly verifications: Connection<Verification> }): Connection<Verification> => verifications;

/** Whether the log still says what was written into it, and everything else what the log says. */
export function VerifyPage({ viewer }: MemberPageProps): ReactNode {
  const announce = useAnnounce();
  const start = (
    <MutationButton document={START_VERIFICATION} input={NOTHING} onAccepted={() => announce('The log is being checked')}>
      Check the log
    </MutationButton>
  );
  return (
    <AdminShell
      viewer={viewer}
      title="Verify"
      lead="Recomputes every hash and every state, rebuilds every read model beside the live one, and holds all books against each other."
      actions={viewer.isPlatformAdmin ? start : undefined}
    >
      <Checks />
    </AdminShell>
  );
}

function Checks(): ReactNode {
  const query = useAllPages(VERIFICATIONS, ALL, checksOf, WATCHING);
  return (
    <Loaded query={query} rows={4}>
      {({ nodes }) =>
        nodes.length === 0 ? (
          <EmptyState title="Not checked from here yet"><p>It runs in the background and reads everything once; <code>npm run verify</code> does the same beside the product.</p></EmptyState>
        ) : (
          <DataTable caption="Checks of the log" columns={COLUMNS} rows={nodes} keyOf={({ verificationId }) => verificationId} />
        )
      }
    </Loaded>
  );
}

const COLUMNS: readonly Column<Verification>[] = [
  { ...{ id: 'asked', title: 'Asked for', isRowHeader: true }, cell: ({ requestedAt }) => <Time at={requestedAt} /> },
  {
    ...{ id: 'result', title: 'Result' },
    cell: ({ status, lie }) => <><span className="state" data-state={status}>{words(status)}</span>{lie !== null && <span className="issue">{lie}</span>}</>,
  },
  { id: 'streams', title: 'Streams', isNumber: true, cell: ({ streams }) => countText(streams) },
  { id: 'events', title: 'Events', isNumber: true, cell: ({ events }) => countText(events) },
  { id: 'projections', title: 'Read models', isNumber: true, cell: ({ projections }) => countText(projections) },
  { id: 'took', title: 'Took', cell: (check) => tookText(check) },
  { id: 'who', title: 'By', cell: ({ requestedBy }) => <Id id={requestedBy} name="who asked" /> },
];

const countText = (count: number | null): string => (count === null ? '—' : groupDigits(String(count)));

function tookText({ requestedAt, finishedAt }: Verification): string {
  if (finishedAt === null) return '—';
  const tookMs = Date.parse(finishedAt) - Date.parse(requestedAt);
  return tookMs < 1_000 ? 'less than 1 s' : duration(tookMs);
}

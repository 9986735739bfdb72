import { useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { mayTrade } from '../identity/permissions.js';
import { ServingTabs } from '../metering/serving.tabs.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { groupDigits, percent, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Time } from '../ui/values.js';
import { mirrorName } from './mirror.name.js';
import { PILOTS, type Pilot } from './pilot.documents.js';
import { StartPilotDialog } from './start-pilot.dialog.js';

const NOTHING = {};
const pilotsOf = ({ pilots }: { readonly pilots: Connection<Pilot> }): Connection<Pilot> => pilots;

/** Shares of traffic that are repeated on another lane, to compare the two before buying more. */
export function PilotsPage({ viewer }: MemberPageProps): ReactNode {
  const query = useAllPages(PILOTS, NOTHING, pilotsOf);
  const [isOpen, setOpen] = useState(false);
  const start = mayTrade(viewer) ? <button type="button" onClick={() => setOpen(true)}>Start a pilot…</button> : null;
  return (
    <Page title="Pilots" lead="Before you buy more: a share of your requests is repeated on a second lane. Clients notice nothing; what the repetition says is thrown away." actions={start}>
      <ServingTabs />
      <Loaded query={query} rows={5}>
        {({ nodes }) =>
          nodes.length === 0 ? (
            <EmptyState title="No pilot yet" action={start}>
              <p>Mirror a few per cent of your traffic to a reservation you hold, or to the fallback of your routing, and compare time to first token, stream speed, errors and cost on the very same requests.</p>
            </EmptyState>
          ) : (
            <DataTable caption="Pilots, newest first" columns={COLUMNS} rows={nodes} keyOf={({ pilotId }) => pilotId} />
          )
        }
      </Loaded>
      {isOpen && <StartPilotDialog onClose={() => setOpen(false)} />}
    </Page>
  );
}

const COLUMNS: readonly Column<Pilot>[] = [
  {
    ...{ id: 'mirror', title: 'Mirrored to', isRowHeader: true },
    cell: ({ pilotId, mirrorReservationId }) => (
      <Link to={`/app/pilots/${encodeURIComponent(pilotId)}`} className="row-link">
        <span className="market-name">{mirrorName(mirrorReservationId)}</span>
        {mirrorReservationId !== null && <span className="quiet-note">{`reservation …${mirrorReservationId.slice(-8)}`}</span>}
      </Link>
    ),
  },
  { ...{ id: 'state', title: 'State' }, sortBy: ({ state }) => state, cell: ({ state }) => <span className="state" data-state={state}>{words(state)}</span> },
  { ...{ id: 'share', title: 'Share', isNumber: true }, sortBy: ({ share }) => share, cell: ({ share }) => percent(share) },
  {
    ...{ id: 'requests', title: 'Requests', isNumber: true },
    sortBy: ({ requests }) => requests,
    cell: ({ requests, requestsMax }) => <>{groupDigits(String(requests))}<span className="quiet-note">{`of ${groupDigits(String(requestsMax))}`}</span></>,
  },
  {
    ...{ id: 'tokens', title: 'Tokens', isNumber: true },
    sortBy: ({ tokens }) => BigInt(tokens),
    cell: ({ tokens, tokensMax }) => <>{groupDigits(tokens)}<span className="quiet-note">{`of ${groupDigits(tokensMax)}`}</span></>,
  },
  { ...{ id: 'started', title: 'Started' }, sortBy: ({ startedAt }) => startedAt, cell: ({ startedAt }) => <Time at={startedAt} /> },
  { ...{ id: 'ends', title: 'Ends' }, sortBy: ({ endsAt }) => endsAt, cell: ({ endsAt, stoppedAt }) => <Time at={stoppedAt ?? endsAt} /> },
];

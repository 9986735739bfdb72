import { useMemo, type ReactNode } from 'react';
import type { Query } from '../api/query.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { groupDigits } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { Link } from '../ui/router.js';
import { Id } from '../ui/values.js';
import { ROUTED_LANES, type RoutedLane, type Routing } from './gateway.documents.js';
import { failures, ms, standingOf } from './lane.standing.js';

const lanesOf = ({ routedLanes }: { readonly routedLanes: Connection<RoutedLane> }): Connection<RoutedLane> => routedLanes;

/** What is known of the lanes under one routing. */
export interface Standing {
  readonly routing: Routing;
  readonly query: Query<{ readonly nodes: readonly RoutedLane[] }>;
}

type Shown = (standings: readonly Standing[]) => ReactNode;
const NONE: readonly Standing[] = [];

/** Asks for the lanes of each routing; what is around them comes with the last answer, so that none pushes away what is below it. */
export function WithStandings({ routings, found = NONE, children }: { readonly routings: readonly Routing[]; readonly found?: readonly Standing[]; readonly children: Shown }): ReactNode {
  const [next, ...rest] = routings;
  return next === undefined ? children(found) : <Asking key={next.keyId ?? 'every'} {...{ next, rest, found, shown: children }} />;
}

function Asking({ next, rest, found, shown }: { readonly next: Routing; readonly rest: readonly Routing[]; readonly found: readonly Standing[]; readonly shown: Shown }): ReactNode {
  const { keyId } = next;
  const asked = useMemo(() => ({ keyId }), [keyId]);
  const query = useAllPages(ROUTED_LANES, asked, lanesOf);
  if (query.state === 'loading') return <Skeleton rows={8} />;
  return <WithStandings routings={rest} found={[...found, { routing: next, query }]}>{shown}</WithStandings>;
}

/** How the lanes do under a routing, side by side: as they are measured, and whether a canary has its share. */
export function LaneStandingsSection({ standing: { routing: { share }, query }, name }: { readonly standing: Standing; readonly name: string }): ReactNode {
  const heading = `Lanes side by side: ${name}`;
  return (
    <section className="section" aria-label={heading}>
      <h2 className="clipped">{heading}</h2>
      <Loaded query={query} rows={3}>{({ nodes }) => (nodes.length === 0 ? <NoLane /> : <Standings {...{ lanes: nodes, share, heading }} />)}</Loaded>
      <p className="hint">Over the last ten minutes, by all gateway processes; each decides by what it saw itself, by the same rule. A canary that has retreated is tried again when what was seen of it is ten minutes old.</p>
    </section>
  );
}

function NoLane(): ReactNode {
  return (
    <EmptyState title="No lane holds anything now" action={<Link className="button quiet" to="/app/capacity">My capacity</Link>}>
      <p>What you reserved is a lane from its first instant on: then it stands here with what is measured of it.</p>
    </EmptyState>
  );
}

function Standings({ lanes, share, heading }: { readonly lanes: readonly RoutedLane[]; readonly share: Routing['share']; readonly heading: string }): ReactNode {
  const columns = useMemo(() => columnsOf(share), [share]);
  return <DataTable caption={heading} columns={columns} rows={lanes} keyOf={({ reservationId }) => reservationId} />;
}

function columnsOf(share: Routing['share']): readonly Column<RoutedLane>[] {
  return [
    { ...{ id: 'lane', title: 'Lane', isRowHeader: true }, cell: ({ marketId, reservationId }) => <span className="market-name">{marketId} <Id id={reservationId} name="this lane" /></span> },
    {
      ...{ id: 'standing', title: 'Now', isLong: true },
      cell: (lane) => {
        const { word, why } = standingOf(lane, share);
        return <><span className="state" data-state={lane.standing}>{word}</span><span className="quiet-note">{why}</span></>;
      },
    },
    { ...{ id: 'p95', title: 'TTFT p95', isNumber: true }, sortBy: ({ ttftP95Ms }) => ttftP95Ms ?? -1, cell: ({ ttftP95Ms, ttftPromisedMs }) => <>{ms(ttftP95Ms)}<span className="quiet-note">{`promised ${ms(ttftPromisedMs)}`}</span></> },
    { ...{ id: 'failed', title: 'Failed', isNumber: true }, sortBy: ({ failureShare }) => failureShare, cell: ({ failureShare, requests }) => (requests === 0 ? '—' : failures(failureShare)) },
    { ...{ id: 'requests', title: 'Requests', isNumber: true }, sortBy: ({ requests }) => requests, cell: ({ requests }) => groupDigits(String(requests)) },
  ];
}

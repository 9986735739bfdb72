import { useMemo, useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useClock } from '../platform/clock.context.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Segments } from '../ui/segments.js';
import { Link } from '../ui/router.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { Amount, Rate, Span } from '../ui/values.js';
import { RESERVATIONS, type Reservation } from './allocation.documents.js';
import { CapacityTimeline } from './capacity.timeline.js';
import { MarketName } from './market.strip.js';
import { OrdersPanel } from './orders.panel.js';

const SIDES = { BOUGHT: 'Bought', SOLD: 'Sold' } as const;
type Side = keyof typeof SIDES;
const reservationsOf = ({ reservations }: { readonly reservations: Connection<Reservation> }): Connection<Reservation> => reservations;
const LIVE: readonly Reservation['status'][] = ['HELD', 'SCHEDULED', 'ACTIVE'];

/** What this organization holds over time, what it sold, and what it waits for. */
export function CapacityPage({ viewer }: MemberPageProps): ReactNode {
  const [side, setSide] = useState<Side>('BOUGHT');
  const query = useAllPages(RESERVATIONS, { side }, reservationsOf);
  const actions = (
    <Segments label="Side of the sale" options={SIDES} value={side} onChange={setSide} />
  );
  return (
    <Page title="My capacity" actions={actions}>
      <Loaded query={query} rows={10}>
        {({ nodes }) => (
          <>
            {nodes.length === 0 ? <Nothing side={side} /> : <Held reservations={nodes} side={side} />}
            {side === 'BOUGHT' && viewer.organization.isBuyer && <OrdersPanel marketId={null} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Nothing({ side }: { readonly side: Side }): ReactNode {
  if (side === 'SOLD') return <EmptyState title="You have sold nothing yet"><p>What you hold can be resold from its own page.</p></EmptyState>;
  return (
    <EmptyState title="You have bought nothing yet" action={<Link className="button" to="/">See what is offered</Link>}>
      <p>Reserve a slice of what a provider serves, bid for one, or plan a whole week at once.</p>
    </EmptyState>
  );
}

function Held({ reservations, side }: { readonly reservations: readonly Reservation[]; readonly side: Side }): ReactNode {
  const clock = useClock();
  const live = useMemo(() => reservations.filter(({ status }) => LIVE.includes(status)), [reservations]);
  if (clock === null) return <Skeleton rows={10} />;
  return (
    <>
      {side === 'BOUGHT' && live.length > 0 && <CapacityTimeline reservations={live} now={clock.now} />}
      <DataTable caption="Reservations" columns={COLUMNS} rows={reservations} keyOf={keyOf} />
    </>
  );
}

const keyOf = ({ reservationId }: Reservation): string => reservationId;

const COLUMNS: readonly Column<Reservation>[] = [
  {
    ...{ id: 'market', title: 'Market', isRowHeader: true },
    sortBy: ({ marketId }) => marketId,
    cell: ({ reservationId, marketId, isResale, isTransfer }) => (
      <Link to={`/app/capacity/${encodeURIComponent(reservationId)}`} className="row-link">
        <MarketName id={marketId} />
        {isResale && <span className="badge">resale</span>}
        {isTransfer && <span className="badge">transferred</span>}
      </Link>
    ),
  },
  {
    ...{ id: 'status', title: 'State' },
    sortBy: ({ status }) => status,
    cell: ({ status }) => <span className="state" data-state={status}>{words(status)}</span>,
  },
  {
    ...{ id: 'quantity', title: 'Quantity', isNumber: true },
    sortBy: ({ quantity }) => BigInt(quantity),
    cell: ({ quantity }) => <Rate quantity={quantity} />,
  },
  {
    ...{ id: 'window', title: 'Window (UTC)' },
    sortBy: ({ window }) => window.start,
    cell: ({ window }) => <Span window={window} isZoneSaid />,
  },
  {
    ...{ id: 'unitPrice', title: 'USD per token/s·h', isNumber: true },
    sortBy: ({ unitPrice }) => BigInt(unitPrice),
    cell: ({ unitPrice }) => <Amount amount={unitPrice} places={6} />,
  },
  {
    ...{ id: 'amount', title: 'Price, USD', isNumber: true },
    sortBy: ({ amount }) => BigInt(amount),
    cell: ({ amount }) => <Amount amount={amount} places={6} />,
  },
];

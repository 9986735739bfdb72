import { useMemo, useState, type ReactNode } from 'react';
import { MINUTE_MS } from '../../src/kernel/time.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import { useClock, type ExchangeClock } from '../platform/clock.context.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { duration, groupDigits, percent, usd, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Rate, Span } from '../ui/values.js';
import { AmendDialog } from './amend.dialog.js';
import { MarketName } from './market.strip.js';
import { CANCEL_ORDER, ORDERS, WAITLIST_POSITION, type Order, type Waitlist } from './order.documents.js';

const ALL = { auctionId: null };
const ordersOf = ({ orders }: { readonly orders: Connection<Order> }): Connection<Order> => orders;

/** Bids of this organization: where each stands, and when its turn might come. */
export function OrdersPanel({ marketId }: { readonly marketId: string | null }): ReactNode {
  const query = useAllPages(ORDERS, ALL, ordersOf);
  return (
    <section className="section" aria-label="Your bids">
      <h2>Your bids</h2>
      <Loaded query={query} rows={3}>
        {({ nodes }) => <Orders orders={nodes} marketId={marketId} />}
      </Loaded>
    </section>
  );
}

function Orders({ orders, marketId }: { readonly orders: readonly Order[]; readonly marketId: string | null }): ReactNode {
  const own = useMemo(
    () =>
      orders
        .filter((order) => marketId === null || order.marketId === marketId)
        .sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.placedAt.localeCompare(a.placedAt)),
    [orders, marketId],
  );
  if (own.length === 0) {
    return <EmptyState title="No bid yet"><p>A bid that finds no offer waits its turn; where it stands is shown here.</p></EmptyState>;
  }
  return <DataTable caption="Your bids" columns={COLUMNS} rows={own} keyOf={({ orderId }) => orderId} />;
}

const isOpen = ({ status }: Order): boolean => status === 'RESTING' || status === 'SEALED';

const COLUMNS: readonly Column<Order>[] = [
  {
    ...{ id: 'market', title: 'Market', isRowHeader: true },
    sortBy: ({ marketId }) => marketId,
    cell: ({ marketId, auctionId }) => (
      <>
        <MarketName id={marketId} />
        {auctionId !== null && <span className="badge">auction</span>}
      </>
    ),
  },
  { id: 'window', title: 'Window (UTC)', sortBy: ({ window }) => window.start, cell: ({ window }) => <Span window={window} isZoneSaid /> },
  {
    ...{ id: 'limit', title: 'Limit, USD per token/s·h', isNumber: true },
    sortBy: ({ limitPrice }) => BigInt(limitPrice),
    cell: ({ limitPrice }) => <Amount amount={limitPrice} places={6} />,
  },
  {
    ...{ id: 'quantity', title: 'Left of', isNumber: true },
    sortBy: ({ quantity }) => BigInt(quantity),
    cell: ({ remaining, quantity }) => <span className="whole">{groupDigits(remaining)} / <Rate quantity={quantity} /></span>,
  },
  { id: 'state', title: 'State', sortBy: ({ status }) => status, cell: (order) => <State order={order} /> },
  { id: 'action', title: 'Action', isTitleHidden: true, cell: (order) => <Actions order={order} /> },
];

function State({ order }: { readonly order: Order }): ReactNode {
  return (
    <>
      <span className="state" data-state={order.status}>{words(order.status)}</span>
      {order.status === 'RESTING' && <Waiting orderId={order.orderId} />}
    </>
  );
}

/** A rate and no promise: what it is told from is told with it. */
function Waiting({ orderId }: { readonly orderId: string }): ReactNode {
  const clock = useClock();
  const query = useQuery(WAITLIST_POSITION, { orderId });
  const waiting = query.state === 'ready' ? query.data.waitlistPosition : null;
  if (waiting === null) return null;
  const { position, quantityAhead, estimate, trackRecord } = waiting;
  const ahead = quantityAhead === '0' ? '' : `, ${groupDigits(quantityAhead)} tokens/s ahead`;
  return (
    <span className="quiet-note">
      {`Place ${position}${ahead}. ${estimateText(estimate, clock)}${recordText(trackRecord)}`}
    </span>
  );
}

function estimateText(estimate: Waitlist['estimate'], clock: ExchangeClock | null): string {
  if (estimate === null || clock === null) return 'No estimate: nothing that it could take reached the waitlist lately.';
  const inMs = Date.parse(estimate.fillsAt) - Date.parse(clock.now);
  const came = `${groupDigits(estimate.supplied)} tokens/s that it could take came in ${duration(estimate.watchedMinutes * MINUTE_MS)}`;
  return `${came}: at that rate in about ${duration(inMs)}.${estimate.expiresFirst ? ' It ends before that.' : ''}`;
}

function recordText({ judged, inTime }: Waitlist['trackRecord']): string {
  return judged === 0 ? '' : ` ${percent(Math.round((inTime / judged) * 10_000))} of past estimates held.`;
}

function Actions({ order }: { readonly order: Order }): ReactNode {
  const [isAmending, setAmending] = useState(false);
  if (order.status !== 'RESTING' || order.auctionId !== null) return null;
  return (
    <div className="row-actions">
      <button type="button" className="quiet" onClick={() => setAmending(true)}>Change<span className="visually-hidden"> this bid</span></button>
      <Cancel order={order} />
      {isAmending && <AmendDialog order={order} onClose={() => setAmending(false)} />}
    </div>
  );
}

function Cancel({ order: { orderId } }: { readonly order: Order }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton
      document={CANCEL_ORDER}
      input={{ orderId }}
      className="quiet"
      onAccepted={({ order: { unspent } }) => announce(`Cancelled: ${usd(unspent)} is free again`)}
    >
      Cancel<span className="visually-hidden"> this bid</span>
    </MutationButton>
  );
}

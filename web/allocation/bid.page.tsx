import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { isMarketId } from '../../src/kernel/ids.js';
import type { Query } from '../api/query.js';
import { refreshAll } from '../api/refresh.js';
import { useQuery } from '../api/use-query.js';
import { useSubscription } from '../api/use-subscription.js';
import { useSession, useViewer } from '../identity/session.context.js';
import { mayBuy } from '../identity/permissions.js';
import { NO_POOLS, usePoolQuery } from '../providers/use-pools.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link, useSearchParams } from '../ui/router.js';
import { Segments } from '../ui/segments.js';
import { ChartPlace, EmptyState, NoPermission, Skeleton } from '../ui/states.js';
import { fieldOf, instantOf } from '../ui/time.js';
import { BookLadder } from './book.ladder.js';
import { DEPTH, DEPTH_CHANGED, MARKET_CHANGED, TRADES, type Depth } from './market.documents.js';
import { OrderTicket, type TicketProps } from './order.ticket.js';
import { OrdersTicket } from './orders.ticket.js';
import { OrdersPanel } from './orders.panel.js';
import { QuoteTicket } from './quote.ticket.js';
import { TradeList } from './trade.list.js';
import { windowIn } from './ticket.address.js';
import { useFirstHours } from './use-first-hours.js';
import { useHour } from './use-hour.js';

const DepthChart = lazy(async () => ({ default: (await import('./market.charts.js')).DepthChart }));
const EMPTY: Depth = { asOf: '', asks: [], bids: [] };
const NO_ASKS: Depth['asks'] = [];

const TICKETS = { bid: 'Bid', several: 'Several', quote: 'Firm price' } as const;

interface Chosen {
  readonly start: string;
  readonly end: string;
}

/** The book of one market for one window, and a ticket to bid into it. */
export function BidPage(): ReactNode {
  const [search, setSearch] = useSearchParams();
  const known = usePoolQuery();
  const pools = known.state === 'ready' ? known.data : NO_POOLS;
  const markets = [...new Set([...pools.values()].map(({ marketId }) => marketId))].sort();
  const asked = search.get('market') ?? '';
  const marketId = isMarketId(asked) ? asked : (markets[0] ?? null);
  const choose = (market: string): void => setSearch(new URLSearchParams({ market }), { replace: true });
  const picker = marketId !== null && <MarketSelect {...{ markets, marketId }} onChoose={choose} />;
  return (
    <Page title="Bid" lead="Say what you want and the most you pay. What nobody offers yet waits its turn." actions={picker}>
      {marketId === null ? <Loaded query={known} rows={10}>{() => <NoMarket />}</Loaded> : <Book key={marketId} marketId={marketId} />}
    </Page>
  );
}

function NoMarket(): ReactNode {
  return <EmptyState title="There is no market yet"><p>One begins with the first pool that a provider registers.</p></EmptyState>;
}

function MarketSelect({
  markets,
  marketId,
  onChoose,
}: {
  readonly markets: readonly string[];
  readonly marketId: string;
  readonly onChoose: (market: string) => void;
}): ReactNode {
  const known = markets.includes(marketId) ? markets : [marketId, ...markets];
  return (
    <select className="title-select" aria-label="Market" value={marketId} onChange={({ target }) => onChoose(target.value)}>
      {known.map((market) => <option key={market} value={market}>{market}</option>)}
    </select>
  );
}

function Book({ marketId }: { readonly marketId: string }): ReactNode {
  const hour = useHour();
  return hour === null ? <Skeleton rows={10} /> : <BookFrom {...{ marketId, hour }} />;
}

function BookFrom({ marketId, hour }: { readonly marketId: string; readonly hour: number }): ReactNode {
  const [begun] = useState(hour);
  const first = useFirstHours(marketId, begun);
  return first === null ? <Skeleton rows={10} /> : <Trading marketId={marketId} first={first} />;
}

function Trading({
  marketId,
  first,
}: {
  readonly marketId: string;
  readonly first: { readonly start: number; readonly end: number };
}): ReactNode {
  const viewer = useViewer();
  const [search] = useSearchParams();
  const [chosen, setChosen] = useState<Chosen>(() => windowIn(search) ?? { start: fieldOf(first.start), end: fieldOf(first.end) });
  const [start, end] = [instantOf(chosen.start), instantOf(chosen.end)];
  const window = start !== null && end !== null && start < end ? { start, end } : null;
  const depth = useDepth(marketId, window);
  const trades = useQuery(TRADES, { marketId });
  const [price, setPrice] = useState<string | null>(null);
  useSubscription(MARKET_CHANGED, { marketId }, refreshAll);
  // The ticket is above everything else on a telephone, and how tall it is depends on who looks.
  if (useSession().state === 'unknown' && depth.state !== 'failed') return <Skeleton rows={10} />;
  return (
    <>
      <div className="trading">
        <section className="card depth" aria-label="Depth">
          <h2 className="card-title">Depth</h2>
          <Loaded query={depth} rows={4}>{(known) => <DepthOrNothing depth={known} />}</Loaded>
        </section>
        <section className="card ladder-card" aria-label="Book">
          <h2 className="card-title">Book</h2>
          <Loaded query={depth} rows={4}>{(known) => <BookLadder depth={known} onPick={setPrice} />}</Loaded>
        </section>
        <section className="card tape-card" aria-label="Trades">
          <h2 className="card-title">Trades</h2>
          <Loaded query={trades} rows={4}>
            {({ trades: { edges } }) => <TradeList trades={edges.map(({ node }) => node)} />}
          </Loaded>
        </section>
        <section className="card ticket" aria-label="Order ticket">
          <h2 className="card-title">Order ticket</h2>
          <Ticket marketId={marketId} asks={depth.state === 'ready' ? depth.data.asks : NO_ASKS} window={chosen} onWindow={setChosen} picked={price} />
        </section>
      </div>
      {viewer !== null && <OrdersPanel marketId={marketId} />}
    </>
  );
}

/** A bid waits, and so do several that are typed as lines; a firm price is for all of it, now. The address holds which. */
function Ticket(props: TicketProps): ReactNode {
  const [search, setSearch] = useSearchParams();
  const ticket = ticketOf(search.get('ticket'));
  const setTicket = (next: keyof typeof TICKETS): void =>
    setSearch(new URLSearchParams({ market: props.marketId, ...(next !== 'bid' && { ticket: next }) }), { replace: true });
  return (
    <>
      <Segments label="How to buy" options={TICKETS} value={ticket} onChange={setTicket} />
      <ForBuyers><Form ticket={ticket} {...props} /></ForBuyers>
    </>
  );
}

type Ticketed = keyof typeof TICKETS;

const ticketOf = (asked: string | null): Ticketed => (asked === 'quote' || asked === 'several' ? asked : 'bid');

function Form({ ticket, ...props }: TicketProps & { readonly ticket: Ticketed }): ReactNode {
  switch (ticket) {
    case 'bid':
      return <OrderTicket {...props} />;
    case 'several':
      return <OrdersTicket marketId={props.marketId} />;
    case 'quote':
      return <QuoteTicket {...props} />;
  }
}

function DepthOrNothing({ depth }: { readonly depth: Depth }): ReactNode {
  if (depth.asks.length + depth.bids.length === 0) {
    return <EmptyState title="No orders for this window"><p>A bid would be the first in line.</p></EmptyState>;
  }
  return <Suspense fallback={<ChartPlace />}><DepthChart depth={depth} /></Suspense>;
}

function ForBuyers({ children }: { readonly children: ReactNode }): ReactNode {
  const session = useSession();
  if (session.state === 'unknown') return <Skeleton rows={6} />;
  if (session.state === 'signed-out') {
    return <p>Anybody may look; <Link to="/app/sign-in">sign in</Link> or <Link to="/app/sign-up">sign up</Link> to bid.</p>;
  }
  return mayBuy(session.viewer) ? children : <NoPermission>Owners and traders of buyers bid.</NoPermission>;
}

/** The book, told again whenever it is another. */
function useDepth(marketId: string, window: { readonly start: string; readonly end: string } | null): Query<Depth> {
  const variables = window === null ? null : { marketId, window };
  const about = JSON.stringify(variables);
  const query = useQuery(DEPTH, variables, { everyMs: 30_000 });
  const [told, setTold] = useState<{ readonly about: string; readonly depth: Depth } | null>(null);
  useSubscription(DEPTH_CHANGED, variables, ({ depthChanged }) => setTold({ about, depth: depthChanged }));
  return useMemo(() => {
    if (about === 'null') return { state: 'ready', data: EMPTY };
    if (told?.about === about) return { state: 'ready', data: told.depth };
    return query.state === 'ready' ? { state: 'ready', data: query.data.depth ?? EMPTY } : query;
  }, [about, told, query]);
}

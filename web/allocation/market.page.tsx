import type { ResultOf } from 'gql.tada';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { refreshAll } from '../api/refresh.js';
import type { Connection } from '../api/use-all-pages.js';
import { usePages, type Pages, type Read } from '../api/use-pages.js';
import { useSubscription } from '../api/use-subscription.js';
import { useViewer } from '../identity/session.context.js';
import { NO_POOLS, useEvidence, usePoolQuery } from '../providers/use-pools.js';
import type { PagedRows } from '../ui/data-table.js';
import { groupDigits } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link, useSearchParams } from '../ui/router.js';
import { Segments } from '../ui/segments.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { LISTINGS, type Listing } from './allocation.documents.js';
import { ListingTable } from './listing.table.js';
import { MARKET_CHANGED } from './market.documents.js';
import {
  askedOf,
  countOfFilters,
  filterOf,
  orderAsked,
  orderOf,
  searchOf,
  sortOf,
  type MarketFilter,
  type Offer,
} from './market.filter.js';
import { MarketFilterBar } from './market.filter-bar.js';
import { MarketStrip } from './market.strip.js';

const MarketData = lazy(async () => ({ default: (await import('./market-data.panel.js')).MarketData }));
const listingsOf = ({ listings }: { readonly listings: Connection<Listing> }): Connection<Listing> => listings;

const SELLERS = { no: 'Everybody’s', yes: 'Only mine' } as const;
const PAGE_ROWS = 100;

type Found = Pages<ResultOf<typeof LISTINGS>, Listing>;

/** What can be bought, by anybody to look at. The address holds what one looks for. */
export function MarketPage(): ReactNode {
  const [search, setSearch] = useSearchParams();
  const viewer = useViewer();
  const filter = useMemo(() => filterOf(search), [search]);
  const setFilter = (next: MarketFilter): void => setSearch(searchOf(next), { replace: true });
  const own = filter.own !== '' && viewer !== null;
  const status = own ? null : ('OPEN' as const);
  const asked = askedOf(filter);
  const found = usePages(LISTINGS, { ...asked, own, status, ...orderAsked(orderOf(filter)), first: PAGE_ROWS }, listingsOf);
  useSubscription(MARKET_CHANGED, asked.marketId === null ? null : { marketId: asked.marketId }, refreshAll);
  return (
    <Page
      title="Market"
      lead="Tokens per second of one model, over a window, under a latency promise."
      actions={viewer === null ? null : <Segments label="Whose listings" options={SELLERS} value={own ? 'yes' : 'no'} onChange={(mine) => setFilter({ ...filter, own: mine === 'yes' ? 'yes' : '' })} />}
    >
      <Loaded query={found.query} rows={12}>
        {(read) => <Offers {...{ read, found, filter, setFilter, own }} marketId={asked.marketId} />}
      </Loaded>
    </Page>
  );
}

function Offers({
  read: { nodes: listings, answer },
  found: { isBehind, more },
  filter,
  setFilter,
  marketId,
  own,
}: {
  readonly read: Read<ResultOf<typeof LISTINGS>, Listing>;
  readonly found: Found;
  readonly filter: MarketFilter;
  readonly setFilter: (filter: MarketFilter) => void;
  readonly marketId: string | null;
  readonly own: boolean;
}): ReactNode {
  const told = usePoolQuery();
  const pools = told.state === 'ready' ? told.data : NO_POOLS;
  const evidence = useEvidence(listings.map(({ poolId }) => poolId));
  const offers = useMemo(
    () =>
      listings.map(
        (listing): Offer => ({
          ...{ listing, pool: pools.get(listing.poolId) ?? null },
          evidence: evidence.get(listing.poolId) ?? null,
        }),
      ),
    [listings, pools, evidence],
  );
  const known = useMemo(() => [...pools.values()], [pools]);
  const count = answer.listingCount;
  const isFiltered = countOfFilters(filter) > 0;
  const paged: PagedRows = {
    ...{ order: orderOf(filter), count, onNearEnd: more },
    onOrder: (order) => setFilter({ ...filter, sort: sortOf(order) }),
  };
  return (
    <>
      <MarketStrip chosen={marketId} onChoose={(market) => setFilter({ ...filter, market })} />
      {marketId !== null && (
        <Suspense fallback={<div className="market-data-place"><Skeleton rows={6} /></div>}>
          <MarketData marketId={marketId} />
        </Suspense>
      )}
      <MarketFilterBar filter={filter} onChange={setFilter} pools={known} />
      <p className="count" role="status">{countOf(count, isFiltered, paged.order !== null)}</p>
      <div className="offers" aria-busy={isBehind}>
        {offers.length > 0 && <Loaded query={told} rows={12}>{() => <ListingTable {...{ offers, paged }} isOwn={own} />}</Loaded>}
      </div>
      {offers.length === 0 && (
        <Nothing isFiltered={isFiltered} onClear={() => setFilter(filterOf(new URLSearchParams()))} />
      )}
    </>
  );
}

function Nothing({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }): ReactNode {
  if (isFiltered) {
    return (
      <EmptyState
        title="No offer is like that"
        action={
          <>
            <button type="button" className="quiet" onClick={onClear}>Clear the filters</button>
            <Link className="button" to="/app/bid">Place a bid instead</Link>
          </>
        }
      >
        <p>A bid waits for one: it says what you want and the most you pay, and is filled when somebody offers it.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing is offered here now" action={<Link className="button" to="/app/bid">Place a bid</Link>}>
      <p>Providers list slices of their pools; buyers resell what they do not need. A bid waits for either.</p>
    </EmptyState>
  );
}

function countOf(count: number, isFiltered: boolean, isOrdered: boolean): string {
  const text = `${groupDigits(count.toString())} ${count === 1 ? 'offer' : 'offers'}`;
  if (isFiltered) return `${text} fit`;
  return isOrdered ? text : `${text}, best price first`;
}

import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { isMarketId } from '../../src/kernel/ids.js';
import { refreshAll } from '../api/refresh.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useSubscription } from '../api/use-subscription.js';
import { useViewer } from '../identity/session.context.js';
import { useEvidence, usePools } from '../providers/use-pools.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link, useSearchParams } from '../ui/router.js';
import { Segments } from '../ui/segments.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { LISTINGS, type Listing } from './allocation.documents.js';
import { ListingTable } from './listing.table.js';
import { MARKET_CHANGED } from './market.documents.js';
import { countOfFilters, filterOf, isWanted, searchOf, type MarketFilter, type Offer } from './market.filter.js';
import { MarketFilterBar } from './market.filter-bar.js';
import { MarketStrip } from './market.strip.js';

const MarketData = lazy(async () => ({ default: (await import('./market-data.panel.js')).MarketData }));
const listingsOf = ({ listings }: { readonly listings: Connection<Listing> }): Connection<Listing> => listings;

const SELLERS = { no: 'Everybody’s', yes: 'Only mine' } as const;

/** What can be bought, by anybody to look at. The address holds what one looks for. */
export function MarketPage(): ReactNode {
  const [search, setSearch] = useSearchParams();
  const viewer = useViewer();
  const filter = useMemo(() => filterOf(search), [search]);
  const setFilter = (next: MarketFilter): void => setSearch(searchOf(next), { replace: true });
  const marketId = isMarketId(filter.market) ? filter.market : null;
  const own = filter.own !== '' && viewer !== null;
  const status = own ? null : ('OPEN' as const);
  const query = useAllPages(LISTINGS, { marketId, own, status }, listingsOf);
  useSubscription(MARKET_CHANGED, marketId === null ? null : { marketId }, refreshAll);
  return (
    <Page
      title="Market"
      lead="Tokens per second of one model, over a window, under a latency promise."
      actions={viewer === null ? null : <Segments label="Whose listings" options={SELLERS} value={own ? 'yes' : 'no'} onChange={(mine) => setFilter({ ...filter, own: mine === 'yes' ? 'yes' : '' })} />}
    >
      <Loaded query={query} rows={12}>
        {({ nodes, isWhole }) => (
          <Offers {...{ listings: nodes, isWhole, filter, setFilter, marketId, own }} />
        )}
      </Loaded>
    </Page>
  );
}

function Offers({
  listings,
  isWhole,
  filter,
  setFilter,
  marketId,
  own,
}: {
  readonly listings: readonly Listing[];
  readonly isWhole: boolean;
  readonly filter: MarketFilter;
  readonly setFilter: (filter: MarketFilter) => void;
  readonly marketId: string | null;
  readonly own: boolean;
}): ReactNode {
  const pools = usePools();
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
  const shown = useMemo(() => offers.filter((offer) => isWanted(offer, filter)), [offers, filter]);
  return (
    <>
      <MarketStrip chosen={marketId} onChoose={(market) => setFilter({ ...filter, market })} />
      {marketId !== null && (
        <Suspense fallback={<div className="market-data-place"><Skeleton rows={6} /></div>}>
          <MarketData marketId={marketId} />
        </Suspense>
      )}
      <MarketFilterBar filter={filter} onChange={setFilter} pools={[...pools.values()]} />
      <p className="count" role="status">{countOf(shown.length, isWhole, countOfFilters(filter) > 0)}</p>
      {pools.size === 0 && listings.length > 0 && <Skeleton rows={12} />}
      {pools.size > 0 && shown.length > 0 && <ListingTable offers={shown} isOwn={own} />}
      {shown.length === 0 && (
        <Nothing isFiltered={listings.length > 0 || countOfFilters(filter) > 0} onClear={() => setFilter(filterOf(new URLSearchParams()))} />
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

function countOf(count: number, isWhole: boolean, isFiltered: boolean): string {
  const text = `${count} ${count === 1 ? 'offer' : 'offers'}`;
  if (!isWhole) return `${text}, and more are coming in`;
  return isFiltered ? `${text} fit` : `${text}, best price first`;
}

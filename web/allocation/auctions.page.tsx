import type { ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Rate, Span, Time } from '../ui/values.js';
import { MarketName } from './market.strip.js';
import { AUCTIONS, type AuctionListing } from './order.documents.js';

const NOTHING = {};
const auctionsOf = ({ listings }: { readonly listings: Connection<AuctionListing> }): Connection<AuctionListing> => listings;

/** Lots that are sold at one price to who bids highest. */
export function AuctionsPage(): ReactNode {
  const query = useAllPages(AUCTIONS, NOTHING, auctionsOf);
  return (
    <Page title="Auctions" lead="Sealed bids, one price for everybody who wins: the highest that was refused.">
      <Loaded query={query} rows={6}>
        {({ nodes }) =>
          nodes.length === 0 ? (
            <EmptyState title="Nothing is being auctioned" action={<Link className="button" to="/">See the market</Link>}>
              <p>Providers and holders may auction a lot instead of naming a price.</p>
            </EmptyState>
          ) : (
            <DataTable caption="Auctions" columns={COLUMNS} rows={nodes} keyOf={({ listingId }) => listingId} />
          )
        }
      </Loaded>
    </Page>
  );
}

const COLUMNS: readonly Column<AuctionListing>[] = [
  {
    ...{ id: 'market', title: 'Market', isRowHeader: true },
    sortBy: ({ marketId }) => marketId,
    cell: ({ listingId, marketId, isResale }) => (
      <Link to={`/app/auctions/${encodeURIComponent(listingId)}`} className="row-link">
        <MarketName id={marketId} />
        {isResale && <span className="badge">resale</span>}
      </Link>
    ),
  },
  {
    ...{ id: 'state', title: 'State' },
    sortBy: ({ auction }) => auction?.state ?? '',
    cell: ({ auction }) => auction !== null && <span className="state" data-state={auction.state}>{words(auction.state)}</span>,
  },
  { id: 'window', title: 'Window (UTC)', sortBy: ({ window }) => window.start, cell: ({ window }) => <Span window={window} isZoneSaid /> },
  { id: 'lot', title: 'Lot', isNumber: true, sortBy: ({ quantity }) => BigInt(quantity), cell: ({ quantity }) => <Rate quantity={quantity} /> },
  {
    ...{ id: 'price', title: 'Reserve or price, USD', isNumber: true },
    sortBy: ({ auction }) => BigInt(auction?.clearingPrice ?? auction?.reservePrice ?? '0'),
    cell: ({ auction }) => auction !== null && <Amount amount={auction.clearingPrice ?? auction.reservePrice} places={6} />,
  },
  {
    ...{ id: 'closes', title: 'Closes' },
    sortBy: ({ auction }) => auction?.closesAt ?? '',
    cell: ({ auction }) => auction !== null && <Time at={auction.closesAt} />,
  },
];

import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { StepChart } from '../ui/step-chart.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Rate, Span } from '../ui/values.js';
import { WITHDRAW } from './allocation.documents.js';
import type { PoolListing } from './pool.documents.js';
import { most } from './trade.js';

/** What is offered of a pool, and was. */
export function PoolListings({ listings, poolId }: { readonly listings: readonly PoolListing[]; readonly poolId: string }): ReactNode {
  return (
    <section className="section" aria-labelledby="pool-listings">
      <h2 id="pool-listings">Listings</h2>
      {listings.length === 0 ? (
        <EmptyState title="Nothing of this pool is listed" action={<Link className="button" to={`/app/pools/${encodeURIComponent(poolId)}/list`}>List capacity…</Link>}>
          <p>What is listed can be reserved by anybody, at its price or by auction, under the terms of the pool.</p>
        </EmptyState>
      ) : (
        <DataTable caption="Listings of this pool" columns={COLUMNS} rows={listings} keyOf={({ listingId }) => listingId} />
      )}
    </section>
  );
}

const COLUMNS: readonly Column<PoolListing>[] = [
  {
    ...{ id: 'window', title: 'Window (UTC)', isRowHeader: true },
    sortBy: ({ window }) => window.start,
    cell: ({ window, listingId, auction }) => (auction === null ? <Span window={window} isZoneSaid /> : <Link to={`/app/auctions/${encodeURIComponent(listingId)}`}><Span window={window} isZoneSaid /></Link>),
  },
  { ...{ id: 'kind', title: 'Sale' }, cell: ({ auction }) => (auction === null ? 'Fixed price' : 'Auction') },
  { ...{ id: 'status', title: 'State' }, sortBy: ({ status }) => status, cell: ({ status, auction }) => <span className="state" data-state={auction?.state ?? status}>{words(auction?.state ?? status)}</span> },
  { ...{ id: 'quantity', title: 'Offered', isNumber: true }, sortBy: ({ quantity }) => BigInt(quantity), cell: ({ quantity }) => <Rate quantity={quantity} /> },
  {
    ...{ id: 'left', title: 'Left' },
    sortBy: ({ remaining }) => BigInt(most(remaining)),
    cell: ({ remaining, window, quantity }) => <>{remaining.length === 0 ? 'nothing' : <Rate quantity={most(remaining)} />}<StepChart segments={remaining} window={window} whole={quantity} /></>,
  },
  { ...{ id: 'price', title: 'USD per token/s·h', isNumber: true }, sortBy: ({ unitPrice }) => BigInt(unitPrice), cell: ({ unitPrice }) => <Amount amount={unitPrice} places={6} /> },
  { ...{ id: 'million', title: 'USD per M tokens', isNumber: true }, sortBy: ({ pricePerMillionTokens }) => BigInt(pricePerMillionTokens), cell: ({ pricePerMillionTokens }) => <Amount amount={pricePerMillionTokens} places={3} /> },
  { ...{ id: 'action', title: 'Action', isTitleHidden: true }, cell: (listing) => <Withdraw listing={listing} /> },
];

function Withdraw({ listing: { listingId, status, auction } }: { readonly listing: PoolListing }): ReactNode {
  const announce = useAnnounce();
  if (status !== 'OPEN' || (auction !== null && auction.state !== 'UPCOMING')) return null;
  return (
    <MutationButton document={WITHDRAW} input={{ listingId }} className="quiet" onAccepted={() => announce('Withdrawn: nothing more is sold of this listing')}>
      Withdraw<span className="visually-hidden"> this listing</span>
    </MutationButton>
  );
}

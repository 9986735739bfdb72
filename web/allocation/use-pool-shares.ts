import { useMemo } from 'react';
import type { Query } from '../api/query.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { sharesOf, type PoolShares } from './pool.calendar.js';
import { POOL_LISTINGS, TITLES, type PoolListing, type PoolTitle } from './pool.documents.js';

const titlesOf = ({ titles }: { readonly titles: Connection<PoolTitle> }): Connection<PoolTitle> => titles;
const listingsOf = ({ listings }: { readonly listings: Connection<PoolListing> }): Connection<PoolListing> => listings;

export interface PoolView {
  readonly shares: PoolShares;
  readonly listings: readonly PoolListing[];
}

/** Who has how much of a pool, and what of it is offered: for its provider. */
export function usePoolView(poolId: string): Query<PoolView> {
  const titles = useAllPages(TITLES, { poolId }, titlesOf);
  const listings = useAllPages(POOL_LISTINGS, { poolId }, listingsOf);
  return useMemo(() => {
    if (titles.state !== 'ready') return titles;
    if (listings.state !== 'ready') return listings;
    const open = listings.data.nodes.filter(({ status }) => status === 'OPEN').map(({ remaining }) => remaining);
    return { state: 'ready', data: { shares: sharesOf(titles.data.nodes, open), listings: listings.data.nodes } };
  }, [titles, listings]);
}

import { useId, useState, type ReactNode } from 'react';
import { isMarketId } from '../../src/kernel/ids.js';
import { useQuery } from '../api/use-query.js';
import { useSession } from '../identity/session.context.js';
import { MARKETS } from '../providers/providers.documents.js';
import { CheckField } from '../ui/field.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Pager, usePaging } from '../ui/pager.js';
import { LISTINGS, type Listing } from './allocation.documents.js';
import { ListingTable } from './listing.table.js';
import { ReserveDialog } from './reserve.dialog.js';

interface Filter {
  /** As typed; it counts once it is a market's name. */
  readonly market: string;
  readonly isOwn: boolean;
}

/** What can be bought, by anybody to look at. */
export function MarketPage(): ReactNode {
  const session = useSession();
  const [filter, setFilter] = useState<Filter>({ market: '', isOwn: false });
  const [chosen, setChosen] = useState<Listing | null>(null);
  const marketId = isMarketId(filter.market.trim()) ? filter.market.trim() : null;
  const own = filter.isOwn && session.state === 'signed-in';
  const paging = usePaging(JSON.stringify([marketId, own]));
  const status = own ? null : ('OPEN' as const);
  const query = useQuery(LISTINGS, { marketId, own, status, after: paging.after });
  return (
    <Page title="Market" lead="Tokens per second of one model, over a window, under a latency promise. Best price first.">
      <MarketFilter filter={filter} onChange={setFilter} canBeOwn={session.state === 'signed-in'} />
      <Loaded query={query}>
        {({ listings: { edges, pageInfo } }) => (
          <>
            <p className="count" role="status">{countOf(edges.length, pageInfo.hasNextPage)}</p>
            {edges.length > 0 && (
              <ListingTable listings={edges.map(({ node }) => node)} onReserve={setChosen} />
            )}
            <Pager paging={paging} page={pageInfo} of="listings" />
          </>
        )}
      </Loaded>
      {chosen !== null && <ReserveDialog listing={chosen} onClose={() => setChosen(null)} />}
    </Page>
  );
}

function MarketFilter({
  filter,
  onChange,
  canBeOwn,
}: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
  readonly canBeOwn: boolean;
}): ReactNode {
  const id = useId();
  const query = useQuery(MARKETS, NOTHING);
  const isUnclear = filter.market.trim() !== '' && !isMarketId(filter.market.trim());
  const names = query.state === 'ready' ? query.data.pools.edges.map(({ node }) => node.marketId) : [];
  return (
    <search className="filter">
      <div className="field">
        <label htmlFor={id}>Market</label>
        <input
          {...{ id, list: `${id}-names`, placeholder: 'all', autoComplete: 'off' }}
          aria-describedby={`${id}-hint`}
          value={filter.market}
          onChange={({ target }) => onChange({ ...filter, market: target.value })}
        />
        <datalist id={`${id}-names`}>
          {[...new Set(names)].map((name) => <option key={name} value={name} />)}
        </datalist>
        <p id={`${id}-hint`} className="hint">
          {isUnclear ? 'Not a market yet, so all are shown: ' : ''}model@quantization, such as llama-3.3-70b@fp8
        </p>
      </div>
      {canBeOwn && (
        <CheckField
          label="Only my listings, in any state"
          checked={filter.isOwn}
          onChange={({ target }) => onChange({ ...filter, isOwn: target.checked })}
        />
      )}
    </search>
  );
}

const NOTHING = {};

function countOf(count: number, hasMore: boolean): string {
  if (count === 0) return 'Nothing is offered here now.';
  return `${count} ${count === 1 ? 'listing' : 'listings'}${hasMore ? ' on this page' : ''}`;
}

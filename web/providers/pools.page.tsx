import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayProvide } from '../identity/permissions.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Pager, usePaging } from '../ui/pager.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Stretches } from '../ui/stretches.js';
import { PoolFacts, PoolLine } from './pool.facts.js';
import { OWN_POOLS, type Pool } from './providers.documents.js';

/** The pools of this organization; what can be done with one comes from further down the stream. */
export function PoolsPage({
  viewer,
  actionsOf,
}: {
  readonly viewer: Viewer;
  readonly actionsOf: (pool: Pool) => ReactNode;
}): ReactNode {
  const paging = usePaging('pools');
  const query = useQuery(OWN_POOLS, { after: paging.after });
  const isProvider = mayProvide(viewer);
  return (
    <Page
      title="Pools"
      lead="What you can serve. Each pool is one deployment: parts of it are listed, sold and, when it must be, taken back."
      actions={isProvider ? <Link className="button" to="/app/pools/register">Register a pool</Link> : undefined}
    >
      {!viewer.organization.isProvider && <p>Your organization signed up as a buyer: it has no pools.</p>}
      <Loaded query={query}>
        {({ pools: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 && isProvider && <NoPool />}
            <ul className="cards">
              {edges.map(({ node }) => (
                <li key={node.poolId} className="card">
                  <PoolCard pool={node}>{isProvider && actionsOf(node)}</PoolCard>
                </li>
              ))}
            </ul>
            <Pager paging={paging} page={pageInfo} of="pools" />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function NoPool(): ReactNode {
  return <EmptyState title="No pool yet"><p>Say what a deployment can serve and under which promise; then list parts of it.</p></EmptyState>;
}

function PoolCard({ pool, children }: { readonly pool: Pool; readonly children: ReactNode }): ReactNode {
  return (
    <article aria-labelledby={`name-${pool.poolId}`}>
      <header className="card-head">
        <h2 id={`name-${pool.poolId}`}><Link to={`/app/pools/${encodeURIComponent(pool.poolId)}`}>{pool.name}</Link></h2>
        <span className="market-name">{pool.marketId}</span>
      </header>
      <p><PoolLine pool={pool} /></p>
      <Stretches label="Capacity" segments={pool.nameplate} />
      {children}
      <details>
        <summary>Profile, promise and terms</summary>
        <PoolFacts pool={pool} />
      </details>
    </article>
  );
}

import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayProvide } from '../identity/permissions.js';
import { PoolEvidencePanel } from '../providers/pool-evidence.panel.js';
import { PoolFacts, PoolLine } from '../providers/pool.facts.js';
import { POOL_FACTS, type Pool } from '../providers/providers.documents.js';
import type { MemberPageProps } from '../routes.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { Id } from '../ui/values.js';
import { PoolCalendar } from './pool-calendar.js';
import { PoolCurtailments } from './pool-curtailments.js';
import { PoolListings } from './pool-listings.js';
import { useHour } from './use-hour.js';
import { usePoolView } from './use-pool-shares.js';

/** One pool of this organization: what of it is sold, how well it serves, and what was taken back. */
export function PoolPage({ params, viewer }: MemberPageProps): ReactNode {
  const poolId = params['poolId'] ?? '';
  const query = useQuery(POOL_FACTS, { poolId });
  return (
    <Loaded query={query} rows={12} title="Pool">
      {({ pool }) =>
        pool === null || pool.providerId !== viewer.organization.organizationId ? (
          <Page title="Pool"><EmptyState title="You have no such pool" action={<Link className="button" to="/app/pools">Your pools</Link>} /></Page>
        ) : (
          <Of pool={pool} viewer={viewer} />
        )
      }
    </Loaded>
  );
}

function Of({ pool, viewer }: { readonly pool: Pool; readonly viewer: Viewer }): ReactNode {
  const path = `/app/pools/${encodeURIComponent(pool.poolId)}`;
  const mayAct = mayProvide(viewer);
  const lead = <><span className="market-name">{pool.marketId}</span><Id id={pool.poolId} name="this pool" /><PoolLine pool={pool} /></>;
  const actions = (
    <>
      <Link className="button quiet" to={`${path}/curtail`}>Take capacity back…</Link>
      <Link className="button quiet" to={`${path}/change`}>Change…</Link>
      <Link className="button" to={`${path}/list`}>List capacity…</Link>
    </>
  );
  return (
    <Page title={pool.name} lead={lead} actions={mayAct && actions}>
      <Capacity pool={pool} />
      <div className="two-columns even">
        <PoolEvidencePanel pool={pool} />
        <PoolCurtailments poolId={pool.poolId} />
      </div>
      <section className="section" aria-labelledby="pool-terms">
        <h2 id="pool-terms">Profile, promise and terms</h2>
        <div className="card"><PoolFacts pool={pool} /></div>
      </section>
    </Page>
  );
}

function Capacity({ pool }: { readonly pool: Pool }): ReactNode {
  const query = usePoolView(pool.poolId);
  const hour = useHour();
  return (
    <Loaded query={query} rows={14}>
      {({ shares, listings }) => (
        <>
          <section className="card" aria-label="Sold, offered and free">
            <h2 className="card-title">Sold, offered and free</h2>
            {hour === null ? <Skeleton rows={10} /> : <PoolCalendar shares={shares} from={Math.max(hour, shares.nameplate.starts[0] ?? hour)} />}
          </section>
          <PoolListings listings={listings} poolId={pool.poolId} />
        </>
      )}
    </Loaded>
  );
}

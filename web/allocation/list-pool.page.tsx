import { useState, type ReactNode } from 'react';
import { HOUR_MS } from '../../src/kernel/time.js';
import { useQuery } from '../api/use-query.js';
import { mayProvide } from '../identity/permissions.js';
import { useClock } from '../platform/clock.context.js';
import { POOL_FACTS, type Pool } from '../providers/providers.documents.js';
import type { MemberPageProps } from '../routes.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { EmptyState, NoPermission, Skeleton } from '../ui/states.js';
import { fieldOf } from '../ui/time.js';
import type { Segment } from '../ui/segment.js';
import type { ListingDraft } from './list.draft.js';
import { ListWizard } from './list.wizard.js';
import { freeStretches } from './pool.calendar.js';
import { firstStretch } from './trade.js';
import { usePoolView } from './use-pool-shares.js';

/** Offers part of a pool, step by step, with what a buyer will see before it is sent. */
export function ListPoolPage({ params, viewer }: MemberPageProps): ReactNode {
  const poolId = params['poolId'] ?? '';
  const query = useQuery(POOL_FACTS, { poolId });
  if (!mayProvide(viewer)) return <Page title="List capacity"><NoPermission>Owners and traders of providers list capacity.</NoPermission></Page>;
  return (
    <Loaded query={query} rows={10} title="List capacity">
      {({ pool }) =>
        pool === null || pool.providerId !== viewer.organization.organizationId ? (
          <Page title="List capacity"><EmptyState title="You have no such pool" action={<Link className="button" to="/app/pools">Your pools</Link>} /></Page>
        ) : (
          <Page title="List capacity" lead={<><Link to={`/app/pools/${encodeURIComponent(poolId)}`}>{pool.name}</Link><span className="market-name">{pool.marketId}</span></>}>
            <Free pool={pool} />
          </Page>
        )
      }
    </Loaded>
  );
}

function Free({ pool }: { readonly pool: Pool }): ReactNode {
  const clock = useClock();
  const query = usePoolView(pool.poolId);
  if (clock === null) return <Skeleton rows={10} />;
  return (
    <Loaded query={query} rows={10}>
      {({ shares }) => <Wizard pool={pool} free={freeStretches(shares)} now={clock.now} />}
    </Loaded>
  );
}

/** What is free when one comes here; it goes on being looked up, and what one typed stays. */
function Wizard({ pool, free, now }: { readonly pool: Pool; readonly free: readonly Segment[]; readonly now: string }): ReactNode {
  const [initial] = useState((): ListingDraft => {
    const { start, end, quantity } = firstStretch(free, now, pool.grid);
    const closesAt = start === '' ? '' : fieldOf(Math.max(Date.parse(now), Date.parse(`${start}:00Z`) - HOUR_MS));
    return { kind: 'fixed', start, end, quantity, price: '', isPostOnly: false, opensAt: '', closesAt };
  });
  return <ListWizard {...{ pool, free, initial }} />;
}

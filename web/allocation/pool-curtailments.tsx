import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Pager, usePaging } from '../ui/pager.js';
import { EmptyState } from '../ui/states.js';
import { Rate, Span, Time } from '../ui/values.js';
import { POOL_CURTAILMENTS } from './pool.documents.js';

/** What was taken back of a pool, which everybody sees who thinks of buying. */
export function PoolCurtailments({ poolId }: { readonly poolId: string }): ReactNode {
  const paging = usePaging(poolId);
  const query = useQuery(POOL_CURTAILMENTS, { poolId, after: paging.after });
  return (
    <section className="card" aria-label="Taken back">
      <h2 className="card-title">Taken back<span className="quiet-note">buyers see this too</span></h2>
      <Loaded query={query} rows={4}>
        {({ poolCurtailments: { edges, pageInfo } }) =>
          edges.length === 0 ? (
            <EmptyState title="Nothing was ever taken back"><p>When hardware fails, declare it here: holders are refunded at once, and may have something else ordered in its place.</p></EmptyState>
          ) : (
            <>
              <ul className="plain-list">
                {edges.map(({ node: { curtailmentId, cause, quantity, window, at } }) => (
                  <li key={curtailmentId}>
                    <span className="state">{words(cause)}</span>
                    <span className="grow"><Rate quantity={quantity} />, <Span window={window} /><span className="quiet-note">declared <Time at={at} /></span></span>
                  </li>
                ))}
              </ul>
              <Pager paging={paging} page={pageInfo} of="curtailments" />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

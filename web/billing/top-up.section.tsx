import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { utc, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Pager, usePaging } from '../ui/pager.js';
import { Amount } from '../ui/values.js';
import { TOP_UPS } from './billing.documents.js';

export function TopUpSection(): ReactNode {
  const paging = usePaging('top-ups');
  const query = useQuery(TOP_UPS, { after: paging.after });
  return (
    <section className="card" aria-labelledby="top-ups">
      <h2 id="top-ups">Top-ups</h2>
      <Loaded query={query}>
        {({ topUpHistory: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 && <p className="quiet-note">None yet.</p>}
            {edges.length > 0 && (
              <table className="stacked">
                <thead>
                  <tr>
                    <th scope="col">When (UTC)</th>
                    <th scope="col">State</th>
                    <th scope="col" className="number">Amount, USD</th>
                  </tr>
                </thead>
                <tbody>
                  {edges.map(({ node: { topUpId, createdAt, status, failureCode, amount } }) => (
                    <tr key={topUpId}>
                      <td data-label="When (UTC)">{utc(createdAt)}</td>
                      <td data-label="State">
                        {words(status)}
                        {failureCode !== null && <span className="quiet-note">{failureCode}</span>}
                      </td>
                      <td data-label="Amount, USD" className="number"><Amount amount={amount} places={2} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            <Pager paging={paging} page={pageInfo} of="top-ups" />
          </>
        )}
      </Loaded>
    </section>
  );
}

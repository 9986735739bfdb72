import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { shortId, usd, utc, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Pager, usePaging } from '../ui/pager.js';
import { LEDGER_ENTRIES, type LedgerEntry } from './billing.documents.js';

/** Every line of the books; the lines of one transaction sum to zero. */
export function LedgerSection(): ReactNode {
  const paging = usePaging('ledger');
  const query = useQuery(LEDGER_ENTRIES, { after: paging.after });
  return (
    <section className="card" aria-labelledby="ledger">
      <h2 id="ledger">Ledger</h2>
      <Loaded query={query}>
        {({ ledgerEntries: { edges, pageInfo } }) => (
          <>
            {edges.length === 0 && <p className="quiet-note">Nothing is booked yet.</p>}
            {edges.length > 0 && <LedgerTable entries={edges.map(({ node }) => node)} />}
            <Pager paging={paging} page={pageInfo} of="ledger entries" />
          </>
        )}
      </Loaded>
    </section>
  );
}

function LedgerTable({ entries }: { readonly entries: readonly LedgerEntry[] }): ReactNode {
  return (
    <table className="stacked">
      <thead>
        <tr>
          <th scope="col">No.</th>
          <th scope="col">When (UTC)</th>
          <th scope="col">What</th>
          <th scope="col">Account</th>
          <th scope="col" className="number">Amount</th>
          <th scope="col" className="number">Balance</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ version, line, postedAt, kind, account, amount, balance }) => (
          <tr key={`${version}.${line}`}>
            <td data-label="No.">{`${version}.${line}`}</td>
            <td data-label="When (UTC)">{utc(postedAt)}</td>
            <td data-label="What">{words(kind)}</td>
            <td data-label="Account">{accountName(account)}</td>
            <td data-label="Amount" className="number">{usd(amount)}</td>
            <td data-label="Balance" className="number">{usd(balance)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `reserved:<order>` and `escrow:<reservation>` hold a long id. */
function accountName(account: string): string {
  const [name = '', ...rest] = account.split(':');
  return rest.length === 0 ? name : `${name} …${shortId(account)}`;
}

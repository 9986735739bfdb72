import type { ReactNode } from 'react';
import { shortId } from '../ui/format.js';
import { Amount } from '../ui/values.js';
import { accountParts } from './amounts.js';
import type { LedgerEntry } from './finance.documents.js';

/** An account, and the end of what it is of. */
export function Account({ account }: { readonly account: string }): ReactNode {
  const { name, of } = accountParts(account);
  if (of === null) return name;
  return <span title={account}>{`${name} …${shortId(of)}`}</span>;
}

/** What one event posted: its amounts sum to zero. */
export function TransactionLines({ entries }: { readonly entries: readonly Pick<LedgerEntry, 'line' | 'account' | 'amount' | 'balance'>[] }): ReactNode {
  return (
    <table className="schedule">
      <thead>
        <tr>
          <th scope="col">Account</th>
          <th scope="col" className="number">Amount, USD</th>
          <th scope="col" className="number">Balance after, USD</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ line, account, amount, balance }) => (
          <tr key={line}>
            <td><Account account={account} /></td>
            <td className="number"><Amount amount={amount} places={6} /></td>
            <td className="number"><Amount amount={balance} places={6} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

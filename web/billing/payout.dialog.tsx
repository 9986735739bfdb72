import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Dialog } from '../ui/dialog.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Link } from '../ui/router.js';
import { Amount, Id, Money } from '../ui/values.js';
import { dayText } from './amounts.js';
import { PAYOUT_OF, type PayoutLine } from './payout.documents.js';

/** What a transfer pays, line by line, and the way to the books. */
export function PayoutDialog({ payoutId, onClose }: { readonly payoutId: string; readonly onClose: () => void }): ReactNode {
  const query = useQuery(PAYOUT_OF, { payoutId });
  return (
    <Dialog title="What it pays" onClose={onClose} className="wide">
      <Loaded query={query} rows={5}>
        {({ payout }) =>
          payout === null ? (
            <p>There is no such payout any more.</p>
          ) : (
            <>
              <dl className="facts">
                <div><dt>Payout</dt><dd><Id id={payout.payoutId} name="the payout" /></dd></div>
                <div><dt>State</dt><dd><span className="state" data-state={payout.state}>{words(payout.state)}</span></dd></div>
                <div><dt>Amount</dt><dd><Money amount={payout.amount} /></dd></div>
                {payout.reversed !== '0' && <div><dt>Came back</dt><dd><Money amount={payout.reversed} /></dd></div>}
              </dl>
              <DataTable caption="Lines of the payout" columns={COLUMNS} rows={payout.lines} keyOf={({ line }) => String(line)} />
            </>
          )
        }
      </Loaded>
    </Dialog>
  );
}

const COLUMNS: readonly Column<PayoutLine>[] = [
  { ...{ id: 'kind', title: 'What', isRowHeader: true }, sortBy: ({ kind }) => kind, cell: ({ kind }) => words(kind) },
  { id: 'day', title: 'Earned on (UTC)', sortBy: ({ earnedOn }) => earnedOn, cell: ({ earnedOn }) => dayText(earnedOn) },
  {
    ...{ id: 'of', title: 'Of' },
    cell: ({ reservationId, returnedPayoutId }) => {
      if (reservationId !== null) return <Link to={`/app/finance/ledger?reservation=${encodeURIComponent(reservationId)}`}>Its lines in the ledger</Link>;
      return returnedPayoutId === null ? '—' : <Id id={returnedPayoutId} name="the payout that came back" />;
    },
  },
  { id: 'amount', title: 'Amount, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Amount amount={amount} places={6} /> },
];

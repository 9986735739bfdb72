import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { Dialog } from '../ui/dialog.js';
import { Loaded } from '../ui/loaded.js';
import { goTo, Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { LEDGER_TRANSACTION, type LedgerEntry } from './finance.documents.js';
import { TransactionFacts } from './transaction.facts.js';

/** Why a line of the ledger is there. */
export function TransactionDialog({
  entry: { version, reservationId, orderId },
  onClose,
}: {
  readonly entry: LedgerEntry;
  readonly onClose: () => void;
}): ReactNode {
  const query = useQuery(LEDGER_TRANSACTION, { version });
  return (
    <Dialog title={`Transaction ${version}`} onClose={onClose}>
      <Loaded query={query} rows={8}>
        {({ ledgerTransaction }) =>
          ledgerTransaction === null ? (
            <EmptyState title="Nothing is behind this line"><p>The log has no such event: have it verified.</p></EmptyState>
          ) : (
            <TransactionFacts transaction={ledgerTransaction} />
          )
        }
      </Loaded>
      <p className="buttons">
        {reservationId !== null && <Link to={`/app/capacity/${encodeURIComponent(reservationId)}`}>Its reservation</Link>}
        {reservationId !== null && (
          <button
            type="button"
            className="quiet"
            onClick={() => {
              onClose();
              goTo(`/app/finance/ledger?reservation=${encodeURIComponent(reservationId)}`);
            }}
          >
            All about this reservation
          </button>
        )}
        {orderId !== null && <Link to="/app/capacity">Its bid is under My capacity</Link>}
      </p>
    </Dialog>
  );
}

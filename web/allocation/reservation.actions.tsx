import { useState, type ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { usd } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { PAY, RELEASE, type Reservation } from './allocation.documents.js';
import { CancelDialog } from './cancel.dialog.js';
import { ResellDialog } from './resell.dialog.js';

interface Subject {
  readonly reservation: Reservation;
}

/** A hold is paid, or given back. */
export function HoldActions({ reservation: { reservationId, amount } }: Subject): ReactNode {
  const announce = useAnnounce();
  return (
    <div className="buttons">
      <MutationButton
        document={PAY}
        input={{ reservationId }}
        onAccepted={({ walletBalance }) => announce(`Paid; the wallet holds ${usd(walletBalance)}`)}
        help={({ __typename: name }) =>
          name === 'InsufficientFundsRejection' && <Link to="/app/wallet">Top up the wallet</Link>
        }
      >
        {`Pay ${usd(amount)}`}
      </MutationButton>
      <MutationButton
        document={RELEASE}
        input={{ reservationId }}
        className="quiet"
        onAccepted={() => announce('Released: nothing was charged')}
      >
        Release
      </MutationButton>
    </div>
  );
}

/** Title is resold in parts, or given back as a whole before it begins. */
export function TitleActions({ reservation }: Subject): ReactNode {
  const [open, setOpen] = useState<'resell' | 'cancel' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <div className="buttons">
      {reservation.entitlement.length > 0 && (
        <button type="button" onClick={() => setOpen('resell')}>Resell…</button>
      )}
      {reservation.status === 'SCHEDULED' && (
        <button type="button" className="quiet" onClick={() => setOpen('cancel')}>Cancel…</button>
      )}
      {open === 'resell' && <ResellDialog reservation={reservation} onClose={close} />}
      {open === 'cancel' && <CancelDialog reservation={reservation} onClose={close} />}
    </div>
  );
}

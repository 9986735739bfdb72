import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { percent, usd } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Money } from '../ui/values.js';
import { CANCEL, CANCELLATION_QUOTE, type Reservation } from './allocation.documents.js';

/** Gives a reservation back at the price that is on show, and at no other. */
export function CancelDialog({
  reservation: { reservationId, marketId, amount },
  onClose,
}: {
  readonly reservation: Reservation;
  readonly onClose: () => void;
}): ReactNode {
  const announce = useAnnounce();
  const query = useQuery(CANCELLATION_QUOTE, { reservationId });
  return (
    <Dialog title={`Cancel ${marketId}`} onClose={onClose}>
      <Loaded query={query}>
        {({ cancellationQuote: quote }) => {
          if (quote === null) return <p>This reservation cannot be given back any more.</p>;
          return (
            <>
              <dl className="facts">
                <div><dt>You paid</dt><dd><Money amount={amount} /></dd></div>
                <div><dt>Is kept</dt><dd><Money amount={quote.fee} />{` (${percent(quote.feeShare)})`}</dd></div>
                <div><dt>Comes back</dt><dd><Money amount={quote.refund} /></dd></div>
              </dl>
              <MutationButton
                document={CANCEL}
                input={{ reservationId, feeAccepted: quote.fee }}
                className="danger"
                onAccepted={({ refund }) => {
                  announce(`Cancelled: ${usd(refund)} is on its way to your wallet`);
                  onClose();
                }}
              >
                {`Cancel for ${usd(quote.fee)}`}
              </MutationButton>
            </>
          );
        }}
      </Loaded>
    </Dialog>
  );
}

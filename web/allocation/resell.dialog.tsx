import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import { POOL_FACTS } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { tokensPerSecond, usd, usdField, utcWindow } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { RESELL, type Reservation } from './allocation.documents.js';
import { firstStretch } from './trade.js';
import { TradeForm } from './trade.form.js';

/** Offers part of what one holds, under the terms it was bought under. */
export function ResellDialog({
  reservation: { reservationId, marketId, poolId, entitlement, unitPrice },
  onClose,
}: {
  readonly reservation: Reservation;
  readonly onClose: () => void;
}): ReactNode {
  const clock = useClock();
  const announce = useAnnounce();
  const query = useQuery(POOL_FACTS, { poolId });
  return (
    <Dialog title={`Resell ${marketId}`} onClose={onClose}>
      <p>{`You paid ${usd(unitPrice)} per token/s and hour. You hold:`}</p>
      <ul className="stretches">
        {entitlement.map(({ quantity, window }) => (
          <li key={window.start}>{`${tokensPerSecond(quantity)}, ${utcWindow(window)}`}</li>
        ))}
      </ul>
      <Loaded query={query}>
        {({ pool }) => (
          <TradeForm
            document={RESELL}
            toInput={(trade) => ({ reservationId, ...trade })}
            initial={{
              ...firstStretch(entitlement, clock?.now ?? null, pool?.grid ?? 'HOUR'),
              quantity: entitlement[0]?.quantity ?? '',
              price: usdField(unitPrice),
            }}
            {...{ grid: pool?.grid ?? 'HOUR', isPriceAsked: true, submit: 'Offer for resale' }}
            onAccepted={() => {
              announce('Offered: it is on the market now');
              onClose();
            }}
          />
        )}
      </Loaded>
    </Dialog>
  );
}

import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import { POOL_FACTS } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { usd, usdField } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Stretches } from '../ui/stretches.js';
import { RESELL, type Reservation } from './allocation.documents.js';
import type { Grid } from '../ui/time.js';
import { firstStretch } from './trade.js';
import { TradeForm } from './trade.form.js';

/** Offers part of what one holds, under the terms it was bought under. */
export function ResellDialog({
  reservation,
  onClose,
}: {
  readonly reservation: Reservation;
  readonly onClose: () => void;
}): ReactNode {
  const { marketId, poolId, entitlement, unitPrice } = reservation;
  const query = useQuery(POOL_FACTS, { poolId });
  return (
    <Dialog title={`Resell ${marketId}`} onClose={onClose}>
      <p>{`You paid ${usd(unitPrice)} per token/s and hour. You hold:`}</p>
      <Stretches label="You hold" segments={entitlement} />
      <Loaded query={query}>
        {({ pool }) => <ResellForm {...{ reservation, onClose, grid: pool?.grid ?? 'HOUR' }} />}
      </Loaded>
    </Dialog>
  );
}

function ResellForm({
  reservation: { reservationId, entitlement, unitPrice },
  grid,
  onClose,
}: {
  readonly reservation: Reservation;
  readonly grid: Grid;
  readonly onClose: () => void;
}): ReactNode {
  const clock = useClock();
  const announce = useAnnounce();
  const stretch = firstStretch(entitlement, clock?.now ?? null, grid);
  return (
    <TradeForm
      document={RESELL}
      toInput={(trade) => ({ reservationId, ...trade })}
      initial={{ ...stretch, price: usdField(unitPrice) }}
      {...{ grid, isPriceAsked: true, submit: 'Offer for resale' }}
      onAccepted={() => {
        announce('Offered: it is on the market now');
        onClose();
      }}
    />
  );
}

import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import { PoolFacts } from '../providers/pool.facts.js';
import { POOL_FACTS } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { usd, usdField, utc } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { goTo } from '../ui/router.js';
import { Stretches } from '../ui/stretches.js';
import { RESERVE, type Listing } from './allocation.documents.js';
import { firstStretch } from './trade.js';
import { TradeForm } from './trade.form.js';

/** Sets part of a listing aside, after showing all that one buys with it. */
export function ReserveDialog({
  listing,
  onClose,
}: {
  readonly listing: Listing;
  readonly onClose: () => void;
}): ReactNode {
  const clock = useClock();
  const announce = useAnnounce();
  const pool = useQuery(POOL_FACTS, { poolId: listing.poolId });
  const grid = pool.state === 'ready' ? (pool.data.pool?.grid ?? 'HOUR') : 'HOUR';
  return (
    <Dialog title={`Reserve ${listing.marketId}`} onClose={onClose}>
      <Stretches label="Remaining" segments={listing.remaining} />
      <TradeForm
        document={RESERVE}
        toInput={({ window, quantity }) => ({ listingId: listing.listingId, window, quantity })}
        initial={{
          ...firstStretch(listing.remaining, clock?.now ?? null, grid),
          quantity: '',
          price: usdField(listing.unitPrice),
        }}
        {...{ grid, isPriceAsked: false, submit: 'Reserve' }}
        onAccepted={({ reservation: { amount, expiresAt } }) => {
          announce(`Held for you: pay ${usd(amount)} before ${utc(expiresAt ?? '')} UTC`);
          onClose();
          goTo('/app/reservations');
        }}
      />
      <Loaded query={pool}>
        {({ pool: found }) => found !== null && (
          <details open>
            <summary>{`What you buy: ${found.name}`}</summary>
            <PoolFacts pool={found} />
          </details>
        )}
      </Loaded>
    </Dialog>
  );
}

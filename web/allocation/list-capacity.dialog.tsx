import { useState, type ReactNode } from 'react';
import { useClock } from '../platform/clock.context.js';
import type { Pool } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { Stretches } from '../ui/stretches.js';
import { CREATE_LISTING } from './allocation.documents.js';
import { firstStretch } from './trade.js';
import { TradeForm } from './trade.form.js';

/** Offers part of a pool at a price. */
export function ListCapacity({ pool }: { readonly pool: Pool }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>List capacity…</button>
      {isOpen && <ListCapacityDialog pool={pool} onClose={() => setOpen(false)} />}
    </>
  );
}

function ListCapacityDialog({
  pool: { poolId, name, marketId, nameplate, grid },
  onClose,
}: {
  readonly pool: Pool;
  readonly onClose: () => void;
}): ReactNode {
  const clock = useClock();
  const announce = useAnnounce();
  return (
    <Dialog title={`List capacity of ${name}`} onClose={onClose}>
      <p>{`The pool serves, as ${marketId}:`}</p>
      <Stretches label="Capacity of the pool" segments={nameplate} />
      <TradeForm
        document={CREATE_LISTING}
        toInput={(trade) => ({ poolId, ...trade })}
        initial={{ ...firstStretch(nameplate, clock?.now ?? null, grid), quantity: '', price: '' }}
        {...{ grid, isPriceAsked: true, submit: 'List' }}
        onAccepted={() => {
          announce('Listed: it is on the market now');
          onClose();
        }}
      />
    </Dialog>
  );
}

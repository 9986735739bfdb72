import { type ReactNode } from 'react';
import { useClock } from '../platform/clock.context.js';
import type { Pool } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { percent, usdField } from '../ui/format.js';
import { RectanglePicker, type Rectangle } from '../ui/rectangle-picker.js';
import { fieldOf, gridMs, instantOf } from '../ui/time.js';
import { Money } from '../ui/values.js';
import { RESELL, type Reservation } from './allocation.documents.js';
import { firstStretch, type TradeFields } from './trade.js';
import { TradeForm } from './trade.form.js';

/** Offers part of what one holds, under the terms it was bought under: drag a rectangle, name a price. */
export function ResellPanel({ reservation, pool }: { readonly reservation: Reservation; readonly pool: Pool }): ReactNode {
  return (
    <section className="card" aria-label="Resell">
      <h2 className="card-title">Resell</h2>
      <Form reservation={reservation} pool={pool} />
    </section>
  );
}

function Form({ reservation, pool }: { readonly reservation: Reservation; readonly pool: Pool }): ReactNode {
  const { reservationId, entitlement, unitPrice } = reservation;
  const { isTransferable, royalty } = pool.terms.resale;
  const clock = useClock();
  const announce = useAnnounce();
  if (!isTransferable) return <p className="quiet-note">This provider allows no resale now. What was bought under other terms keeps them.</p>;
  const now = clock?.now ?? null;
  return (
    <>
      <p className="quiet-note">
        You paid <Money amount={unitPrice} /> per token/s and hour. {percent(royalty)} of what you get is the provider’s.
      </p>
      <TradeForm
        document={RESELL}
        toInput={(trade) => ({ reservationId, ...trade })}
        initial={{ ...firstStretch(entitlement, now, pool.grid), price: usdField(unitPrice) }}
        {...{ grid: pool.grid, isPriceAsked: true, submit: 'Offer for resale' }}
        picture={(fields, change) => (
          <RectanglePicker
            segments={entitlement}
            gridMs={gridMs(pool.grid)}
            lotSize={BigInt(pool.lotSize)}
            notBefore={now === null ? 0 : Date.parse(now)}
            picked={rectangleOf(fields)}
            onPick={({ start, end, quantity }) =>
              change({ start: fieldOf(start), end: fieldOf(end), quantity: quantity.toString() })
            }
          />
        )}
        onAccepted={() => announce('Offered: it is on the market now')}
      />
    </>
  );
}

function rectangleOf({ start, end, quantity }: TradeFields): Rectangle | null {
  const [from, to] = [instantOf(start), instantOf(end)];
  const digits = quantity.replaceAll(',', '');
  if (from === null || to === null || !/^\d{1,13}$/.test(digits)) return null;
  return { start: Date.parse(from), end: Date.parse(to), quantity: BigInt(digits) };
}

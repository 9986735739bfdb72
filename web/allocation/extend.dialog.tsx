import { useState, type ReactNode } from 'react';
import type { Refusal } from '../api/refusal.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { tokensPerSecond, usd, usdField, utc } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { goTo, Link } from '../ui/router.js';
import { fieldOf, gridMs, instantOf, type Grid } from '../ui/time.js';
import { Money } from '../ui/values.js';
import type { Reservation } from './allocation.documents.js';
import { EXTEND } from './capacity.documents.js';
import { totalOf } from './trade.js';

interface Typed {
  readonly until: string;
  readonly price: string;
}

/** Keeps what one holds for longer: the whole quantity, in the same pool, from its end on. What it costs at most is said before, and what it costs before it is paid. */
export function ExtendDialog({ reservation, grid, onClose }: { readonly reservation: Reservation; readonly grid: Grid; readonly onClose: () => void }): ReactNode {
  const { reservationId, marketId, quantity, unitPrice, window } = reservation;
  const announce = useAnnounce();
  const [typed, setTyped] = useState<Typed>(() => ({ until: fieldOf(Date.parse(window.end) + gridMs(grid)), price: usdField(unitPrice) }));
  const change = (changes: Partial<Typed>): void => setTyped({ ...typed, ...changes });
  const most = totalOf({ start: fieldOf(window.end), end: typed.until, quantity, price: typed.price });
  return (
    <Dialog title={`Extend ${marketId}`} onClose={onClose}>
      <p>{`It ends ${utc(window.end)} UTC. From then on the cheapest offers of its pool are set aside for all of its ${tokensPerSecond(quantity)}, or nothing is. Nothing is charged yet: you see the price, and pay it or let it go.`}</p>
      <MutationForm
        document={EXTEND}
        read={(form) => form.result({ reservationId, until: form.instant('until'), unitPriceMax: form.usd('unitPriceMax') })}
        onAccepted={({ reservations: held }) => {
          const [first] = held;
          const sum = held.reduce((total, { amount }) => total + BigInt(amount), 0n);
          announce(`Set aside for ${usd(sum)}${held.length === 1 ? '' : `, in ${held.length} parts, each paid by itself`}`);
          onClose();
          goTo(first === undefined || held.length > 1 ? '/app/capacity' : `/app/capacity/${encodeURIComponent(first.reservationId)}`);
        }}
        submit="Set it aside"
        help={(refusal) => <WhatCanBe refusal={refusal} end={window.end} change={change} />}
      >
        <div className="columns">
          <TextField {...{ label: 'Until (UTC)', name: 'until', type: 'datetime-local', step: gridMs(grid) / 1_000, required: true }} value={typed.until} onChange={({ target }) => change({ until: target.value })} data-begin />
          <TextField {...{ label: 'At most (USD per token/s and hour)', name: 'unitPriceMax', inputMode: 'decimal', autoComplete: 'off', required: true }} value={typed.price} hint="You paid this before; cheaper offers cost what they ask" onChange={({ target }) => change({ price: target.value })} />
        </div>
        <p className="total" aria-live="polite">
          <span>Costs at most</span>
          <output>{most === null || instantOf(typed.until) === null ? '—' : <Money amount={most} />}</output>
        </p>
      </MutationForm>
    </Dialog>
  );
}

/** One click to what the exchange said could be had; else the market, where there may be more. */
function WhatCanBe({ refusal, end, change }: { readonly refusal: Refusal; readonly end: string; readonly change: (changes: Partial<Typed>) => void }): ReactNode {
  if (refusal.__typename === 'WindowRejection' && refusal.accepted !== null) {
    const { end: until } = refusal.accepted;
    return <button type="button" className="quiet" onClick={() => change({ until: fieldOf(until) })}>{`Until ${utc(until)} UTC`}</button>;
  }
  if (refusal.__typename !== 'ExtensionRejection') return null;
  const { longest, priceOfAll } = refusal;
  return (
    <div className="buttons">
      {priceOfAll !== null && <button type="button" className="quiet" onClick={() => change({ price: usdField(priceOfAll) })}>{`Use ${usd(priceOfAll)}`}</button>}
      {longest > end && <button type="button" className="quiet" onClick={() => change({ until: fieldOf(longest) })}>{`Until ${utc(longest)} UTC`}</button>}
      <Link to="/app/bid">Bid for it</Link>
    </div>
  );
}

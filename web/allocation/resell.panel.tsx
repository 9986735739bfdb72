import { useState, type ReactNode } from 'react';
import type { Refusal } from '../api/refusal.documents.js';
import { useClock } from '../platform/clock.context.js';
import type { Pool } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { CheckField, TextField } from '../ui/field.js';
import { percent, usdField } from '../ui/format.js';
import { RectanglePicker, type Rectangle } from '../ui/rectangle-picker.js';
import { Link } from '../ui/router.js';
import { Segments } from '../ui/segments.js';
import { fieldOf, gridMs, instantOf } from '../ui/time.js';
import { Money } from '../ui/values.js';
import { RESELL, type Reservation } from './allocation.documents.js';
import { OPEN_RESALE_AUCTION } from './capacity.documents.js';
import { issueOfRefusal, PRICE_FIELD, resaleIssues, type AuctionTimes, type ResaleKind } from './resale.draft.js';
import { firstStretch, type TradeFields } from './trade.js';
import { TradeForm } from './trade.form.js';

/** Offers part of what one holds, under the terms it was bought under: drag a rectangle, name a price or have it bid for. */
export function ResellPanel({ reservation, pool }: { readonly reservation: Reservation; readonly pool: Pool }): ReactNode {
  return (
    <section className="card" aria-label="Resell">
      <h2 className="card-title">Resell</h2>
      <Form reservation={reservation} pool={pool} />
    </section>
  );
}

function Form({ reservation, pool }: { readonly reservation: Reservation; readonly pool: Pool }): ReactNode {
  const { isTransferable, royalty } = pool.terms.resale;
  if (!isTransferable) return <p className="quiet-note">This provider allows no resale now. What was bought under other terms keeps them.</p>;
  return (
    <>
      <p className="quiet-note">
        You paid <Money amount={reservation.unitPrice} /> per token/s and hour. {percent(royalty)} of what you get is the provider’s.
      </p>
      <Ways {...{ reservation, pool }} />
    </>
  );
}

const KINDS: Readonly<Record<ResaleKind, string>> = { fixed: 'At a fixed price', auction: 'By auction' };
const MEANING: Readonly<Record<ResaleKind, string>> = {
  fixed: 'To whoever comes first, in parts as they like.',
  auction: 'By sealed bids; everybody who wins pays the same price. It is sold whole, over all of the window, and taken back only before the bids begin.',
};
const NO_TIMES: AuctionTimes = { opensAt: '', closesAt: '' };

/** What was typed stays when somebody thinks again of how it is sold. */
function Ways({ reservation, pool }: { readonly reservation: Reservation; readonly pool: Pool }): ReactNode {
  const { reservationId, entitlement, unitPrice } = reservation;
  const { grid } = pool;
  const now = useClock()?.now ?? null;
  const announce = useAnnounce();
  const [kind, setKind] = useState<ResaleKind>('fixed');
  const [fields, setFields] = useState<TradeFields>(() => ({ ...firstStretch(entitlement, now, grid), price: usdField(unitPrice) }));
  const [times, setTimes] = useState(NO_TIMES);
  const [auctionId, setAuctionId] = useState<string | null>(null);
  const shared = {
    ...{ grid, initial: fields, onChange: setFields, isPriceAsked: true },
    found: resaleIssues(fields, kind === 'auction' ? times : null, { grid, entitlement, nowMs: now === null ? 0 : Date.parse(now) }),
    issueOf: (refusal: Refusal) => issueOfRefusal(refusal, kind),
    picture: (typed: TradeFields, change: (changes: Partial<TradeFields>) => void) => <Picture {...{ entitlement, pool, now, typed, change }} />,
  };
  return (
    <>
      <Segments label="How it is sold" options={KINDS} value={kind} onChange={setKind} />
      <p className="quiet-note">{MEANING[kind]}</p>
      {kind === 'fixed' ? (
        <TradeForm
          key={kind}
          {...shared}
          document={RESELL}
          toInput={(trade, form) => ({ reservationId, ...trade, isPostOnly: form.checked('isPostOnly') })}
          more={<PostOnly />}
          submit="Offer for resale"
          onAccepted={() => announce('Offered: it is on the market now')}
        />
      ) : (
        <TradeForm
          key={kind}
          {...shared}
          document={OPEN_RESALE_AUCTION}
          price={RESERVE_PRICE}
          toInput={({ unitPrice: reservePrice, ...trade }, form) => ({ reservationId, ...trade, reservePrice, opensAt: form.optional('opensAt', form.instant), closesAt: form.instant('closesAt') })}
          more={<TimeFields times={times} onChange={setTimes} />}
          submit="Open the auction"
          onAccepted={({ listing: { listingId } }) => setAuctionId(listingId)}
        />
      )}
      {auctionId !== null && <p className="notice" role="status">The auction is announced. <Link to={`/app/auctions/${encodeURIComponent(auctionId)}`}>See the auction</Link></p>}
    </>
  );
}

const RESERVE_PRICE = { name: PRICE_FIELD.auction, label: 'Reserve price (USD per token/s and hour)', total: 'If all of it is sold, at least' };

function PostOnly(): ReactNode {
  return (
    <>
      <CheckField label="Post only: refuse it rather than sell at once" name="isPostOnly" />
      <p className="quiet-note">A bid that waits at this price or above buys at once, at its own price. Post only says no to that, with the bid that it met, and nothing is offered.</p>
    </>
  );
}

function TimeFields({ times, onChange }: { readonly times: AuctionTimes; readonly onChange: (times: AuctionTimes) => void }): ReactNode {
  return (
    <div className="columns">
      <TextField {...{ label: 'Bids from (UTC, optional)', name: 'opensAt', type: 'datetime-local', value: times.opensAt }} hint="At once when left out" onChange={({ target }) => onChange({ ...times, opensAt: target.value })} />
      <TextField {...{ label: 'Bids until (UTC)', name: 'closesAt', type: 'datetime-local', value: times.closesAt, required: true }} hint="At the latest when the window starts" onChange={({ target }) => onChange({ ...times, closesAt: target.value })} />
    </div>
  );
}

function Picture({
  entitlement,
  pool,
  now,
  typed,
  change,
}: {
  readonly entitlement: Reservation['entitlement'];
  readonly pool: Pool;
  readonly now: string | null;
  readonly typed: TradeFields;
  readonly change: (changes: Partial<TradeFields>) => void;
}): ReactNode {
  return (
    <RectanglePicker
      segments={entitlement}
      gridMs={gridMs(pool.grid)}
      lotSize={BigInt(pool.lotSize)}
      notBefore={now === null ? 0 : Date.parse(now)}
      picked={rectangleOf(typed)}
      onPick={({ start, end, quantity }) => change({ start: fieldOf(start), end: fieldOf(end), quantity: quantity.toString() })}
    />
  );
}

function rectangleOf({ start, end, quantity }: TradeFields): Rectangle | null {
  const [from, to] = [instantOf(start), instantOf(end)];
  const digits = quantity.replaceAll(',', '');
  if (from === null || to === null || !/^\d{1,13}$/.test(digits)) return null;
  return { start: Date.parse(from), end: Date.parse(to), quantity: BigInt(digits) };
}

import type { ReactNode } from 'react';
import { HOUR_MS } from '../../src/kernel/time.js';
import { divideHalfEven } from '../../src/kernel/money.js';
import { useQuery } from '../api/use-query.js';
import { WALLET } from '../billing/billing.documents.js';
import { useClock } from '../platform/clock.context.js';
import type { Pool } from '../providers/providers.documents.js';
import { groupDigits, percent, usd } from '../ui/format.js';
import { instantOf } from '../ui/time.js';
import { Money, Rate, Time } from '../ui/values.js';
import { BUYER_ROOM } from './allocation.documents.js';
import { totalOf, unitPriceOf, type TradeFields } from './trade.js';

const NOTHING = {};

/** What it costs, what giving it back costs, what may be resold: with the figures of what is typed. */
export function ReserveTerms({
  pool,
  fields,
}: {
  readonly pool: Pool;
  readonly fields: TradeFields;
}): ReactNode {
  const total = totalOf(fields);
  return (
    <>
      <Cost pool={pool} fields={fields} total={total} />
      <Cancellation pool={pool} fields={fields} total={total} />
      <Resale pool={pool} />
    </>
  );
}

interface Typed {
  readonly pool: Pool;
  readonly fields: TradeFields;
  readonly total: bigint | null;
}

function Cost({ pool: { poolId }, fields, total }: Typed): ReactNode {
  const window = windowOf(fields);
  const room = useQuery(BUYER_ROOM, window === null ? null : { poolId, window });
  const wallet = useQuery(WALLET, NOTHING);
  const balance = wallet.state === 'ready' ? BigInt(wallet.data.wallet.balance) : null;
  return (
    <section className="card" aria-label="Cost">
      <h2 className="card-title">Cost</h2>
      <Price fields={fields} total={total} />
      <dl className="lines">
        <div>
          <dt>Fees on top</dt>
          <dd>none</dd>
        </div>
        {room.state === 'ready' && (
          <div><dt>Fee of the exchange</dt><dd>{percent(room.data.exchangeFee)} of it, paid by the seller</dd></div>
        )}
        <Wallet balance={balance} total={total} />
        {room.state === 'ready' && room.data.buyerRoom !== null && <Room most={room.data.buyerRoom.quantity} />}
      </dl>
    </section>
  );
}

function windowOf(fields: TradeFields): { readonly start: string; readonly end: string } | null {
  const [start, end] = [instantOf(fields.start), instantOf(fields.end)];
  return start !== null && end !== null && start < end ? { start, end } : null;
}

function Price({ fields, total }: Omit<Typed, 'pool'>): ReactNode {
  const window = windowOf(fields);
  if (total === null || window === null) return <p className="price-line"><output>—</output></p>;
  const hours = (Date.parse(window.end) - Date.parse(window.start)) / HOUR_MS;
  return (
    <p className="price-line" aria-live="polite">
      <output><Money amount={total} /></output>
      <span className="quiet-note">{`${groupDigits(fields.quantity.trim().replaceAll(',', ''))} tokens/s × ${hours} h × ${usd(unitPriceOf(fields.price) ?? 0n)}`}</span>
    </p>
  );
}

function Wallet({ balance, total }: { readonly balance: bigint | null; readonly total: bigint | null }): ReactNode {
  if (balance === null) return <div><dt>Your wallet</dt><dd>…</dd></div>;
  const after = total === null ? null : balance - total;
  return (
    <>
      <div><dt>Your wallet</dt><dd><Money amount={balance} /></dd></div>
      {after !== null && (
        <div>
          <dt>{after >= 0n ? 'After paying' : 'Missing, to be topped up'}</dt>
          <dd data-bad={after < 0n}><Money amount={after < 0n ? -after : after} /></dd>
        </div>
      )}
    </>
  );
}

/** Null: no cap and no set-aside is in the way. */
function Room({ most }: { readonly most: string | null }): ReactNode {
  if (most === null) return null;
  return <div><dt>You may have at most</dt><dd><Rate quantity={most} /></dd></div>;
}

function Cancellation({ pool: { terms }, fields, total }: Typed): ReactNode {
  const start = instantOf(fields.start);
  const now = useClock()?.now ?? '';
  const until = (noticeHours: number): string | null => (start === null ? null : new Date(Date.parse(start) - noticeHours * HOUR_MS).toISOString());
  return (
    <section className="card" aria-label="Cancellation">
      <h2 className="card-title">If you give it back</h2>
      <table className="schedule">
        <thead>
          <tr><th scope="col">Until</th><th scope="col" className="number">Fee</th><th scope="col" className="number">You lose</th></tr>
        </thead>
        <tbody>
          {terms.cancellation.map(({ noticeHours, fee }) => (
            <Step key={noticeHours} {...{ noticeHours, fee, total, now }} until={until(noticeHours)} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CancellationStep {
  readonly noticeHours: number;
  readonly fee: number;
  readonly total: bigint | null;
  readonly now: string;
  readonly until: string | null;
}

/** A time that has passed already is said to have: nobody takes it for an offer. */
function Step({ noticeHours, fee, total, now, until }: CancellationStep): ReactNode {
  const isOver = until !== null && until <= now;
  return (
    <tr>
      <td>{until === null ? `${noticeHours} h before` : <Time at={until} />}</td>
      <td className="number">{isOver ? 'over' : percent(fee)}</td>
      <td className="number">{total === null || isOver ? '—' : <Money amount={divideHalfEven(total * BigInt(fee), 10_000n)} />}</td>
    </tr>
  );
}

function Resale({ pool: { terms: { resale }, lotSize } }: { readonly pool: Pool }): ReactNode {
  const { isTransferable, hopsMax, royalty, priceCap, holdingTimeMinutes } = resale;
  return (
    <section className="card" aria-label="Resale">
      <h2 className="card-title">If you resell it</h2>
      {isTransferable ? (
        <dl className="lines">
          <div><dt>Times it may change hands</dt><dd>{hopsMax}</dd></div>
          <div><dt>Royalty to the provider</dt><dd>{percent(royalty)}</dd></div>
          <div><dt>Price at most</dt><dd>{priceCap === null ? 'any' : `${percent(priceCap)} of what you paid`}</dd></div>
          <div><dt>Held at least</dt><dd>{holdingTimeMinutes === 0 ? 'no time' : `${holdingTimeMinutes} min`}</dd></div>
          <div><dt>In lots of</dt><dd>{`${groupDigits(lotSize)} tokens/s`}</dd></div>
        </dl>
      ) : (
        <p>This provider allows no resale.</p>
      )}
    </section>
  );
}

import { useState, type ReactNode } from 'react';
import { HOUR_MS } from '../../src/kernel/time.js';
import { useMutation } from '../api/use-mutation.js';
import type { Pool } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { percent, usd } from '../ui/format.js';
import { OutcomeNote } from '../ui/refusal.js';
import { goTo, Link } from '../ui/router.js';
import { Amount, Money, Rate, Span } from '../ui/values.js';
import type { Demand } from './demand.js';
import { MarketName } from './market.strip.js';
import { HOLD_PLAN, PAY_ALL, type Plan, type PlanFill } from './plan.documents.js';
import { StackedLanes } from './stacked-lanes.js';
import { CostPeriods } from './total-cost.table.js';

/** As many holds are paid in one go. */
const PAID_AT_ONCE = 20;

export function PlanResult({
  plan,
  pools,
  demand,
  start,
}: {
  readonly plan: Plan;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly demand: Demand;
  readonly start: number;
}): ReactNode {
  const { amount, isOptimal, fills, providers } = plan;
  const nameOf = (poolId: string): string => {
    const pool = pools.get(poolId);
    return pool === undefined ? 'a pool' : `${pool.name}, ${pool.region}`;
  };
  const columns = columnsOf(nameOf);
  return (
    <section className="section" aria-label="Plan">
      <div className="card">
        <div className="card-head spread">
          <h2 className="card-title">Cheapest mix</h2>
          <p className="price-line"><output><Money amount={amount} /></output></p>
        </div>
        <p className="quiet-note">
          {`${fills.length} ${fills.length === 1 ? 'part' : 'parts'} of ${providers.length} ${providers.length === 1 ? 'provider' : 'providers'}`}
          {` (${providers.map(({ share }) => percent(share)).join(' / ')}); `}
          {isOptimal ? 'nothing on offer is cheaper.' : 'the best that was found in time; something cheaper may exist.'}
        </p>
        <StackedLanes fills={fills} nameOf={nameOf} start={start} end={start + demand.length * HOUR_MS} demand={demand} />
        <Buy plan={plan} />
      </div>
      {plan.totalCost !== null && (
        <div className="card">
          <h3 className="card-title">Bought again and again, against paying by the token</h3>
          <CostPeriods periods={plan.totalCost.periods} />
        </div>
      )}
      <DataTable caption="Parts of the plan" columns={columns} rows={fills} keyOf={({ listingId, window }) => `${listingId} ${window.start}`} />
    </section>
  );
}

/** Sets all of it aside and pays it: all or nothing, each. */
function Buy({ plan: { fills, amount } }: { readonly plan: Plan }): ReactNode {
  const announce = useAnnounce();
  const hold = useMutation(HOLD_PLAN);
  const pay = useMutation(PAY_ALL);
  const [isBusy, setBusy] = useState(false);
  const payAll = async (ids: readonly string[]): Promise<void> => {
    if (ids.length > PAID_AT_ONCE) return goTo('/app/capacity');
    const paid = await pay.run({ reservationIds: [...ids] });
    if (paid === null) return;
    announce(`Bought; the wallet holds ${usd(paid.walletBalance)}`);
    goTo('/app/capacity');
  };
  const buy = async (): Promise<void> => {
    setBusy(true);
    const holds = fills.map(({ listingId, quantity, window }) => ({ listingId, quantity, window }));
    const held = await hold.run({ holds });
    if (held !== null) await payAll(held.reservations.map(({ reservationId }) => reservationId));
    setBusy(false);
  };
  return (
    <>
      <div className="buttons">
        <button type="button" aria-disabled={isBusy} onClick={() => !isBusy && void buy()}>
          {isBusy ? 'Buying…' : `Buy all of it for ${usd(amount)}`}
        </button>
      </div>
      <OutcomeNote outcome={hold.outcome} />
      <OutcomeNote outcome={pay.outcome}>
        <p>All of it is held for you for 15 minutes. <Link to="/app/wallet">Top up</Link>, then pay under <Link to="/app/capacity">My capacity</Link>.</p>
      </OutcomeNote>
    </>
  );
}

function columnsOf(nameOf: (poolId: string) => string): readonly Column<PlanFill>[] {
  return [
    {
      ...{ id: 'market', title: 'Market', isRowHeader: true },
      cell: ({ marketId, poolId }) => <><MarketName id={marketId} /><span className="quiet-note">{nameOf(poolId)}</span></>,
    },
    { id: 'window', title: 'Window (UTC)', sortBy: ({ window }) => window.start, cell: ({ window }) => <Span window={window} isZoneSaid /> },
    { id: 'quantity', title: 'Quantity', isNumber: true, sortBy: ({ quantity }) => BigInt(quantity), cell: ({ quantity }) => <Rate quantity={quantity} /> },
    { id: 'unitPrice', title: 'USD per token/s·h', isNumber: true, sortBy: ({ unitPrice }) => BigInt(unitPrice), cell: ({ unitPrice }) => <Amount amount={unitPrice} places={6} /> },
    { id: 'amount', title: 'Price, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Amount amount={amount} places={6} /> },
  ];
}

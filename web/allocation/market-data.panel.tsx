import { Tabs } from '@base-ui/react/tabs';
import { useMemo, useState, type ReactNode } from 'react';
import { DAY_MS, HOUR_MS } from '../../src/kernel/time.js';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState } from '../ui/states.js';
import { AvailabilityCalendar } from './availability.calendar.js';
import { CANDLES, DEPTH, SPEED_PREMIUM, TRADES } from './market.documents.js';
import { DepthChart, PremiumChart, PriceChart } from './market.charts.js';
import { TradeList } from './trade.list.js';
import { useHour } from './use-hour.js';

const TABS = [
  { value: 'availability', title: 'Availability' },
  { value: 'depth', title: 'Depth' },
  { value: 'price', title: 'Price' },
  { value: 'premium', title: 'Speed premium' },
] as const;

/** All that a market tells about itself: what is left and when, who would pay what, and what was paid. */
export function MarketData({ marketId }: { readonly marketId: string }): ReactNode {
  const hour = useHour();
  return (
    <div className="market-data">
      <Tabs.Root defaultValue="availability" className="card tabs">
        <Tabs.List className="tab-list" aria-label={`About ${marketId}`}>
          {TABS.map(({ value, title }) => <Tabs.Tab key={value} value={value} className="tab">{title}</Tabs.Tab>)}
          <Tabs.Indicator className="tab-mark" />
        </Tabs.List>
        <Tabs.Panel value="availability">{hour !== null && <AvailabilityCalendar marketId={marketId} from={hour} />}</Tabs.Panel>
        <Tabs.Panel value="depth">{hour !== null && <DepthPanel marketId={marketId} from={hour} />}</Tabs.Panel>
        <Tabs.Panel value="price">{hour !== null && <PricePanel marketId={marketId} until={hour} />}</Tabs.Panel>
        <Tabs.Panel value="premium"><PremiumPanel model={marketId.split('@')[0] ?? ''} /></Tabs.Panel>
      </Tabs.Root>
      <TradesCard marketId={marketId} />
    </div>
  );
}

function TradesCard({ marketId }: { readonly marketId: string }): ReactNode {
  const query = useQuery(TRADES, { marketId });
  return (
    <section className="card trades" aria-label="Trades">
      <h2 className="card-title">Trades</h2>
      <Loaded query={query} rows={6}>
        {({ trades: { edges } }) => <TradeList trades={edges.map(({ node }) => node)} />}
      </Loaded>
    </section>
  );
}

const iso = (instant: number): string => new Date(instant).toISOString();

function DepthPanel({ marketId, from }: { readonly marketId: string; readonly from: number }): ReactNode {
  const [hours, setHours] = useState(4);
  const window = { start: iso(from + HOUR_MS), end: iso(from + (1 + hours) * HOUR_MS) };
  const query = useQuery(DEPTH, { marketId, window });
  return (
    <>
      <p className="panel-note">
        What could be traded for all of the next{' '}
        <select value={hours} onChange={({ target }) => setHours(Number(target.value))} aria-label="Hours">
          {[1, 4, 12, 24, 72].map((one) => <option key={one} value={one}>{`${one} h`}</option>)}
        </select>
      </p>
      <Loaded query={query} rows={5}>
        {({ depth }) =>
          depth === null || depth.asks.length + depth.bids.length === 0 ? (
            <EmptyState title="No orders for that window"><p>A bid would be the first in line.</p></EmptyState>
          ) : (
            <DepthChart depth={depth} />
          )
        }
      </Loaded>
    </>
  );
}

function PricePanel({ marketId, until }: { readonly marketId: string; readonly until: number }): ReactNode {
  const clock = useClock();
  const variables = useMemo(
    () => ({ marketId, from: iso(until - 2 * DAY_MS), to: iso(until + HOUR_MS), interval: 'HOUR' as const }),
    [marketId, until],
  );
  const query = useQuery(CANDLES, clock === null ? null : variables);
  return (
    <Loaded query={query} rows={5}>
      {({ candles: { edges } }) =>
        edges.length === 0 ? (
          <EmptyState title="Nothing was traded in the last two days" />
        ) : (
          <PriceChart candles={edges.map(({ node }) => node)} />
        )
      }
    </Loaded>
  );
}

function PremiumPanel({ model }: { readonly model: string }): ReactNode {
  const query = useQuery(SPEED_PREMIUM, { model, days: 30 });
  return (
    <Loaded query={query} rows={5}>
      {({ speedPremium }) =>
        speedPremium.trades === 0 ? (
          <EmptyState title="Nothing of this model was traded in the last 30 days" />
        ) : (
          <PremiumChart premium={speedPremium} />
        )
      }
    </Loaded>
  );
}

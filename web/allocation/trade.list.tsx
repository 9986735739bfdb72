import type { ReactNode } from 'react';
import { useClock } from '../platform/clock.context.js';
import { groupDigits, utc, utcWindow } from '../ui/format.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Time } from '../ui/values.js';
import type { MarketTrade } from './market.documents.js';

/** What was traded lately, newest first. Names nobody. */
export function TradeList({ trades }: { readonly trades: readonly MarketTrade[] }): ReactNode {
  const today = useClock()?.now.slice(0, 10);
  if (trades.length === 0) return <EmptyState title="No trade yet" />;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Latest trades">
      <table className="tape">
        <thead>
          <tr>
            <th scope="col">UTC</th>
            <th scope="col" className="number">tokens/s</th>
            <th scope="col" className="number">USD / M</th>
          </tr>
        </thead>
        <tbody>
          {trades.map(({ sequence, tradedAt, quantity, pricePerMillionTokens, window }) => (
            <tr key={`${sequence} ${tradedAt} ${quantity}`} title={`for ${utcWindow(window)}`}>
              <td><Time at={tradedAt} isZoneSaid>{tradedAt.startsWith(today ?? '') ? tradedAt.slice(11, 19) : utc(tradedAt)}</Time></td>
              <td className="number">{groupDigits(quantity)}</td>
              <td className="number"><Amount amount={pricePerMillionTokens} places={3} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

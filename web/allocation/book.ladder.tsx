import type { ReactNode } from 'react';
import { groupDigits, usd, usdField } from '../ui/format.js';
import { Placed } from '../ui/placed.js';
import { Amount } from '../ui/values.js';
import type { Depth, DepthLevel } from './market.documents.js';

const LEVELS = 8;

/** Asks above, bids below, dearest first; a click takes a price into the ticket. */
export function BookLadder({ depth: { asks, bids }, onPick }: { readonly depth: Depth; readonly onPick: (price: string) => void }): ReactNode {
  const shown = { asks: asks.slice(0, LEVELS).reverse(), bids: bids.slice(0, LEVELS) };
  const most = Math.max(1, ...[...shown.asks, ...shown.bids].map(({ cumulativeQuantity }) => Number(cumulativeQuantity)));
  return (
    <table className="ladder">
      <thead>
        <tr>
          <th scope="col">USD per token/s·h</th>
          <th scope="col" className="number">USD per M</th>
          <th scope="col" className="number">tokens/s</th>
        </tr>
      </thead>
      <tbody data-side="ask">{shown.asks.map((level) => <Level key={level.unitPrice} {...{ level, most, onPick }} />)}</tbody>
      <tbody>
        <tr className="spread"><td colSpan={3}>{spreadOf(asks[0], bids[0])}</td></tr>
      </tbody>
      <tbody data-side="bid">{shown.bids.map((level) => <Level key={level.unitPrice} {...{ level, most, onPick }} />)}</tbody>
    </table>
  );
}

function Level({
  level: { unitPrice, pricePerMillionTokens, quantity, cumulativeQuantity },
  most,
  onPick,
}: {
  readonly level: DepthLevel;
  readonly most: number;
  readonly onPick: (price: string) => void;
}): ReactNode {
  return (
    <tr>
      <td>
        <Placed className="ladder-bar" left={0} width={Number(cumulativeQuantity) / most} />
        <button type="button" className="price-button" onClick={() => onPick(usdField(unitPrice))} title="Take this price into the ticket">
          <Amount amount={unitPrice} places={6} />
        </button>
      </td>
      <td className="number"><Amount amount={pricePerMillionTokens} places={3} /></td>
      <td className="number">{groupDigits(quantity)}</td>
    </tr>
  );
}

function spreadOf(ask: DepthLevel | undefined, bid: DepthLevel | undefined): string {
  if (ask === undefined) return bid === undefined ? 'Nobody offers, nobody bids' : 'Nobody offers';
  if (bid === undefined) return 'Nobody bids';
  return `Spread ${usd(BigInt(ask.unitPrice) - BigInt(bid.unitPrice))}`;
}

import { useMemo, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { groupDigits } from '../ui/format.js';
import { Amount } from '../ui/values.js';
import { MARKET_SUMMARIES, type MarketSummary } from './allocation.documents.js';

const NOTHING = {};
const marketsOf = ({ markets }: { readonly markets: Connection<MarketSummary> }): Connection<MarketSummary> => markets;

/** The markets side by side: what the cheapest offer of each costs, and about how much there is. */
export function MarketStrip({
  chosen,
  onChoose,
}: {
  readonly chosen: string | null;
  readonly onChoose: (market: string) => void;
}): ReactNode {
  const query = useAllPages(MARKET_SUMMARIES, NOTHING, marketsOf);
  const nodes = query.state === 'ready' ? query.data.nodes : NONE;
  const markets = useMemo(() => [...nodes].sort(byOffers), [nodes]);
  if (query.state === 'loading') return <div className="market-strip-place" aria-busy />;
  if (markets.length === 0) return null;
  return (
    <ul className="market-strip" aria-label="Markets">
      {markets.map(({ marketId, listings: offers, pricePerMillionTokens, quantity }) => (
        <li key={marketId}>
          <button
            type="button"
            className="market-card"
            aria-pressed={marketId === chosen}
            onClick={() => onChoose(marketId === chosen ? '' : marketId)}
          >
            <MarketName id={marketId} />
            <span className="market-price"><Amount amount={pricePerMillionTokens} places={3} /><span className="unit"> USD / M tokens</span></span>
            <span className="quiet-note">
              {`${offers} ${offers === 1 ? 'offer' : 'offers'} · up to ${groupDigits(quantity)} tokens/s`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const NONE: readonly MarketSummary[] = [];
const byOffers = (a: MarketSummary, b: MarketSummary): number =>
  b.listings - a.listings || a.marketId.localeCompare(b.marketId);

/** A model, and how it is quantized: the same name with another one is another market. */
export function MarketName({ id }: { readonly id: string }): ReactNode {
  const [model = '', quantization = ''] = id.split('@');
  return (
    <span className="market-name">
      {model}
      <span className="quantization">@{quantization}</span>
    </span>
  );
}

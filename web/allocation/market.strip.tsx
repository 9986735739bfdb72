import { useMemo, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { groupDigits, usdRounded } from '../ui/format.js';
import { LISTINGS, type Listing } from './allocation.documents.js';
import { most } from './trade.js';

const OPEN = { marketId: null, own: false, status: 'OPEN' } as const;
const listingsOf = ({ listings }: { readonly listings: Connection<Listing> }): Connection<Listing> => listings;

interface Summary {
  readonly marketId: string;
  readonly offers: number;
  readonly best: string;
  readonly quantity: bigint;
}

/** The markets side by side: what the cheapest offer of each costs, and about how much there is. */
export function MarketStrip({
  chosen,
  onChoose,
}: {
  readonly chosen: string | null;
  readonly onChoose: (market: string) => void;
}): ReactNode {
  const query = useAllPages(LISTINGS, OPEN, listingsOf);
  const nodes = query.state === 'ready' ? query.data.nodes : NONE;
  const markets = useMemo(() => summaries(nodes), [nodes]);
  if (query.state === 'loading') return <div className="market-strip-place" aria-busy />;
  if (markets.length === 0) return null;
  return (
    <ul className="market-strip" aria-label="Markets">
      {markets.map(({ marketId, offers, best, quantity }) => (
        <li key={marketId}>
          <button
            type="button"
            className="market-card"
            aria-pressed={marketId === chosen}
            onClick={() => onChoose(marketId === chosen ? '' : marketId)}
          >
            <MarketName id={marketId} />
            <span className="market-price">{usdRounded(best)}<span className="unit"> USD / M tokens</span></span>
            <span className="quiet-note">
              {`${offers} ${offers === 1 ? 'offer' : 'offers'} · up to ${groupDigits(quantity.toString())} tokens/s`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const NONE: readonly Listing[] = [];

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

function summaries(listings: readonly Listing[]): readonly Summary[] {
  const byMarket = new Map<string, Listing[]>();
  for (const listing of listings) {
    byMarket.set(listing.marketId, [...(byMarket.get(listing.marketId) ?? []), listing]);
  }
  return [...byMarket]
    .map(([marketId, own]) => ({
      ...{ marketId, offers: own.length, best: cheapest(own) },
      quantity: own.reduce((sum, { remaining }) => sum + BigInt(most(remaining)), 0n),
    }))
    .sort((a, b) => b.offers - a.offers || a.marketId.localeCompare(b.marketId));
}

function cheapest(listings: readonly Listing[]): string {
  const prices = listings.map(({ pricePerMillionTokens }) => BigInt(pricePerMillionTokens));
  return prices.reduce((least, price) => (price < least ? price : least)).toString();
}

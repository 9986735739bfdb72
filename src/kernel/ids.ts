import type { Brand } from './brand.js';

/** Names of things, made outside the rules and given to them: UUIDv7 unless said otherwise. */
export type OrganizationId = Brand<string, 'OrganizationId'>;
export type MemberId = Brand<string, 'MemberId'>;
export type TeamId = Brand<string, 'TeamId'>;
/** `model@quantization`, such as `llama-3.3-70b@fp8`. */
export type MarketId = Brand<string, 'MarketId'>;
export type PoolId = Brand<string, 'PoolId'>;
export type ListingId = Brand<string, 'ListingId'>;
export type OrderId = Brand<string, 'OrderId'>;
export type ReservationId = Brand<string, 'ReservationId'>;
export type QuoteId = Brand<string, 'QuoteId'>;

const SEPARATOR = '~';

/**
 * Ids of what trades in a market name it: `llama-3.3-70b@fp8~0198…`. Any process finds the stream
 * of a listing or a reservation from its id alone, without a lookup that could lag behind.
 */
export function idInMarket<Id extends PoolId | ListingId | ReservationId | OrderId | QuoteId>(
  marketId: MarketId,
  unique: string,
): Id {
  return `${marketId}${SEPARATOR}${unique}` as Id;
}

/** An id in the market of another; where that names none, neither does this. */
export function idBeside<Id extends ReservationId>(neighbour: string, unique: string): Id {
  return `${neighbour.slice(0, neighbour.lastIndexOf(SEPARATOR) + 1)}${unique}` as Id;
}

const MARKET_ID = /^[a-z0-9][a-z0-9.-]{0,63}@[a-z0-9]{2,8}$/;

/** The market that an id names; null when the text is no such id. */
export function marketOf(id: string): MarketId | null {
  const cut = id.lastIndexOf(SEPARATOR);
  const market = id.slice(0, Math.max(cut, 0));
  return id.length <= 120 && MARKET_ID.test(market) ? (market as MarketId) : null;
}

export function isMarketId(text: string): text is MarketId {
  return MARKET_ID.test(text);
}

import type { Brand } from './brand.js';

/** Names of things, made outside the rules and given to them: UUIDv7 unless said otherwise. */
export type OrganizationId = Brand<string, 'OrganizationId'>;
export type MemberId = Brand<string, 'MemberId'>;
/** `model@quantization`, such as `llama-3.3-70b@fp8`. */
export type MarketId = Brand<string, 'MarketId'>;
export type PoolId = Brand<string, 'PoolId'>;
export type ListingId = Brand<string, 'ListingId'>;
export type ReservationId = Brand<string, 'ReservationId'>;
export type TradeId = Brand<string, 'TradeId'>;

import type { RawResale } from './resale-auditor.js';

/** What a pool is sold under, in the log's own words. */
export interface RawTerms {
  readonly cancellation: readonly { readonly noticeMin: number; readonly fee: number }[];
  readonly resale: RawResale;
  readonly curtailment: {
    readonly reclaimNotice: number | null;
    readonly penaltyShare: Readonly<Record<string, number>>;
  };
}
export interface PoolTerms {
  readonly terms: RawTerms;
  readonly buyerShareMax: number | null;
  readonly setAside: RawSetAside | null;
}
/** `smallBuyerMax` is decimal text, tokens/s; `releasedBefore` milliseconds. */
export interface RawSetAside {
  readonly share: number;
  readonly smallBuyerMax: string;
  readonly releasedBefore: number;
}

/** What a pool promises for good. */
export interface RawPromises {
  readonly platform: string;
  readonly region: string;
  readonly residency: readonly string[];
  readonly serviceLevel: { readonly ttftP95: number; readonly streamTokensPerSecondMin: number };
}

/** What a bid insists on. */
export interface RawConstraints {
  readonly platforms: readonly string[];
  readonly regions: readonly string[];
  readonly residency: readonly string[];
  readonly ttftP95Max: number | null;
  readonly streamTokensPerSecondMin: number | null;
  readonly evidenceMin: string;
  readonly providerShareMax: number | null;
}

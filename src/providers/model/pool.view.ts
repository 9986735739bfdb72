import { segmentsOf } from '../../kernel/step-function.js';
import type { Duration } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Pool, PoolTerms, ServingProfile } from './pool.js';
import type { SetAside } from './pool.terms.js';
import type { ServiceLevel } from './service-level.terms.js';

/** A pool as JSON can hold it: bigints are decimal text. What answers and rows have in common. */
export interface PoolView {
  readonly poolId: string;
  readonly marketId: string;
  readonly providerId: string;
  readonly name: string;
  readonly platform: string;
  readonly region: string;
  readonly residency: readonly string[];
  readonly grid: Duration;
  readonly lotSize: string;
  readonly nameplate: readonly { readonly window: Window; readonly quantity: string }[];
  readonly profile: ServingProfile;
  readonly profileVersion: number;
  readonly serviceLevel: ServiceLevel;
  readonly endpoint: { readonly url: string; readonly hasCredential: boolean };
  readonly terms: Omit<PoolTerms, 'overagePrice' | 'setAside'> & {
    readonly overagePrice: string | null;
    readonly setAside: (Omit<SetAside, 'smallBuyerMax'> & { readonly smallBuyerMax: string }) | null;
  };
}

/** What a command is answered with: the pool, as of this revision of it. */
export interface PoolAnswer extends PoolView {
  readonly revision: number;
}

export function viewPool(pool: Pool): PoolAnswer {
  const { terms, nameplate, lotSize, ...rest } = pool;
  const { overagePrice, setAside } = terms;
  return {
    ...rest,
    lotSize: lotSize.toString(),
    nameplate: segmentsOf(nameplate).map(({ window, value }) => ({
      window,
      quantity: value.toString(),
    })),
    terms: {
      ...terms,
      overagePrice: overagePrice?.toString() ?? null,
      setAside: setAside && { ...setAside, smallBuyerMax: setAside.smallBuyerMax.toString() },
    },
  };
}

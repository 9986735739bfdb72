import type { ResultOf } from 'gql.tada';
import { ceilToGrid, HOUR_MS, type Instant } from '../../src/kernel/time.js';
import { textOf } from '../api/graphql.js';
import { BID, DEPTH, LISTINGS, MARKETS, QUOTE, RESERVE, type FIRST_LISTING } from './example.documents.js';

/** What is in the editors. */
export interface Draft {
  readonly query: string;
  /** JSON, as typed. */
  readonly variables: string;
}

export type Offered = ResultOf<typeof FIRST_LISTING>['listings']['edges'][number]['node'];

interface Example {
  readonly name: string;
  readonly document: object;
  readonly variables: (facts: Facts) => object;
}

interface Facts {
  readonly offered: Pick<Offered, 'listingId' | 'marketId' | 'lotSize' | 'unitPrice'>;
  readonly window: { readonly start: string; readonly end: string };
}

/** Said where nothing is on offer that an example could be about. */
const NOBODY: Facts['offered'] = { listingId: '…', marketId: 'llama-3.3-70b@fp8', lotSize: '100', unitPrice: '1000' };

export const EXAMPLES = [
  { name: 'List markets', document: MARKETS, variables: () => ({}) },
  { name: 'List offers', document: LISTINGS, variables: ({ offered: { marketId } }) => ({ marketId }) },
  {
    ...{ name: 'Ask for a firm price', document: QUOTE },
    variables: ({ offered: { marketId, lotSize }, window }) => ({ key: '', input: { marketId, quantity: lotSize, window } }),
  },
  {
    ...{ name: 'Reserve', document: RESERVE },
    variables: ({ offered: { listingId, lotSize }, window }) => ({ key: '', input: { listingId, quantity: lotSize, window } }),
  },
  {
    ...{ name: 'Place a bid', document: BID },
    variables: ({ offered: { marketId, lotSize, unitPrice }, window }) => ({
      ...{ key: '' },
      input: { marketId, quantity: lotSize, limitPrice: unitPrice, window, timeInForce: 'GTC' },
    }),
  },
  {
    ...{ name: 'Follow the depth', document: DEPTH },
    variables: ({ offered: { marketId }, window }) => ({ marketId, window }),
  },
] as const satisfies readonly Example[];

/** An example about what is on offer, in a window that can still be had. */
export function draftOf({ document, variables }: Example, now: string | null, offered: Offered | null): Draft {
  const facts = { offered: offered ?? NOBODY, window: windowOf(now, offered) };
  const values = variables(facts);
  return { query: unindented(textOf(document)), variables: Object.keys(values).length === 0 ? '' : JSON.stringify(values, null, 2) };
}

/** The first whole hour that is wholly to come. */
function windowOf(now: string | null, offered: Offered | null): Facts['window'] {
  const begins = offered === null ? 0 : Date.parse(offered.window.start);
  const next = now === null ? 0 : Date.parse(now) + 1;
  const start = ceilToGrid(Math.max(begins, next) as Instant, HOUR_MS);
  return { start: new Date(start).toISOString(), end: new Date(start + HOUR_MS).toISOString() };
}

function unindented(text: string): string {
  const lines = text.replace(/^\n+|\s+$/g, '').split('\n');
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(margin)).join('\n');
}

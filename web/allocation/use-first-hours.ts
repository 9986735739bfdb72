import { HOUR_MS } from '../../src/kernel/time.js';
import { useQuery } from '../api/use-query.js';
import { AVAILABILITY } from './market.documents.js';

const LOOKED_AT = 96;
const LENGTH = 4;
const ONCE = { everyMs: null };
const iso = (instant: number): string => new Date(instant).toISOString();

/**
 * Hours to begin a bid with: the first in which anything is offered, or else the next. Null until
 * the market has told.
 */
export function useFirstHours(marketId: string, hour: number): { readonly start: number; readonly end: number } | null {
  const from = hour + HOUR_MS;
  const variables = { marketId, from: iso(from), to: iso(from + LOOKED_AT * HOUR_MS), step: 'HOUR' as const, after: null };
  const query = useQuery(AVAILABILITY, variables, ONCE);
  if (query.state === 'loading') return null;
  const steps = query.state === 'ready' ? query.data.availability.edges : [];
  const first = steps.find(({ node }) => node.quantity !== '0');
  const start = first === undefined ? from : Date.parse(first.node.window.start);
  return { start, end: start + LENGTH * HOUR_MS };
}

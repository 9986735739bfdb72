import type { RoutedLane } from './gateway.documents.js';
import { standingOf } from './lane.standing.js';

const lane = (changes: Partial<RoutedLane>): RoutedLane => ({
  ...{ reservationId: 'new', marketId: 'm@fp8', standing: 'CANARY', comparedWith: 'base' },
  ...{ requests: 40, failureShare: 0, firstTokens: 40, ttftP95Ms: 300, ttftPromisedMs: 400 },
  ...changes,
});
const base = lane({ reservationId: 'base', standing: 'IN_ORDER', comparedWith: null, ttftP95Ms: 200 });

it.each<[Partial<RoutedLane>, RoutedLane, string]>([
  [{}, base, 'Holds: 12.5 % of requests try it first'],
  [{ standing: 'ON_TRIAL', requests: 7 }, base, 'On trial: 12.5 % of requests try it first; 7 of the 20 requests that decide'],
  [{ standing: 'ON_TRIAL', comparedWith: null }, base, 'On trial: 12.5 % of requests try it first; no other lane of its model to compare it with'],
  [{ standing: 'RETREATED_SLOWER', ttftP95Ms: 1_301 }, base, 'Retreated: comes last: its p95 of 1,301 ms is above 1.5 × 200 ms'],
  // Of the other lane too little was measured: its promise is believed.
  [{ standing: 'RETREATED_SLOWER', ttftP95Ms: 700 }, { ...base, firstTokens: 7 }, 'Retreated: comes last: its p95 of 700 ms is above 1.5 × 400 ms'],
  [{ standing: 'RETREATED_FAILING', failureShare: 0.125 }, base, 'Retreated: comes last: 12.5 % of its requests fail, more than 5 points above 0 %'],
  [{ standing: 'UNUSED' }, base, 'Not used: another lane is pinned'],
])('%j is told in words', (changes, other, told) => {
  const one = lane(changes);
  const { word, why } = standingOf(one, [one, other], 1_250);
  expect(`${word}: ${why}`).toBe(told);
});

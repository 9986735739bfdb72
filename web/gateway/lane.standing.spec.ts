import type { RoutedLane } from './gateway.documents.js';
import { standingOf } from './lane.standing.js';

type Trial = NonNullable<RoutedLane['trial']>;

/** Limits that are not the gateway's: what is said is what it tells. */
const trial = (changes: Partial<Trial> = {}): Trial => ({
  ...{ requestsMin: 30, ttftFactor: 1.25, failureMargin: 0.075, comparedTtftMs: 200, comparedFailureShare: 0 },
  ...changes,
});
const lane = (changes: Partial<RoutedLane>): RoutedLane => ({
  ...{ reservationId: 'new', marketId: 'm@fp8', standing: 'CANARY', trial: trial() },
  ...{ requests: 40, failureShare: 0, ttftP95Ms: 300, ttftPromisedMs: 400 },
  ...changes,
});

it.each<[Partial<RoutedLane>, string]>([
  [{}, 'Holds: 12.5 % of requests try it first'],
  [{ standing: 'ON_TRIAL', requests: 29 }, 'On trial: 12.5 % of requests try it first; 29 of the 30 requests that decide'],
  [{ standing: 'ON_TRIAL' }, 'On trial: 12.5 % of requests try it first; no other lane of its model to compare it with'],
  [{ standing: 'RETREATED_SLOWER', ttftP95Ms: 1_301 }, 'Retreated: comes last: its p95 of 1,301 ms is above 1.25 × 200 ms'],
  [
    { standing: 'RETREATED_FAILING', failureShare: 0.25, trial: trial({ comparedFailureShare: 0.125 }) },
    'Retreated: comes last: 25 % of its requests fail, more than 7.5 points above 12.5 %',
  ],
  [{ standing: 'UNUSED', trial: null }, 'Not used: another lane is pinned'],
])('%j is told in words', (changes, told) => {
  const { word, why } = standingOf(lane(changes), 1_250);
  expect(`${word}: ${why}`).toBe(told);
});

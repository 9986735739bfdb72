import { assertNever } from '../../src/kernel/assert.js';
import { groupDigits, percent } from '../ui/format.js';
import type { RoutedLane, Routing } from './gateway.documents.js';

/** What a lane is to a routing, in a word and in a sentence. */
export interface Told {
  readonly word: string;
  readonly why: string;
}

export function ms(value: number | null): string {
  return value === null ? '—' : `${groupDigits(Math.round(value).toString())} ms`;
}

/** 0 to 1 as per cent. */
export const failures = (share: number): string => percent(Math.round(share * 10_000));

/** A lane in words, by the limits that the gateway tells with it. */
export function standingOf(lane: RoutedLane, share: Routing['share']): Told {
  const its = `${percent(share ?? 0)} of requests try it first`;
  switch (lane.standing) {
    case 'IN_ORDER':
      return { word: 'In order', why: 'takes its turn by the policy' };
    case 'PINNED':
      return { word: 'Pinned', why: 'takes all requests' };
    case 'UNUSED':
      return { word: 'Not used', why: 'another lane is pinned' };
    case 'ON_TRIAL':
      return { word: 'On trial', why: `${its}; ${missingOf(lane)}` };
    case 'CANARY':
      return { word: 'Holds', why: its };
    case 'RETREATED_SLOWER':
      return { word: 'Retreated', why: `comes last: ${slowerThan(lane)}` };
    case 'RETREATED_FAILING':
      return { word: 'Retreated', why: `comes last: ${failingMoreThan(lane)}` };
    default:
      return assertNever(lane.standing);
  }
}

/** Why it was not judged yet. */
function missingOf({ requests, trial }: RoutedLane): string {
  const isNew = trial !== null && requests < trial.requestsMin;
  return isNew ? `${requests} of the ${trial.requestsMin} requests that decide` : 'no other lane of its model to compare it with';
}

function slowerThan({ ttftP95Ms, trial }: RoutedLane): string {
  const limit = trial === null ? 'what it may be' : `${trial.ttftFactor} × ${ms(trial.comparedTtftMs)}`;
  return `its p95 of ${ms(ttftP95Ms)} is above ${limit}`;
}

function failingMoreThan({ failureShare, trial }: RoutedLane): string {
  const limit = trial === null ? 'what it may' : `${hundredths(trial.failureMargin)} points above ${failures(trial.comparedFailureShare ?? 0)}`;
  return `${failures(failureShare)} of its requests fail, more than ${limit}`;
}

/** Of a hundred: `0.05` as `5`. */
const hundredths = (share: number): string => String(Math.round(share * 10_000) / 100);

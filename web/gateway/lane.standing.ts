import { assertNever } from '../../src/kernel/assert.js';
import { groupDigits, percent } from '../ui/format.js';
import type { RoutedLane, Routing } from './gateway.documents.js';

/** The same rule as the gateway's: docs/SERVING.md. */
const REQUESTS_MIN = 20;
const TTFT_FACTOR = 1.5;
const FAILURE_MARGIN = '5';

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

/** What a canary's own comparison was with: measured, or promised while too little was. */
function expectedOf({ ttftP95Ms, firstTokens, ttftPromisedMs }: RoutedLane): number {
  return ttftP95Ms === null || firstTokens < 8 ? ttftPromisedMs : ttftP95Ms;
}

export function standingOf(lane: RoutedLane, lanes: readonly RoutedLane[], share: Routing['share']): Told {
  const base = lanes.find(({ reservationId }) => reservationId === lane.comparedWith);
  const its = `${percent(share ?? 0)} of requests try it first`;
  switch (lane.standing) {
    case 'IN_ORDER':
      return { word: 'In order', why: 'takes its turn by the policy' };
    case 'PINNED':
      return { word: 'Pinned', why: 'takes all requests' };
    case 'UNUSED':
      return { word: 'Not used', why: 'another lane is pinned' };
    case 'ON_TRIAL':
      return { word: 'On trial', why: `${its}; ${lane.requests < REQUESTS_MIN ? `${lane.requests} of the ${REQUESTS_MIN} requests that decide` : 'no other lane of its model to compare it with'}` };
    case 'CANARY':
      return { word: 'Holds', why: its };
    case 'RETREATED_SLOWER':
      return { word: 'Retreated', why: `comes last: its p95 of ${ms(lane.ttftP95Ms)} is above ${TTFT_FACTOR} × ${base === undefined ? 'that of the best other lane' : ms(expectedOf(base))}` };
    case 'RETREATED_FAILING':
      return { word: 'Retreated', why: `comes last: ${failures(lane.failureShare)} of its requests fail, more than ${FAILURE_MARGIN} points above ${base === undefined ? 'the best other lane' : failures(base.failureShare)}` };
    default:
      return assertNever(lane.standing);
  }
}

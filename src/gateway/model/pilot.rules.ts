import { unless, type Issue } from '../../kernel/issue.js';
import { marketOf } from '../../kernel/ids.js';
import type { PilotPlan } from './pilot.js';

export const PILOT_LIMITS = {
  share: 10_000,
  primaries: 10,
  requests: 100_000,
  tokens: 10_000_000_000n,
  hours: 840,
  /** Micro-USD for a million tokens. */
  price: 1_000_000_000n,
} as const;

/** What is wrong with a plan as its sender wrote it; all of it is named. */
export function checkPilot(plan: PilotPlan, hours: number): readonly Issue[] {
  const { share, requestsMax, tokensMax } = plan;
  const { share: shareMax, requests, hours: hoursMax, tokens } = PILOT_LIMITS;
  return [
    ...checkWhole('share', share, shareMax),
    ...checkPrimaries(plan),
    ...checkMirror(plan),
    ...checkWhole('requestsMax', requestsMax, requests),
    ...unless(tokensMax >= 1n && tokensMax <= tokens, {
      ...{ field: 'tokensMax', reason: 'is out of range', accepted: `1 to ${tokens}` },
    }),
    ...checkWhole('hours', hours, hoursMax),
  ];
}

function checkWhole(field: string, value: number, max: number): readonly Issue[] {
  const isFit = Number.isInteger(value) && value >= 1 && value <= max;
  return unless(isFit, { field, reason: 'is out of range', accepted: `1 to ${max}` });
}

function checkPrimaries({ primaries, mirror }: PilotPlan): readonly Issue[] {
  const field = 'primaryReservationIds';
  const isRepeated = new Set(primaries).size < primaries.length;
  const isMirror = mirror.kind === 'reservation' && primaries.includes(mirror.reservationId);
  return [
    ...unless(primaries.length <= PILOT_LIMITS.primaries, {
      ...{ field, reason: 'has too many', accepted: `at most ${PILOT_LIMITS.primaries}` },
    }),
    ...unless(primaries.every((id) => marketOf(id) !== null), {
      ...{ field, reason: 'has what names no reservation', accepted: 'ids of reservations' },
    }),
    ...unless(!isRepeated, { field, reason: 'names one twice', accepted: 'each once' }),
    ...unless(!isMirror, {
      ...{ field, reason: 'names the mirror', accepted: 'reservations other than the mirror' },
    }),
  ];
}

function checkMirror({ mirror, mirrorPrice }: PilotPlan): readonly Issue[] {
  if (mirror.kind === 'reservation') {
    return [
      ...unless(marketOf(mirror.reservationId) !== null, {
        ...{ field: 'mirrorReservationId', reason: 'names no reservation' },
        accepted: 'the id of a reservation, or nothing for the fallback',
      }),
      ...unless(mirrorPrice === null, {
        ...{ field: 'mirrorPrice', reason: 'is for a fallback' },
        accepted: 'nothing: what a reservation cost is known',
      }),
    ];
  }
  const prices = mirrorPrice === null ? [] : [mirrorPrice.input, mirrorPrice.output];
  const isFit = prices.every((price) => price >= 0n && price <= PILOT_LIMITS.price);
  return unless(isFit, {
    ...{ field: 'mirrorPrice', reason: 'is out of range' },
    accepted: `0 to ${PILOT_LIMITS.price} micro-USD for a million tokens`,
  });
}

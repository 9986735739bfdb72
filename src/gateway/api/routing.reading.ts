import { assertNever } from '../../kernel/assert.js';
import { unless, within, type Issue } from '../../kernel/issue.js';
import { marketOf, type ReservationId } from '../../kernel/ids.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { checkEndpointUrl } from '../../providers/contract.js';
import type { RoutingChange } from '../application/routing.service.js';
import type { Policy } from '../model/routing.js';
import type { FallbackInput, SetRoutingInput } from './routing.types.js';

const CREDENTIAL = /^[\x21-\x7e]{1,4096}$/;
const MODEL = /^[\x21-\x7e]{1,200}$/;
const SHARE_MAX = 10_000;

/** Reads what is to be set; everything that is wrong with it is named. */
export function readRouting(
  input: SetRoutingInput,
  isLoopbackAllowed: boolean,
): Result<RoutingChange, readonly Issue[]> {
  const fallback = input.fallback ?? null;
  const issues = [
    ...checkNames(input),
    ...(fallback === null ? [] : within('fallback', checkFallback(fallback, isLoopbackAllowed))),
  ];
  if (issues.length > 0) return err(issues);
  const keyId = input.keyId ?? null;
  const policy = policyOf(input);
  if (fallback === null) return ok({ keyId, policy, fallback, credential: null });
  const { url, model = null, credential = null } = fallback;
  return ok({ keyId, policy, fallback: { url, model }, credential });
}

/** Which members go with which policy. */
function checkNames({ policy, reservationId, share }: SetRoutingInput): readonly Issue[] {
  const isCanary = policy === 'canary';
  return [
    ...checkReservation(isCanary || policy === 'pinned', reservationId ?? null),
    ...checkShare(isCanary, share ?? null),
  ];
}

function checkReservation(isWanted: boolean, id: string | null): readonly Issue[] {
  if (!isWanted) return unless(id === null, notFor('reservationId', 'PINNED or CANARY'));
  return unless(id !== null && marketOf(id) !== null, {
    ...{ field: 'reservationId', reason: 'names no reservation' },
    accepted: 'the id of a reservation',
  });
}

function checkShare(isWanted: boolean, share: number | null): readonly Issue[] {
  if (!isWanted) return unless(share === null, notFor('share', 'CANARY'));
  return unless(share !== null && share >= 1 && share <= SHARE_MAX, {
    ...{ field: 'share', reason: 'is out of range' },
    accepted: `1 to ${SHARE_MAX}`,
  });
}

function notFor(field: string, policies: string): Issue {
  return { field, reason: 'is not for this policy', accepted: `nothing, or the policy ${policies}` };
}

function policyOf({ policy: kind, reservationId, share }: SetRoutingInput): Policy {
  switch (kind) {
    case 'pinned':
      return { kind, reservationId: reservationId as ReservationId };
    case 'canary':
      return { kind, reservationId: reservationId as ReservationId, share: share ?? SHARE_MAX };
    case 'lowest-ttft':
    case 'lowest-cost':
      return { kind };
    default:
      return assertNever(kind);
  }
}

function checkFallback(
  { url, credential = null, model = null }: FallbackInput,
  isLoopbackAllowed: boolean,
): readonly Issue[] {
  return [
    ...checkEndpointUrl(url, { isLoopbackAllowed }),
    ...unless(credential === null || CREDENTIAL.test(credential), {
      field: 'credential',
      reason: 'is no bearer token',
      accepted: '1 to 4096 visible ASCII characters without blanks',
    }),
    ...unless(model === null || MODEL.test(model), {
      field: 'model',
      reason: 'is no name of a model',
      accepted: '1 to 200 visible ASCII characters without blanks',
    }),
  ];
}

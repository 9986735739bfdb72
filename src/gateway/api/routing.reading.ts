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
  { keyId = null, fallback = null, ...input }: SetRoutingInput,
  isLoopbackAllowed: boolean,
): Result<RoutingChange, readonly Issue[]> {
  const policy = readPolicy(input);
  const issues = fallback === null ? [] : within('fallback', checkFallback(fallback, isLoopbackAllowed));
  if (!policy.ok) return err([...policy.error, ...issues]);
  if (issues.length > 0) return err(issues);
  const kept = fallback === null ? null : { url: fallback.url, model: fallback.model ?? null };
  const credential = fallback?.credential ?? null;
  return ok({ keyId, policy: policy.value, fallback: kept, credential });
}

function readPolicy({
  policy: kind,
  reservationId = null,
  share = null,
}: Omit<SetRoutingInput, 'keyId' | 'fallback'>): Result<Policy, readonly Issue[]> {
  const isOfOne = kind === 'pinned' || kind === 'canary';
  const isNamed = reservationId !== null && marketOf(reservationId) !== null;
  const isShare = share !== null && share >= 1 && share <= SHARE_MAX;
  const issues = [
    ...unless(isOfOne ? isNamed : reservationId === null, {
      field: 'reservationId',
      reason: isOfOne ? 'names no reservation' : 'is not for this policy',
      accepted: isOfOne ? 'the id of a reservation' : 'nothing, or the policy PINNED or CANARY',
    }),
    ...unless(kind === 'canary' ? isShare : share === null, {
      field: 'share',
      reason: kind === 'canary' ? 'is out of range' : 'is not for this policy',
      accepted: kind === 'canary' ? `1 to ${SHARE_MAX}` : 'nothing, or the policy CANARY',
    }),
  ];
  if (issues.length > 0) return err(issues);
  const of = reservationId as ReservationId;
  if (kind === 'pinned') return ok({ kind, reservationId: of });
  if (kind === 'canary') return ok({ kind, reservationId: of, share: share ?? SHARE_MAX });
  return ok({ kind });
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

import { invalidInput, notFound, type Refusal } from '../../api/graphql/refusals.js';
import { assertNever } from '../../kernel/assert.js';
import { HOUR_MS, MINUTE_MS } from '../../kernel/time.js';
import type { Pool as PoolRow } from '../../platform/prisma/generated/client.js';
import type { PoolOutcome } from '../application/pool.service.js';
import type { PoolView } from '../model/pool.view.js';
import type { PoolType, SetAsideType } from './pool.types.js';

/** A pool as the schema shows it; its endpoint only to those it belongs to. */
export function showPool(view: PoolView, registeredAt: Date | null, isOwn: boolean): PoolType {
  const { serviceLevel, terms, endpoint, ...rest } = view;
  const { ttftP95, ...level } = serviceLevel;
  const { resale, cancellation, curtailment, setAside } = terms;
  const { reclaimNotice, penaltyShare } = curtailment;
  const { holdingTimeMin, ...resaleRest } = resale;
  return {
    ...rest,
    serviceLevel: { ...level, ttftP95Ms: ttftP95 },
    endpoint: isOwn ? endpoint : null,
    terms: {
      ...terms,
      resale: { ...resaleRest, holdingTimeMinutes: holdingTimeMin / MINUTE_MS },
      cancellation: cancellation.map(({ noticeMin, fee }) => ({
        noticeHours: noticeMin / HOUR_MS,
        fee,
      })),
      curtailment: {
        reclaimNoticeHours: reclaimNotice === null ? null : reclaimNotice / HOUR_MS,
        outagePenalty: penaltyShare.outage,
        reclaimPenalty: penaltyShare.reclaim,
      },
      setAside: setAside && showSetAside(setAside),
    },
    registeredAt,
  };
}

function showSetAside({
  releasedBefore,
  ...rest
}: NonNullable<PoolView['terms']['setAside']>): SetAsideType {
  return { ...rest, releasedBeforeHours: releasedBefore / HOUR_MS };
}

/** A row of the read model holds the same shapes as a view. */
export function viewOfRow({ gridMs, lotSize, registeredAt: _registeredAt, ...row }: PoolRow): PoolView {
  return { ...row, grid: gridMs, lotSize: lotSize.toString() } as unknown as PoolView;
}

/** The outcome of a change as a member of the mutation's result union. */
export function showOutcome(outcome: PoolOutcome, success: string): object {
  if (outcome.accepted) {
    return { __typename: success, pool: showPool(outcome.answer, null, true) };
  }
  return showRejection(outcome.rejection);
}

function showRejection(rejection: Extract<PoolOutcome, { accepted: false }>['rejection']): Refusal {
  switch (rejection.code) {
    case 'POOL_NOT_FOUND':
      return notFound('poolId', 'your organization has no such pool');
    case 'VALIDATION_FAILED':
      return invalidInput(rejection.issues);
    case 'POOL_EXISTS': {
      const reason = 'was registered before';
      return invalidInput([{ field: 'name', reason, accepted: 'a new idempotency key' }]);
    }
    case 'NOT_A_PROVIDER': {
      const message = 'your organization signed up as a buyer only: sign up as a provider';
      return { __typename: 'NotAProviderRejection', code: 'NOT_A_PROVIDER', message };
    }
    default:
      return assertNever(rejection);
  }
}

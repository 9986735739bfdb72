import type { RowChange } from '../../eventstore/projection.js';
import { assertNever } from '../../kernel/assert.js';
import { fromSegments, restrict, segmentsOf } from '../../kernel/step-function.js';
import { ceilToGrid, formatInstant } from '../../kernel/time.js';
import type {
  PoolCurtailed,
  RebookingAttempted,
  ReservationCurtailed,
} from '../model/market.events.js';
import { segmentsColumn } from './segments.column.js';

const POOL = 'pool_curtailment';
const RESERVATION = 'reservation_curtailment';
const REBOOKING = 'rebooking';

export const CURTAILMENT_TABLES = [
  { name: POOL, key: ['curtailment_id'] },
  { name: RESERVATION, key: ['curtailment_id', 'reservation_id'] },
  { name: REBOOKING, key: ['order_id'] },
] as const;

/** What was taken, from whom, and what was ordered in its place. */
export function curtailmentRows(
  event: PoolCurtailed | ReservationCurtailed | RebookingAttempted,
): readonly RowChange[] {
  switch (event.type) {
    case 'PoolCurtailed':
      return [poolRow(event)];
    case 'ReservationCurtailed':
      return [reservationRow(event)];
    case 'RebookingAttempted':
      return [rebookingRow(event)];
    default:
      return assertNever(event);
  }
}

function poolRow(event: PoolCurtailed): RowChange {
  const row = {
    curtailment_id: event.curtailmentId,
    pool_id: event.poolId,
    provider_id: event.providerId,
    cause: event.cause,
    window_start: formatInstant(event.window.start),
    window_end: formatInstant(event.window.end),
    quantity: event.quantity,
    unsold: segmentsColumn(event.unsold),
    curtailed_at: formatInstant(event.curtailedAt),
  };
  return { kind: 'put', table: POOL, row };
}

function reservationRow(event: ReservationCurtailed): RowChange {
  const { lost, lostTitle, window, curtailedAt, grid } = event;
  const begun = { start: window.start, end: ceilToGrid(curtailedAt, grid) };
  const ofBegun = begun.start < begun.end ? segmentsOf(restrict(fromSegments(lostTitle), begun)) : [];
  const row = {
    curtailment_id: event.curtailmentId,
    reservation_id: event.reservationId,
    holder_id: event.holderId,
    cause: event.cause,
    lost: segmentsColumn(lost),
    lost_title: segmentsColumn(lostTitle),
    begun: segmentsColumn(ofBegun),
    refund: event.refund,
    penalty: event.penalty,
    curtailed_at: formatInstant(curtailedAt),
  };
  return { kind: 'put', table: RESERVATION, row };
}

function rebookingRow(event: RebookingAttempted): RowChange {
  const row = {
    order_id: event.orderId,
    curtailment_id: event.curtailmentId,
    reservation_id: event.reservationId,
    holder_id: event.holderId,
    window_start: formatInstant(event.window.start),
    window_end: formatInstant(event.window.end),
    quantity: event.quantity,
    limit_price: event.limitPrice,
    status: event.refusal === null ? 'placed' : 'refused',
    refusal: event.refusal,
    attempted_at: formatInstant(event.attemptedAt),
  };
  return { kind: 'put', table: REBOOKING, row };
}

import { present } from '../../kernel/assert.js';
import { fromSegments, rectangle, segmentsOf, subtract } from '../../kernel/step-function.js';
import { viewSegments, type SegmentView } from './segments.answer.js';
import type { MarketEvent, PoolCurtailed, ReservationCurtailed } from './market.events.js';

/** What a curtailment comes to, money as decimal text. Says nothing of who loses. */
export interface CurtailmentView {
  readonly curtailmentId: string;
  /** Neither sold nor offered. */
  readonly unoffered: readonly SegmentView[];
  /** Offered, or held and not paid for. */
  readonly offered: readonly SegmentView[];
  readonly sold: readonly SegmentView[];
  /** How many organizations lose what they hold. */
  readonly holders: number;
  /** To all of them, and to those who resold what they lose. */
  readonly refund: string;
  readonly penalty: string;
}

export function viewCurtailment(events: readonly MarketEvent[]): CurtailmentView {
  const pool = present(
    events.find((event): event is PoolCurtailed => event.type === 'PoolCurtailed'),
    'curtailment event',
  );
  const { curtailmentId, window, quantity, unsold, offered } = pool;
  const lost = events.filter(
    (event): event is ReservationCurtailed => event.type === 'ReservationCurtailed',
  );
  const [taken, shown] = [fromSegments(unsold), fromSegments(offered)];
  const holders = lost.filter(({ lostTitle }) => lostTitle.length > 0);
  const sum = (amounts: readonly bigint[]): string =>
    amounts.reduce((all, one) => all + one, 0n).toString();
  return {
    curtailmentId,
    unoffered: viewSegments(segmentsOf(subtract(taken, shown))),
    offered: viewSegments(offered),
    sold: viewSegments(segmentsOf(subtract(rectangle(window, quantity), taken))),
    holders: new Set(holders.map(({ holderId }) => holderId)).size,
    refund: sum(lost.map(({ refund }) => refund)),
    penalty: sum(lost.map(({ penalty }) => penalty)),
  };
}

import { present } from '../../kernel/assert.js';
import { add, fromSegments, rectangle, segmentsOf, subtract, ZERO } from '../../kernel/step-function.js';
import type { OrganizationId } from '../../kernel/ids.js';
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

/** What one organization loses, and what it gets for that. */
export interface HolderLoss {
  readonly holderId: OrganizationId;
  /** Of what was still theirs: nothing of what they resold. */
  readonly lost: readonly SegmentView[];
  readonly refund: string;
  readonly penalty: string;
}

/** Who loses what, for the provider alone: in the order in which they lose it. */
export function viewLosses(events: readonly MarketEvent[]): readonly HolderLoss[] {
  const lost = events.filter(
    (event): event is ReservationCurtailed => event.type === 'ReservationCurtailed',
  );
  return [...new Set(lost.map(({ holderId }) => holderId))].map((holderId) => {
    const own = lost.filter((event) => event.holderId === holderId);
    const title = own.map(({ lostTitle }) => fromSegments(lostTitle)).reduce(add, ZERO);
    return {
      holderId,
      lost: viewSegments(segmentsOf(title)),
      refund: own.reduce((sum, { refund }) => sum + refund, 0n).toString(),
      penalty: own.reduce((sum, { penalty }) => sum + penalty, 0n).toString(),
    };
  });
}

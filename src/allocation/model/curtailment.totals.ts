import type { MicroUsd } from '../../kernel/money.js';
import {
  fromSegments,
  lower,
  rectangle,
  subtract,
  type StepFunction,
} from '../../kernel/step-function.js';
import type { CurtailPool } from './market.commands.js';
import type { MarketEvent, PoolCurtailed, ReservationCurtailed } from './market.events.js';
import type { PoolState } from './market.state.js';

/** What a curtailment would come to. Says nothing of who loses. */
export interface CurtailmentTotals {
  /** Neither sold nor offered. */
  readonly free: StepFunction;
  /** Offered, or held and not paid. */
  readonly offered: StepFunction;
  readonly sold: StepFunction;
  readonly holders: number;
  readonly refund: MicroUsd;
  readonly penalty: MicroUsd;
}

export function totalsOf(
  { root }: PoolState,
  events: readonly MarketEvent[],
  asked: Pick<CurtailPool, 'window' | 'quantity'>,
): CurtailmentTotals {
  const pool = events.find((event): event is PoolCurtailed => event.type === 'PoolCurtailed');
  const lost = events.filter(
    (event): event is ReservationCurtailed => event.type === 'ReservationCurtailed',
  );
  const unsold = fromSegments(pool?.unsold ?? []);
  const free = lower(unsold, subtract(root.title, root.committed));
  const sum = (amounts: readonly bigint[]): MicroUsd =>
    amounts.reduce((all, one) => all + one, 0n) as MicroUsd;
  return {
    free,
    offered: subtract(unsold, free),
    sold: subtract(rectangle(asked.window, asked.quantity), unsold),
    holders: new Set(lost.flatMap((one) => (one.lostTitle.length > 0 ? [one.holderId] : []))).size,
    refund: sum(lost.map(({ refund }) => refund)),
    penalty: sum(lost.map(({ penalty }) => penalty)),
  };
}

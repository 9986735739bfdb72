import { canonicalJson } from '../../src/kernel/canonical-json.js';
import type { LiveReservation, MarketAuditor } from './market-auditor.js';
import { Cells, type PoolBook, type RawWindow } from './pool-book.js';
import type * as raw from './raw-event.js';
import { demand, found } from './violation.js';

/** What is to be ordered in place of what one curtailment took of one reservation. */
interface Loss {
  readonly event: raw.ReservationCurtailed;
  readonly holderId: string;
  readonly wanted: raw.RawRebooking;
  readonly pool: PoolBook;
  /** What nobody has written down an order for yet. */
  readonly left: Cells;
  /** Why there is nothing to be ordered; null: there is. */
  readonly nothing: 'WINDOW_OVER' | 'OFF_LOT' | null;
}

/** Why an order that was to replace what was lost may not have been placed: its wallet, its time, its price. */
const REFUSALS: readonly string[] = ['INSUFFICIENT_FUNDS', 'WINDOW_IN_PAST', 'AMOUNT_TOO_LARGE'];

const isNothing = (cells: Cells): boolean => {
  let sum = 0;
  cells.forEach((_cell, quantity) => (sum += quantity));
  return sum === 0;
};
const keyOf = ({ curtailmentId, reservationId }: { readonly curtailmentId: string; readonly reservationId: string }): string =>
  `${curtailmentId} of ${reservationId}`;

/**
 * Follows what holders want in place of what they may lose: a curtailment says it, every cell that was lost
 * is ordered once, as they wanted it, and each order is written down once.
 */
export class RebookingAuditor {
  /** Whether somebody placed an order themselves: any other is in place of what was lost. */
  isByHand = ({ actor }: raw.OrderPlaced): boolean => actor.startsWith('member:');
  private readonly wanted = new Map<string, raw.RawRebooking>();
  private readonly losses = new Map<string, Loss>();
  /** Orders that nobody placed by hand, and nobody has written down yet. */
  private readonly orders = new Map<string, raw.OrderPlaced>();
  private readonly recorded = new Set<string>();

  constructor(private readonly market: MarketAuditor) {}

  apply(event: raw.RebookingSet | raw.RebookingAttempted): null {
    if (event.type === 'RebookingAttempted') this.attempted(event);
    else if (event.rebooking === null) this.wanted.delete(event.reservationId);
    else this.wanted.set(event.reservationId, event.rebooking);
    return null;
  }

  /** @param own what the holder loses of what was still theirs */
  curtailed(event: raw.ReservationCurtailed, { reservationId, holderId, window }: LiveReservation, own: Cells, pool: PoolBook): void {
    const wanted = this.wanted.get(reservationId) ?? null;
    const isWanted = canonicalJson(event.rebooking) === canonicalJson(wanted);
    demand(isWanted, `${reservationId} is curtailed, and its holder wants another order in its place than is told`);
    const lot = this.leastLot(wanted?.constraints ?? null);
    const isLot = Number(event.rebookingLotSize) === lot;
    demand(isLot, `${reservationId} is ordered again in lots of ${event.rebookingLotSize}, and there are some of ${lot}`);
    if (wanted === null || isNothing(own)) return;
    const ahead = new Cells();
    const left = new Cells();
    own.forEach((cell, quantity) => {
      if (cell * pool.grid < event.curtailedAt || cell * pool.grid >= window.end) return;
      ahead.add(cell, quantity);
      left.add(cell, quantity - (quantity % lot));
    });
    const short = isNothing(left) ? 'OFF_LOT' : null;
    const nothing = isNothing(ahead) ? 'WINDOW_OVER' : short;
    this.losses.set(keyOf(event), { event, holderId, wanted, pool, left, nothing });
  }

  placed(event: raw.OrderPlaced): void {
    if (this.isByHand(event)) return;
    demand(!this.recorded.has(event.orderId), `${event.orderId} is ordered again after it was written down`);
    this.orders.set(event.orderId, event);
  }

  /** What should not be, when everything that was due has run; null when nothing. */
  overdue(): string | null {
    for (const name of this.losses.keys()) return `what ${name} lost is not ordered again`;
    for (const name of this.orders.keys()) return `${name} is ordered in place of nothing that was lost`;
    return null;
  }

  private attempted(event: raw.RebookingAttempted): void {
    const { orderId, refusal } = event;
    const key = keyOf(event);
    demand(!this.recorded.has(orderId), `${orderId} is written down twice`);
    this.recorded.add(orderId);
    const loss = found(this.losses.get(key), `loss by ${key} that is still to be ordered`);
    const isTheirs = event.holderId === loss.holderId && event.limitPrice === loss.wanted.limitPrice;
    demand(isTheirs, `${orderId} is another order than who lost ${key} wanted`);
    this.checkOrder(event, loss);
    if (loss.nothing === null) this.take(event, loss);
    else demand(refusal === loss.nothing, `${orderId} ends as ${String(refusal)}, and of ${key} nothing is ordered: ${loss.nothing}`);
    if (isNothing(loss.left)) this.losses.delete(key);
  }

  /** What was placed is what was wanted, and of what was refused nothing was placed. */
  private checkOrder({ orderId, refusal, window, quantity }: raw.RebookingAttempted, { wanted, holderId, event }: Loss): void {
    const order = this.orders.get(orderId);
    this.orders.delete(orderId);
    demand((order === undefined) === (refusal !== null), `${orderId} is placed and refused, or neither: ${String(refusal)}`);
    if (order === undefined) return;
    const { limitPrice, constraints, timeInForce, minimumFill } = order;
    const due = { limitPrice: wanted.limitPrice, constraints: wanted.constraints, timeInForce: timeOf(wanted, event), minimumFill: leastOf(wanted, quantity) };
    const isWanted = canonicalJson({ limitPrice, constraints, timeInForce, minimumFill }) === canonicalJson(due);
    demand(isWanted && order.buyerId === holderId, `${orderId} is another order than ${holderId} wanted`);
    const isSame = order.window.start === window.start && order.window.end === window.end && order.quantity === quantity;
    demand(isSame, `${orderId} is ordered for something else than is written down`);
  }

  private take(attempt: raw.RebookingAttempted, { pool, left, event, wanted }: Loss): void {
    const { orderId, refusal, window, quantity } = attempt;
    const isJust = refusal === null || REFUSALS.includes(refusal) || this.mayBeRefused(attempt, { event, wanted });
    demand(isJust, `${orderId} is refused as ${String(refusal)}, and could be placed`);
    pool.paint(left, window, -Number(quantity));
    left.forEach((_cell, rest) => demand(rest >= 0, `${orderId} orders more than ${keyOf(event)} lost`));
  }

  /** What depends on what was wanted: only what is filled whole at once can lack something, and only a rest be over. */
  private mayBeRefused({ refusal, window, quantity, attemptedAt }: raw.RebookingAttempted, { event, wanted }: Pick<Loss, 'event' | 'wanted'>): boolean {
    const { kind, restsFor = 0 } = wanted.timeInForce;
    const reached = this.reached(wanted.constraints);
    const least = Number(leastOf(wanted, quantity));
    const isOffLot = least > 1 && least < Number(quantity) && reached.every(({ lotSize }) => least % lotSize !== 0);
    switch (refusal) {
      case 'NOT_FILLABLE':
        return kind === 'FOK';
      case 'EXPIRY_IN_PAST':
        return kind === 'GTD' && attemptedAt >= event.curtailedAt + restsFor;
      case 'OFF_LOT':
        return isOffLot;
      case 'OFF_GRID':
        return reached.every(({ grid }) => isOff(grid, window));
      default:
        return false;
    }
  }

  /** The smallest that an order can reach; where it can reach none, of all. */
  private leastLot(constraints: raw.RawConstraints | null): number {
    return Math.min(...this.reached(constraints).map(({ lotSize }) => lotSize));
  }

  private reached(constraints: raw.RawConstraints | null): readonly PoolBook[] {
    const pools = [...this.market.pools.values()];
    const { bids } = this.market.orders;
    const reached = constraints === null ? pools : pools.filter(({ poolId }) => bids.promises(poolId, constraints));
    return reached.length > 0 ? reached : pools;
  }
}

const isOff = (grid: number, { start, end }: RawWindow): boolean => start % grid !== 0 || end % grid !== 0;

/** An order ends at an instant, and what is wanted says how long after the loss. */
function timeOf({ timeInForce: { kind, restsFor } }: raw.RawRebooking, { curtailedAt }: raw.ReservationCurtailed): object {
  return restsFor === undefined ? { kind } : { kind, until: curtailedAt + restsFor };
}

/** Of less than the least, all of it. */
function leastOf({ minimumFill, isAllOrNone }: raw.RawRebooking, quantity: string): string {
  return isAllOrNone || Number(minimumFill) > Number(quantity) ? quantity : minimumFill;
}

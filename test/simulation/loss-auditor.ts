import type { LiveReservation, MarketAuditor } from './market-auditor.js';
import { Cells, isEqual, ROOT, type PoolBook } from './pool-book.js';
import { RebookingAuditor } from './rebooking-auditor.js';
import type * as raw from './raw-event.js';
import { demand, found } from './violation.js';

/** A curtailment that the log has begun to tell of. */
interface Open {
  readonly event: raw.PoolCurtailed;
  readonly pool: PoolBook;
  /** What each lot loses of its own, and what is lost along its chain of title. */
  readonly own: ReadonlyMap<string, Cells>;
  readonly lost: Map<string, Cells>;
}

const WHOLE = 10_000n;

/** Half to even, of a product over a whole. */
function rounded(product: bigint, whole: bigint): bigint {
  const [down, rest] = [product / whole, (product % whole) * 2n];
  return rest > whole || (rest === whole && down % 2n === 1n) ? down + 1n : down;
}

/** Everybody's part cut off, what is missing to those who were cut off most, of equals to who came last. */
function partsOf(total: number, titles: ReadonlyMap<string, number>): Map<string, number> {
  const sum = [...titles.values()].reduce((all, one) => all + one, 0);
  const parts = new Map([...titles].map(([id, title]) => [id, Math.floor((total * title) / sum)]));
  let missing = total - [...parts.values()].reduce((all, one) => all + one, 0);
  const rest = (id: string): number => (total * (titles.get(id) ?? 0)) % sum;
  const order = [...titles.keys()].reverse().sort((a, b) => rest(b) - rest(a));
  for (const id of order) {
    if (missing === 0) break;
    parts.set(id, (parts.get(id) ?? 0) + 1);
    missing -= 1;
  }
  return parts;
}

/** Follows what providers take back: who must lose how much in every cell, and what they get for it. */
export class LossAuditor {
  /** What was lost of what a reservation bought, resold parts included. */
  private readonly lostBy = new Map<string, Cells>();
  private readonly cuts: { readonly lotId: string; readonly cells: Cells }[] = [];
  /** Of holds whose listing was closed: what is not taken of them is free. */
  private readonly rests: { readonly lotId: string; readonly cells: Cells }[] = [];
  private open: Open | null = null;
  readonly rebookings: RebookingAuditor;

  constructor(private readonly market: MarketAuditor) {
    this.rebookings = new RebookingAuditor(market);
  }

  /** Nobody may be left who should have lost something, once anything else happens. */
  checkDone(next: string): void {
    if (next === 'ReservationCurtailed' || this.open === null) return;
    this.rests.length = 0;
    const left = [...this.open.lost.keys()];
    demand(left.length === 0, `${this.open.event.curtailmentId} spares ${left.join(', ')}`);
    this.open = null;
  }

  freed(lotId: string, cells: Cells): void {
    this.rests.push({ lotId, cells });
  }

  listingReduced(event: raw.Offered): PoolBook {
    const { listingId } = event;
    const listing = found(this.market.listings.get(listingId), `open ${listingId}`);
    const pool = this.market.pool(listing.poolId);
    const before = found(pool.claimed(listingId), `offer ${listingId}`);
    const after = pool.fromSegments(event.listingRemaining);
    const cells = new Cells();
    before.forEach((cell, quantity) => cells.add(cell, quantity - after.at(cell)));
    cells.forEach((_cell, quantity) => demand(quantity >= 0, `${listingId} grows by a loss`));
    cells.forEach((cell, quantity) => before.add(cell, -quantity));
    this.cuts.push({ lotId: listing.lotId, cells });
    return pool;
  }

  poolCurtailed(event: raw.PoolCurtailed): PoolBook {
    const pool = this.market.pool(event.poolId);
    const { unsold, own } = expectedLosses(pool, event, [...this.market.reservations.keys()]);
    const stated = pool.fromSegments(event.unsold);
    demand(isEqual(stated, unsold), `${event.curtailmentId} takes other than what is unsold first`);
    this.open = { event, pool, own, lost: this.alongChains(own) };
    for (const lotId of this.open.lost.keys()) this.checkNotice(event, lotId);
    pool.shrink(ROOT, unsold);
    this.checkCuts(pool, ROOT);
    return pool;
  }

  reservationCurtailed(event: raw.ReservationCurtailed): PoolBook {
    const { reservationId, curtailmentId } = event;
    const open = found(this.open, `curtailment ${curtailmentId}`);
    const { pool } = open;
    const reservation = found(this.market.reservations.get(reservationId), `live ${reservationId}`);
    const own = open.own.get(reservationId) ?? new Cells();
    const lost = found(open.lost.get(reservationId), `loss of ${reservationId}`);
    open.lost.delete(reservationId);
    const isOwn = isEqual(pool.fromSegments(event.lostTitle), own);
    demand(isOwn, `${reservationId} loses other than its part of ${curtailmentId}`);
    demand(isEqual(pool.fromSegments(event.lost), lost), `${reservationId} is refunded for something else`);
    this.checkMoney(event, reservation, { own, lost });
    this.rebookings.curtailed(event, reservation, own, pool);
    pool.shrink(reservationId, own);
    const left = pool.fromSegments(event.entitlement);
    demand(isEqual(left, pool.lot(reservationId).title), `${reservationId} says it holds something else`);
    this.checkCuts(pool, reservationId);
    const isWhole = isEqual(this.wholeOf(reservation), new Cells());
    demand(event.isWhole === isWhole, `${reservationId} is over, or is not`);
    if (isWhole) this.end(pool, reservation);
    return pool;
  }

  /** Only what was not given on, before it begins, for the fee of the terms it was sold under. */
  cancelled(event: raw.ReservationCancelled): PoolBook {
    const { reservationId, cancelledAt } = event;
    const reservation = this.market.inStatus(reservationId, 'scheduled');
    const { poolId, window } = reservation;
    const pool = this.market.pool(poolId);
    const amount = this.priceLeft(reservation);
    demand(!isHandedOver(reservation), `${reservationId} is cancelled and was never bought`);
    const isWhole = isEqual(pool.lot(reservationId).title, this.wholeOf(reservation));
    demand(isWhole, `${reservationId} is cancelled after part of it was sold`);
    demand(!pool.hasClaimOn(reservationId), `${reservationId} is cancelled while it is offered`);
    demand(cancelledAt < window.start, `${reservationId} is cancelled after it started`);
    const notice = window.start - cancelledAt;
    const steps = this.market.termsOfSale(reservation).cancellation;
    const share = steps.find(({ noticeMin }) => noticeMin <= notice)?.fee ?? Number(WHOLE);
    const fee = rounded(amount * BigInt(share), WHOLE);
    const isRight = BigInt(event.fee) === fee && BigInt(event.refund) === amount - fee;
    demand(isRight, `${reservationId} should cost a fee of ${fee} of ${amount}, not ${event.fee}`);
    const { sellerId } = reservation;
    const before = pool.roomFor(sellerId, window);
    this.comesBack(pool, reservation, event);
    const isWithin = pool.roomFor(sellerId, window) >= before && !pool.isConcentrated(sellerId);
    demand(isWithin, `${reservationId} comes back to ${sellerId}, above the cap of ${poolId}`);
    return pool;
  }

  /** What is left of it is its source's again, and for sale where it was bought if that is open. */
  private comesBack(
    pool: PoolBook,
    { reservationId, lotId, listingId }: LiveReservation,
    { source, relisted }: raw.ReservationCancelled,
  ): void {
    const { title } = pool.lot(reservationId);
    pool.closeLot(reservationId);
    this.market.reservations.delete(reservationId);
    if (source === null) title.forEach((cell, quantity) => pool.lot(ROOT).title.add(cell, quantity));
    else pool.restateLot(lotId, pool.fromSegments(source.entitlement));
    const offered = pool.claimed(listingId);
    const isSame = offered === null ? relisted === null : relisted?.listingId === listingId;
    demand(isSame, `${reservationId} does not come back to what it was bought from`);
    if (offered === null || relisted === null) return;
    title.forEach((cell, quantity) => offered.add(cell, quantity));
    this.market.checkRemaining(pool, listingId, relisted.listingRemaining);
  }

  /** What was bought and not lost. */
  wholeOf({ reservationId, poolId, window, quantity }: LiveReservation): Cells {
    const whole = this.market.pool(poolId).rectangle(window, quantity);
    this.lostBy.get(reservationId)?.forEach((cell, lost) => whole.add(cell, -lost));
    return whole;
  }

  /** What of the price was not paid back for what was lost. */
  priceLeft(reservation: LiveReservation): bigint {
    const { poolId, window, quantity, amount } = reservation;
    const cells = (window.end - window.start) / this.market.pool(poolId).grid;
    return rounded(amount * BigInt(sumOf(this.wholeOf(reservation))), BigInt(quantity * cells));
  }

  private checkMoney(
    event: raw.ReservationCurtailed,
    reservation: LiveReservation,
    { own, lost }: { readonly own: Cells; readonly lost: Cells },
  ): void {
    const { reservationId, holderId, quantity, window } = reservation;
    const { pool, event: cause } = found(this.open, 'curtailment');
    const before = this.priceLeft(reservation);
    const all = this.lostBy.get(reservationId) ?? new Cells();
    lost.forEach((cell, value) => all.add(cell, value));
    this.lostBy.set(reservationId, all);
    const refund = before - this.priceLeft(reservation);
    demand(BigInt(event.refund) === refund, `${reservationId} is paid ${event.refund} back, not ${refund}`);
    const terms = this.market.termsOfSale(reservation);
    const share = BigInt(terms.curtailment.penaltyShare[cause.why] ?? 0);
    const cells = BigInt((window.end - window.start) / pool.grid);
    demand(event.isTransfer === isHandedOver(reservation), `${reservationId} was bought, or was not`);
    const due = rounded(this.worthOf(reservation) * BigInt(sumOf(own)) * share, BigInt(quantity) * cells * WHOLE);
    const penalty = holderId === pool.providerId ? 0n : due;
    demand(BigInt(event.penalty) === penalty, `${reservationId} is owed ${penalty}, not ${event.penalty}`);
  }

  /** What was paid, or for what was handed over would have been. */
  private worthOf(reservation: LiveReservation): bigint {
    const { quantity, window, amount } = reservation;
    if (!isHandedOver(reservation)) return amount;
    return this.market.priceOf(reservation, quantity, window);
  }

  /** What is lost of a part is lost of what it was cut from. */
  private alongChains(own: ReadonlyMap<string, Cells>): Map<string, Cells> {
    const lost = new Map<string, Cells>();
    for (const [lotId, cells] of own) {
      for (let id = lotId; id !== ROOT; ) {
        const sum = lost.get(id) ?? new Cells();
        cells.forEach((cell, quantity) => sum.add(cell, quantity));
        lost.set(id, sum);
        id = found(this.market.reservations.get(id), `chain of ${lotId}`).lotId;
      }
    }
    return lost;
  }

  private checkNotice({ why, curtailedAt }: raw.PoolCurtailed, lotId: string): void {
    if (why !== 'reclaim') return;
    const { pool, lost } = found(this.open, 'curtailment');
    const reservation = found(this.market.reservations.get(lotId), `live ${lotId}`);
    const { reclaimNotice } = this.market.termsOfSale(reservation).curtailment;
    demand(reclaimNotice !== null, `${lotId} is reclaimed against its terms`);
    const earliest = curtailedAt + (reclaimNotice ?? 0);
    lost.get(lotId)?.forEach((cell, quantity) => {
      const isSoon = quantity > 0 && cell * pool.grid < earliest;
      demand(!isSoon, `${lotId} is reclaimed with too little notice`);
    });
  }

  /** Offers are cut only where nothing of their lot is free. */
  private checkCuts(pool: PoolBook, lotId: string): void {
    for (const cut of this.cuts.filter((one) => one.lotId === lotId)) {
      cut.cells.forEach((cell, quantity) => {
        const rests = this.rests.filter((one) => one.lotId === lotId);
        const ofHolds = rests.reduce((sum, { cells }) => sum + cells.at(cell), 0);
        const isNeeded = quantity === 0 || pool.freeAt(lotId, cell) <= ofHolds;
        demand(isNeeded, `an offer of ${lotId} is cut, and there is more of it free`);
      });
      this.cuts.splice(this.cuts.indexOf(cut), 1);
    }
  }

  private end(pool: PoolBook, { reservationId }: LiveReservation): void {
    demand(!pool.hasClaimOn(reservationId), `${reservationId} is over while parts of it are offered`);
    pool.closeLot(reservationId);
    this.market.reservations.delete(reservationId);
  }
}

/** Nobody sells to themselves: it is part of what they had. */
export function isHandedOver({ sellerId, holderId }: LiveReservation): boolean {
  return sellerId === holderId;
}

function sumOf(cells: Cells): number {
  let sum = 0;
  cells.forEach((_cell, quantity) => (sum += quantity));
  return sum;
}

function expectedLosses(
  pool: PoolBook,
  { window, quantity }: raw.PoolCurtailed,
  inTurn: readonly string[],
): { readonly unsold: Cells; readonly own: Map<string, Cells> } {
  const unsold = new Cells();
  const own = new Map<string, Cells>();
  // A hold has its turn from when it was made, not from when it was paid.
  const known = new Set(pool.lotIds());
  const lots = inTurn.filter((id) => known.has(id));
  const [from, until] = pool.cellsOf(window);
  for (let cell = from; cell < until; cell += 1) {
    const taken = Number(quantity);
    demand(taken <= pool.nameplateAt(cell), `${pool.poolId} loses more than it has`);
    const first = Math.min(taken, pool.lot(ROOT).title.at(cell));
    unsold.add(cell, first);
    if (first === taken) continue;
    const held = lots.filter((id) => pool.lot(id).title.at(cell) > 0);
    const titles = new Map(held.map((id) => [id, pool.lot(id).title.at(cell)]));
    // What is finished was delivered: it is not there to be taken by who comes late.
    const there = [...titles.values()].reduce((all, one) => all + one, 0);
    for (const [id, part] of partsOf(Math.min(taken - first, there), titles)) {
      if (part === 0) continue;
      const cells = own.get(id) ?? new Cells();
      cells.add(cell, part);
      own.set(id, cells);
    }
  }
  return { unsold, own };
}

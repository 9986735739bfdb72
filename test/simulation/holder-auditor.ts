import { assertNever } from '../../src/kernel/assert.js';
import { IdleAuditor } from './idle-auditor.js';
import { checkLots } from './lot-auditor.js';
import { isHandedOver } from './loss-auditor.js';
import type { LiveReservation, MarketAuditor } from './market-auditor.js';
import { isEqual, type PoolBook } from './pool-book.js';
import type * as raw from './raw-event.js';
import { demand, found } from './violation.js';

type HolderEvent =
  | raw.ReservationTransferred
  | raw.TransferReturned
  | raw.IdleRuleSet
  | raw.IdleReviewed;

/** Follows what holders do with what is theirs: teams, and what is offered because it is not used. */
export class HolderAuditor {
  readonly idle: IdleAuditor;
  private readonly teams = new Map<string, string | null>();

  constructor(private readonly market: MarketAuditor) {
    this.idle = new IdleAuditor(market);
  }

  /** The pool that changed; null when none did. */
  apply(event: HolderEvent): PoolBook | null {
    switch (event.type) {
      case 'ReservationTransferred':
        return this.transferred(event);
      case 'TransferReturned':
        return this.returned(event);
      case 'IdleRuleSet':
        this.idle.ruleSet(event);
        return null;
      case 'IdleReviewed':
        this.idle.reviewed(event);
        return null;
      default:
        return assertNever(event);
    }
  }

  /** A rectangle leaves one lot and is the whole of another: whoever holds both holds as much. */
  private transferred(event: raw.ReservationTransferred): PoolBook {
    const { reservationId, holderId, window, transferredAt, source } = event;
    demand(!this.market.reservations.has(reservationId), `${reservationId} is handed over twice`);
    const from = this.owned(source.reservationId);
    demand(from.holderId === holderId, `${reservationId} is cut from what is not ${holderId}’s`);
    this.checkHeir(event, from);
    this.checkTeams(event);
    const pool = this.market.pool(from.poolId);
    const quantity = Number(event.quantity);
    demand(quantity > 0, `${reservationId} is nothing`);
    const isWithin = from.window.start <= window.start && window.end <= from.window.end;
    demand(isWithin, `${reservationId} is for another time than ${from.reservationId}`);
    const isOver = window.start < Math.floor(transferredAt / pool.grid) * pool.grid;
    demand(!isOver, `${reservationId} is handed over when it has begun`);
    const name = reservationId;
    checkLots(pool, { name, quantity, window }, (cell) => pool.freeAt(from.reservationId, cell));
    const part = pool.rectangle(window, quantity);
    const isAll = isEqual(pool.fromSegments(event.entitlement), part);
    demand(isAll, `${reservationId} is other than was handed over`);
    const left = pool.fromSegments(source.entitlement);
    const { title } = pool.lot(from.reservationId);
    part.forEach((cell, moved) => title.add(cell, -moved));
    const isMoved = isEqual(left, title);
    demand(isMoved, `${from.reservationId} keeps other than is left when ${reservationId} goes`);
    pool.openLot(reservationId, { holderId, parentId: from.reservationId, title: part });
    const free = { amount: 0n, sellerId: holderId, lotId: from.reservationId };
    const given = { reservationId, window, quantity, paidAt: transferredAt };
    this.market.reservations.set(reservationId, { ...from, ...free, ...given, status: 'scheduled' });
    return pool;
  }

  private returned(event: raw.TransferReturned): PoolBook {
    const { reservationId, returnedAt, source } = event;
    const part = this.market.inStatus(reservationId, 'scheduled');
    demand(isHandedOver(part), `${reservationId} is given back and was bought`);
    demand(part.holderId === event.holderId, `${reservationId} is given back by another`);
    demand(returnedAt < part.window.start, `${reservationId} is given back after it started`);
    const pool = this.market.pool(part.poolId);
    const { title } = pool.lot(reservationId);
    const isWhole = isEqual(title, this.market.losses.wholeOf(part));
    demand(isWhole, `${reservationId} is given back in part`);
    demand(!pool.hasClaimOn(reservationId), `${reservationId} is given back while it is offered`);
    const isSource = source.reservationId === part.lotId;
    demand(isSource, `${reservationId} was cut from ${part.lotId}, not ${source.reservationId}`);
    const { title: restored } = pool.lot(part.lotId);
    title.forEach((cell, quantity) => restored.add(cell, quantity));
    const isSame = isEqual(pool.fromSegments(source.entitlement), restored);
    demand(isSame, `${part.lotId} does not get back all that ${reservationId} was`);
    pool.closeLot(reservationId);
    this.market.reservations.delete(reservationId);
    return pool;
  }

  private checkHeir(event: raw.ReservationTransferred, from: LiveReservation): void {
    const { reservationId, poolId, listingId, hops, termsVersion } = event;
    const isPlace = poolId === from.poolId && listingId === from.listingId;
    const isTerms = hops === from.hops && termsVersion === from.termsVersion;
    const isHeir = isPlace && isTerms && BigInt(event.unitPrice) === from.unitPrice;
    demand(isHeir, `${reservationId} is not as ${from.reservationId} was bought`);
  }

  private checkTeams({ reservationId, fromTeamId, teamId, source }: raw.ReservationTransferred): void {
    const before = this.teams.get(source.reservationId) ?? null;
    demand(fromTeamId === before, `${reservationId} leaves a team that did not have it`);
    demand(teamId !== before, `${reservationId} stays where it is`);
    this.teams.set(reservationId, teamId);
  }

  private owned(reservationId: string): LiveReservation {
    const one = found(this.market.reservations.get(reservationId), `live ${reservationId}`);
    demand(one.status !== 'held', `${reservationId} is not paid for`);
    return one;
  }
}

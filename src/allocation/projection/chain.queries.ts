import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/prisma.js';
import type { Reservation } from '../../platform/prisma/generated/client.js';

/** One change of hands, from the provider's sale on. */
export interface ChainLink {
  readonly hop: number;
  readonly reservationId: string;
  readonly fromId: string;
  readonly toId: string;
  readonly window: { readonly start: Date; readonly end: Date };
  readonly quantity: bigint;
  readonly paidAt: Date;
  readonly extendsReservationId: string | null;
}

type PaidReservation = Reservation & { readonly paidAt: Date };

/** More hops than any pool allows. */
const DEPTH_MAX = 32;

@Injectable()
export class ChainQueries {
  constructor(private readonly database: Database) {}

  /**
   * How title came to a reservation's holder, the provider's sale first; null when it was never
   * paid, or the organization is on neither side of any of its links.
   */
  async chainOf(
    reservationId: string,
    organizationId: OrganizationId,
  ): Promise<readonly ChainLink[] | null> {
    const rows = await this.linksOf(reservationId);
    if (rows === null) return null;
    const links = rows.map((row) => ({
      hop: row.hops,
      reservationId: row.reservationId,
      fromId: row.sellerId,
      toId: row.holderId,
      window: { start: row.windowStart, end: row.windowEnd },
      quantity: row.quantity,
      paidAt: row.paidAt,
      // What a holder had before is nobody else's business.
      extendsReservationId: row.holderId === organizationId ? row.extendsReservationId : null,
    }));
    const isParty = links.some(({ fromId, toId }) => [fromId, toId].includes(organizationId));
    return isParty ? links.reverse() : null;
  }

  /** A reservation and what it was cut from, the provider's sale last; null when it was never paid. */
  async linksOf(reservationId: string): Promise<readonly PaidReservation[] | null> {
    const links: PaidReservation[] = [];
    let id: string | null = reservationId;
    while (id !== null && links.length < DEPTH_MAX) {
      const row: Reservation | null = await this.database.reservation.findUnique({
        where: { reservationId: id },
      });
      if (row === null || row.paidAt === null) return null;
      links.push({ ...row, paidAt: row.paidAt });
      id = row.sourceReservationId;
    }
    return links;
  }
}

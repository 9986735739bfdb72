import { Injectable } from '@nestjs/common';
import { streamId, type StreamId } from '../../eventstore/event.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/prisma.js';
import type { Reservation } from '../../platform/prisma/generated/client.js';

/** An event of the log, as anybody who has the log finds it again. */
export interface LoggedEvent {
  readonly stream: StreamId;
  readonly version: number;
  /** SHA-256 over the event and the hash before it, hexadecimal. */
  readonly hash: string;
}

/** What the provider sold from. */
export interface Nameplate {
  readonly poolId: string;
  readonly openedAt: Date;
  readonly event: LoggedEvent | null;
}

/** One change of hands, from the provider's sale on. */
export interface ChainLink {
  readonly hop: number;
  readonly reservationId: string;
  readonly fromId: string;
  readonly toId: string;
  /** Handed from team to team of one organization. */
  readonly isTransfer: boolean;
  readonly window: { readonly start: Date; readonly end: Date };
  readonly quantity: bigint;
  readonly movedAt: Date;
  readonly event: LoggedEvent | null;
  readonly extendsReservationId: string | null;
  /** Of the first link only. */
  readonly nameplate: Nameplate | null;
}

export interface Parties {
  readonly holderId: OrganizationId;
  readonly sellerId: OrganizationId;
  readonly providerId: OrganizationId;
}

type Linked =
  | 'reservationId' | 'marketId' | 'poolId' | 'sellerId' | 'holderId' | 'sourceReservationId' | 'extendsReservationId'
  | 'windowStart' | 'windowEnd' | 'quantity' | 'amount' | 'hops' | 'paidAt' | 'movedAt' | 'titleVersion';
type LinkRow = Pick<Reservation, Linked>;
type PaidReservation = LinkRow & { readonly paidAt: Date };

/** Far more than sales and transfers can be, one after another: what is longer is a fault in the rows. */
const LINKS_MAX = 1_000;

const isPaid = (row: LinkRow): row is PaidReservation => row.paidAt !== null;

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
    const [newest] = rows ?? [];
    if (rows === null || newest === undefined) return null;
    const isParty = rows.some((row) => [row.sellerId, row.holderId].includes(organizationId));
    if (!isParty) return null;
    const pool = await this.database.marketPool.findUnique({ where: { poolId: newest.poolId } });
    const versions = [...rows.map(({ titleVersion }) => titleVersion), pool?.openedVersion ?? null];
    const eventOf = await this.eventsOf(newest.marketId, versions);
    const nameplate = pool && { poolId: pool.poolId, openedAt: pool.openedAt, event: eventOf(pool.openedVersion) };
    // What an organization hands from team to team is nobody else's business: title does not move.
    return rows
      .filter(({ sellerId, holderId }) => sellerId !== holderId || holderId === organizationId)
      .map((row): ChainLink => ({
        hop: row.hops,
        reservationId: row.reservationId,
        fromId: row.sellerId,
        toId: row.holderId,
        isTransfer: row.holderId === row.sellerId,
        window: { start: row.windowStart, end: row.windowEnd },
        quantity: row.quantity,
        movedAt: row.movedAt ?? row.paidAt,
        event: eventOf(row.titleVersion),
        // What a holder had before is nobody else's business.
        extendsReservationId: row.holderId === organizationId ? row.extendsReservationId : null,
        nameplate: row.sourceReservationId === null ? nameplate : null,
      }))
      .reverse();
  }

  /** Between whom a reservation is; null: it was never held. */
  async partiesOf(reservationId: string): Promise<Parties | null> {
    const [parties] = await this.database.$queryRaw<Parties[]>`
      SELECT holder_id AS "holderId", seller_id AS "sellerId", provider_id AS "providerId"
      FROM reservation JOIN market_pool USING (pool_id) WHERE reservation_id = ${reservationId}`;
    return parties ?? null;
  }

  /**
   * A reservation and what it was cut from, the provider's sale last; null when it was never paid. One
   * statement, however long it is: it takes the same for one of others as for one that is not there.
   */
  async linksOf(reservationId: string): Promise<readonly PaidReservation[] | null> {
    const links = await this.database.$queryRaw<LinkRow[]>`
      WITH RECURSIVE link AS (
        SELECT reservation_id, source_reservation_id, 1 AS place FROM reservation WHERE reservation_id = ${reservationId}
        UNION ALL
        SELECT source.reservation_id, source.source_reservation_id, place + 1
        FROM link JOIN reservation source ON source.reservation_id = link.source_reservation_id
        WHERE place <= ${LINKS_MAX}
      )
      SELECT reservation_id AS "reservationId", market_id AS "marketId", pool_id AS "poolId", seller_id AS "sellerId", holder_id AS "holderId",
        row.source_reservation_id AS "sourceReservationId", extends_reservation_id AS "extendsReservationId",
        window_start AS "windowStart", window_end AS "windowEnd", quantity, amount, hops, paid_at AS "paidAt", moved_at AS "movedAt",
        title_version AS "titleVersion"
      FROM link JOIN reservation row USING (reservation_id) ORDER BY place`;
    if (links.length > LINKS_MAX) throw new Error(`the chain of title of ${reservationId} has no end`);
    return links.at(-1)?.sourceReservationId === null && links.every(isPaid) ? links : null;
  }

  protected async eventsOf(
    marketId: string,
    versions: readonly (number | null)[],
  ): Promise<(version: number | null) => LoggedEvent | null> {
    const stream = streamId('market', marketId);
    const wanted = versions.filter((version) => version !== null);
    const rows = await this.database.$queryRaw<{ readonly version: number; readonly hash: string }[]>`
      SELECT version, encode(hash, 'hex') AS hash FROM eventstore.events
      WHERE stream_id = ${stream} AND version = ANY(${wanted}::int[])`;
    const hashes = new Map(rows.map(({ version, hash }) => [version, hash]));
    return (version) => {
      const hash = version === null ? undefined : hashes.get(version);
      return version === null || hash === undefined ? null : { stream, version, hash };
    };
  }
}

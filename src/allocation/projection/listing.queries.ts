import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/prisma.js';
import type { Listing } from '../../platform/prisma/generated/client.js';
import { Prisma } from '../../platform/prisma/generated/client.js';
import type { ListingOrder, ListingPage, ListingsWanted } from '../model/listing.filter.js';

/** A listing, and the value that it stands at in the order that was asked for. */
export interface PlacedListing {
  readonly listing: Listing;
  readonly value: bigint;
}

/** What one market has to offer at fixed prices now. */
export interface MarketOffers {
  readonly marketId: string;
  readonly listings: number;
  readonly unitPrice: bigint;
  readonly quantity: bigint;
}

/** What a listing of a pool that is not known here yet is ordered by: behind all others. */
const SLOWEST_MS = 2_147_483_647;

/** Each a bigint, so that every cursor is one. `pool` is the providers': a pool never changes its promise. */
const ORDERS: Readonly<Record<ListingOrder, Prisma.Sql>> = {
  PRICE: Prisma.sql`listing.unit_price`,
  START: Prisma.sql`(extract(epoch FROM listing.window_start) * 1000)::bigint`,
  QUANTITY: Prisma.sql`listing.remaining_max`,
  TTFT: Prisma.sql`(SELECT coalesce(max((pool.service_level->>'ttftP95')::bigint), ${SLOWEST_MS})
    FROM pool WHERE pool.pool_id = listing.pool_id)`,
};

/** What is on offer, found by what buyers ask of it. */
@Injectable()
export class ListingQueries {
  constructor(private readonly database: Database) {}

  async page(wanted: ListingsWanted, { order, isDescending, after, limit }: ListingPage): Promise<PlacedListing[]> {
    const value = ORDERS[order];
    const direction = isDescending ? Prisma.raw('DESC') : Prisma.raw('ASC');
    const isBehind = isDescending ? Prisma.raw('<') : Prisma.raw('>');
    const isLater =
      after === null ? Prisma.empty : Prisma.sql`AND (${value}, listing_id) ${isBehind} (${after.value}, ${after.listingId})`;
    const places = await this.database.$queryRaw<{ listingId: string; value: bigint }[]>`
      SELECT listing_id AS "listingId", ${value} AS value FROM listing
      WHERE ${conditionOf(wanted)} ${isLater}
      ORDER BY 2 ${direction}, listing_id ${direction} LIMIT ${limit}`;
    const rows = await this.database.listing.findMany({
      where: { listingId: { in: places.map(({ listingId }) => listingId) } },
    });
    const byId = new Map(rows.map((row) => [row.listingId, row]));
    return places.flatMap(({ listingId, value: place }) => {
      const listing = byId.get(listingId);
      return listing === undefined ? [] : [{ listing, value: place }];
    });
  }

  async count(wanted: ListingsWanted): Promise<number> {
    const [found] = await this.database.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM listing WHERE ${conditionOf(wanted)}`;
    return found?.count ?? 0;
  }

  /** By name, behind a name. */
  markets(after: string | null, limit: number): Promise<MarketOffers[]> {
    return this.database.$queryRaw<MarketOffers[]>`
      SELECT market_id AS "marketId", count(*)::int AS listings, min(unit_price) AS "unitPrice",
        sum(remaining_max)::bigint AS quantity
      FROM listing WHERE status = 'open' AND NOT is_auction AND market_id > ${after ?? ''}
      GROUP BY market_id ORDER BY market_id LIMIT ${limit}`;
  }
}

function conditionOf(wanted: ListingsWanted): Prisma.Sql {
  const { marketId, model, poolId, status, isAuction, sellerId, unitPriceMax } = wanted;
  const conditions = [
    Prisma.sql`true`,
    ...(marketId === null ? [] : [Prisma.sql`market_id = ${marketId}`]),
    ...(model === null ? [] : [Prisma.sql`split_part(market_id, '@', 1) = ${model}`]),
    ...(poolId === null ? [] : [Prisma.sql`pool_id = ${poolId}`]),
    ...(status === null ? [] : [Prisma.sql`status = ${status}`]),
    ...(isAuction === null ? [] : [Prisma.sql`is_auction = ${isAuction}`]),
    ...(sellerId === null ? [] : [Prisma.sql`seller_id = ${sellerId}`]),
    ...(unitPriceMax === null ? [] : [Prisma.sql`unit_price <= ${unitPriceMax}`]),
    ...promised(wanted),
    ...left(wanted),
  ];
  return Prisma.join(conditions, ' AND ');
}

/** What is asked of the pool that a listing is part of. */
function promised({ pool, evidenceMin }: ListingsWanted): readonly Prisma.Sql[] {
  const { platforms, regions, residency, ttftP95Max, streamTokensPerSecondMin } = pool;
  const asked = [
    ...(platforms.length === 0 ? [] : [Prisma.sql`platform = ANY(${platforms}::text[])`]),
    ...(regions.length === 0 ? [] : [Prisma.sql`region = ANY(${regions}::text[])`]),
    ...(residency.length === 0 ? [] : [Prisma.sql`residency <> '[]' AND residency <@ to_jsonb(${residency}::text[])`]),
    ...(ttftP95Max === null ? [] : [Prisma.sql`(service_level->>'ttftP95')::bigint <= ${ttftP95Max}`]),
    ...(streamTokensPerSecondMin === null
      ? []
      : [Prisma.sql`(service_level->>'streamTokensPerSecondMin')::bigint >= ${streamTokensPerSecondMin}`]),
  ];
  return [
    ...(asked.length === 0 ? [] : [Prisma.sql`pool_id IN (SELECT pool_id FROM pool WHERE ${Prisma.join(asked, ' AND ')})`]),
    ...(evidenceMin === 'L1'
      ? []
      : [Prisma.sql`pool_id IN (SELECT pool_id FROM market_pool WHERE evidence_level >= ${evidenceMin})`]),
  ];
}

/** What must be left, and throughout which time: its segments have no gap there, so they add up to it. */
function left({ window, quantityMin }: ListingsWanted): readonly Prisma.Sql[] {
  const enough = quantityMin ?? 1n;
  if (window === null) return quantityMin === null ? [] : [Prisma.sql`remaining_max >= ${enough}`];
  const [start, end] = [new Date(window.start), new Date(window.end)];
  return [
    Prisma.sql`window_start <= ${start} AND window_end >= ${end} AND remaining_max >= ${enough}`,
    Prisma.sql`(
      SELECT sum(least(till, ${window.end}) - greatest(since, ${window.start}))
      FROM (
        SELECT (part->'window'->>'start')::bigint AS since, (part->'window'->>'end')::bigint AS till
        FROM jsonb_array_elements(remaining) AS part WHERE (part->>'quantity')::bigint >= ${enough}
      ) AS parts
      WHERE since < ${window.end} AND till > ${window.start}
    ) = ${window.end - window.start}`,
  ];
}

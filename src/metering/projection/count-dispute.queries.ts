import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/prisma.js';
import type { CountDispute, Prisma, UsageHour } from '../../platform/prisma/generated/client.js';

export interface FoundDispute {
  readonly row: CountDispute;
  /** The hour as it is rated now. */
  readonly rated: UsageHour | null;
}

/** Disputes about counts, for those whose hours they are about. */
@Injectable()
export class CountDisputes {
  constructor(private readonly database: Database) {}

  async find(
    where: {
      readonly organizationId: OrganizationId;
      readonly reservationId: string | null;
      readonly state: string | null;
    },
    page: {
      readonly after: { readonly hour: Date; readonly reservationId: string } | null;
      readonly take: number;
    },
  ): Promise<readonly FoundDispute[]> {
    const rows = await this.database.countDispute.findMany({
      where: { AND: [filterOf(where), ...(page.after === null ? [] : [behind(page.after)])] },
      orderBy: [{ hour: 'desc' }, { reservationId: 'desc' }],
      take: page.take,
    });
    if (rows.length === 0) return [];
    const keys = rows.map(({ reservationId, hour }) => ({ reservationId, hour }));
    const hours = await this.database.usageHour.findMany({ where: { OR: keys } });
    const nameOf = (of: { readonly reservationId: string; readonly hour: Date }): string =>
      `${of.reservationId} ${of.hour.getTime()}`;
    const rated = new Map(hours.map((hour) => [nameOf(hour), hour]));
    return rows.map((row) => ({ row, rated: rated.get(nameOf(row)) ?? null }));
  }
}

function filterOf({
  organizationId,
  reservationId,
  state,
}: Parameters<CountDisputes['find']>[0]): Prisma.CountDisputeWhereInput {
  const sides = ['holderId', 'sellerId', 'providerId'] as const;
  return {
    OR: sides.map((side) => ({ [side]: organizationId })),
    ...(reservationId !== null && { reservationId }),
    ...(state !== null && { state }),
  };
}

function behind(after: { readonly hour: Date; readonly reservationId: string }): Prisma.CountDisputeWhereInput {
  const { hour, reservationId } = after;
  return { OR: [{ hour: { lt: hour } }, { hour, reservationId: { lt: reservationId } }] };
}

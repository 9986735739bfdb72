import { Injectable } from '@nestjs/common';
import { Market, type SaleLink } from '../../allocation/contract.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { ZERO_USD, type BasisPoints, type MicroUsd } from '../../kernel/money.js';
import { priceShareOf } from '../../kernel/proration.js';
import type { Window } from '../../kernel/window.js';
import { Database } from '../../platform/database/prisma.js';
import type { Prisma, ServiceHour } from '../../platform/prisma/generated/client.js';

/** A judged hour, and what its credit comes to at the price of who was served. */
export interface PricedHour {
  readonly row: ServiceHour;
  readonly credit: MicroUsd;
}

/** Whether an organization got credits, or gave them as seller or provider. */
export type CreditSide = 'received' | 'given';

interface Place {
  readonly hour: Date;
  readonly reservationId: string;
}

/** Judged hours, with what their credits come to. */
@Injectable()
export class ServiceHours {
  constructor(
    private readonly database: Database,
    private readonly market: Market,
  ) {}

  /** Of a reservation, oldest first; none of those that concern others. */
  async ofReservation(
    where: { readonly reservationId: string; readonly organizationId: OrganizationId },
    page: { readonly after: Date | null; readonly window: Window | null; readonly take: number },
  ): Promise<readonly PricedHour[]> {
    const { after, window, take } = page;
    const hour = {
      ...(window !== null && { gte: new Date(window.start), lt: new Date(window.end) }),
      ...(after !== null && { gt: after }),
    };
    const { reservationId, organizationId } = where;
    const filter = { reservationId, OR: sidesOf(['holderId', 'sellerId', 'providerId'], organizationId), hour };
    return this.priced(await this.database.serviceHour.findMany({ where: filter, orderBy: { hour: 'asc' }, take }));
  }

  /** Those that gave something back, or were disputed, of all reservations of one side, newest first. */
  async credited(
    { organizationId, side }: { readonly organizationId: OrganizationId; readonly side: CreditSide },
    { after, take }: { readonly after: Place | null; readonly take: number },
  ): Promise<readonly PricedHour[]> {
    const sides = side === 'received' ? (['holderId'] as const) : (['sellerId', 'providerId'] as const);
    const conditions: Prisma.ServiceHourWhereInput[] = [
      { OR: sidesOf(sides, organizationId) },
      { OR: [{ creditShare: { gt: 0 } }, { dispute: { not: null } }] },
      ...(after === null ? [] : [{ OR: behind(after) }]),
    ];
    const orderBy = [{ hour: 'desc' as const }, { reservationId: 'desc' as const }];
    return this.priced(await this.database.serviceHour.findMany({ where: { AND: conditions }, orderBy, take }));
  }

  /** Each reservation's sale is looked up once. */
  private async priced(rows: readonly ServiceHour[]): Promise<readonly PricedHour[]> {
    const ids = [...new Set(rows.map(({ reservationId }) => reservationId))];
    const found = await Promise.all(
      ids.map(async (id) => [id, (await this.market.salesOf(id as ReservationId))?.[0]] as const),
    );
    const sales = new Map(found);
    return rows.map((row) => ({ row, credit: creditOf(row, sales.get(row.reservationId)) }));
  }
}

function sidesOf(
  sides: readonly ('holderId' | 'sellerId' | 'providerId')[],
  organizationId: OrganizationId,
): Prisma.ServiceHourWhereInput[] {
  return sides.map((side) => ({ [side]: organizationId }));
}

function behind({ hour, reservationId }: Place): Prisma.ServiceHourWhereInput[] {
  return [{ hour: { lt: hour } }, { hour, reservationId: { lt: reservationId } }];
}

function creditOf({ creditShare, creditArea }: ServiceHour, sale: SaleLink | undefined): MicroUsd {
  if (sale === undefined) return ZERO_USD;
  const area = BigInt(creditArea.toFixed(0));
  return priceShareOf(sale, { share: creditShare as BasisPoints, area });
}

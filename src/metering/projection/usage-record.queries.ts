import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Window } from '../../kernel/window.js';
import { Database } from '../../platform/database/prisma.js';
import type { Prisma, UsageReport } from '../../platform/prisma/generated/client.js';
import { GATEWAY_SOURCE } from '../model/gateway-record.js';

/** Where a page of records stands. */
export interface RecordPlace {
  readonly servedAt: Date;
  readonly id: string;
}

/** Which records of one reservation; those of its holder and of nobody else. */
export interface RecordsWanted {
  readonly organizationId: OrganizationId;
  readonly reservationId: string;
  readonly window: Window | null;
  readonly onlyDisagreeing: boolean;
}

/** What the gateway wrote down, request by request. */
@Injectable()
export class UsageRecords {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  page(wanted: RecordsWanted, after: RecordPlace | null, take: number): Promise<readonly UsageReport[]> {
    return this.database.usageReport.findMany({
      where: { AND: [filterOf(wanted), ...(after === null ? [] : [behind(after)])] },
      orderBy: [{ servedAt: 'desc' }, { id: 'desc' }],
      take,
    });
  }

  /** The record of a request of the organization's, and those of lanes that were given up for it, in the order of their names. */
  ofRequest(organizationId: OrganizationId, requestId: string, triesMax: number): Promise<readonly UsageReport[]> {
    const tries = Array.from({ length: triesMax }, (_, index) => `${requestId}.${index}`);
    const where = { organizationId, source: GATEWAY_SOURCE, id: { in: [requestId, ...tries] } };
    return this.database.usageReport.findMany({ where, orderBy: { id: 'asc' } });
  }
}

function filterOf({ organizationId, reservationId, window, onlyDisagreeing }: RecordsWanted): Prisma.UsageReportWhereInput {
  const servedAt = window === null ? {} : { servedAt: { gte: new Date(window.start), lt: new Date(window.end) } };
  return { organizationId, reservationId, evidence: 'gateway', ...servedAt, ...(onlyDisagreeing && { dispute: { not: null } }) };
}

function behind({ servedAt, id }: RecordPlace): Prisma.UsageReportWhereInput {
  return { OR: [{ servedAt: { lt: servedAt } }, { servedAt, id: { lt: id } }] };
}

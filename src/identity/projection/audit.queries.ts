import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/prisma.js';
import { Prisma } from '../../platform/prisma/generated/client.js';

export interface AuditRow {
  readonly entryId: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
}

export interface TrailRow extends AuditRow {
  /** Null: a stranger, or the product itself. */
  readonly organizationId: string | null;
}

/** What of the whole trail is wanted; null: whatever it is. */
export interface TrailFilter {
  readonly organizationId: string | null;
  readonly subject: string | null;
  readonly action: string | null;
}

/** Later than anything, greater than any id: where the newest-first list starts. */
const START = { at: new Date('9999-12-31T00:00:00Z'), entryId: '~' };

/** The audit trail: what is state and what is in the log, told as one. */
@Injectable()
export class AuditQueries {
  constructor(private readonly database: Database) {}

  list(
    organizationId: OrganizationId,
    before: { readonly at: Date; readonly entryId: string } | null,
    limit: number,
  ): Promise<AuditRow[]> {
    const { at, entryId } = before ?? START;
    return this.database.$queryRaw<AuditRow[]>`
      SELECT entry_id AS "entryId", at, actor, action, subject FROM (
        (SELECT entry_id, at, actor, action, subject FROM audit_entry
         WHERE organization_id = ${organizationId} AND (at, entry_id) < (${at}, ${entryId})
         ORDER BY at DESC, entry_id DESC LIMIT ${limit})
        UNION ALL
        (SELECT entry_id, at, actor, action, subject FROM audited_event
         WHERE organization_id = ${organizationId} AND (at, entry_id) < (${at}, ${entryId})
         ORDER BY at DESC, entry_id DESC LIMIT ${limit})
      ) AS entries ORDER BY at DESC, "entryId" DESC LIMIT ${limit}`;
  }

  /** Of all organizations, for those who run the exchange. */
  trail(
    { organizationId, subject, action }: TrailFilter,
    before: { readonly at: Date; readonly entryId: string } | null,
    limit: number,
  ): Promise<TrailRow[]> {
    const { at, entryId } = before ?? START;
    const wanted = Prisma.sql`(at, entry_id) < (${at}, ${entryId})
      ${organizationId === null ? Prisma.empty : Prisma.sql`AND organization_id = ${organizationId}`}
      ${subject === null ? Prisma.empty : Prisma.sql`AND subject = ${subject}`}
      ${action === null ? Prisma.empty : Prisma.sql`AND action = ${action}`}
      ORDER BY at DESC, entry_id DESC LIMIT ${limit}`;
    const fields = Prisma.sql`entry_id, at, organization_id, actor, action, subject`;
    return this.database.$queryRaw<TrailRow[]>`
      SELECT entry_id AS "entryId", at, organization_id AS "organizationId", actor, action, subject FROM (
        (SELECT ${fields} FROM audit_entry WHERE ${wanted})
        UNION ALL
        (SELECT ${fields} FROM audited_event WHERE ${wanted})
      ) AS entries ORDER BY at DESC, "entryId" DESC LIMIT ${limit}`;
  }
}

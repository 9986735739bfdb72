import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/prisma.js';

export interface AuditRow {
  readonly entryId: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
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
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/prisma.js';
import type { TrailRow } from './audit.queries.js';

/** What those that a line of the trail speaks of are called now; null: what has no name. */
export interface NamedRow extends TrailRow {
  readonly organizationName: string | null;
  readonly actorName: string | null;
  readonly subjectName: string | null;
}

/** Names of people, also of those who have left, of keys and of organizations, for lines of the audit trail, which has ids alone. */
@Injectable()
export class AuditNames {
  constructor(private readonly database: Database) {}

  async of(rows: readonly TrailRow[]): Promise<readonly NamedRow[]> {
    const ids = [...new Set(rows.flatMap(({ actor, subject, organizationId }) => [idOf(actor), subject, organizationId ?? '']))];
    const names = await this.namesOf(ids);
    const nameOf = (id: string): string | null => names.get(id) ?? null;
    return rows.map((row) => ({
      ...row,
      organizationName: nameOf(row.organizationId ?? ''),
      actorName: nameOf(idOf(row.actor)),
      subjectName: nameOf(row.subject),
    }));
  }

  private async namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const among = { in: [...ids] };
    const [members, keys, organizations] = await Promise.all([
      this.database.member.findMany({ where: { memberId: among }, select: { memberId: true, name: true } }),
      this.database.apiKey.findMany({ where: { keyId: among }, select: { keyId: true, name: true } }),
      this.database.organization.findMany({ where: { organizationId: among }, select: { organizationId: true, name: true } }),
    ]);
    return new Map([
      ...members.map(({ memberId, name }) => [memberId, name] as const),
      ...keys.map(({ keyId, name }) => [keyId, name] as const),
      ...organizations.map(({ organizationId, name }) => [organizationId, name] as const),
    ]);
  }
}

/** `member:<id>`, `key:<id>`. */
const idOf = (actor: string): string => actor.slice(actor.indexOf(':') + 1);

import { Inject, Injectable } from '@nestjs/common';
import type { OrganizationId, TeamId } from '../../kernel/ids.js';
import { err, ok, type Result } from '../../kernel/result.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database, isUniqueViolation } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { WALL_CLOCK } from '../../platform/platform.module.js';
import { actorOf, TeamDirectory, type AuthenticatedPrincipal } from '../contract.js';
import { AuditService } from './audit.service.js';

export interface TeamView {
  readonly teamId: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export type TeamRefusal =
  | { readonly code: 'NOT_FOUND' }
  | { readonly code: 'NAME_TAKEN' }
  | { readonly code: 'TOO_MANY_TEAMS'; readonly limit: number };

/** Teams are few, so that whoever looks sees them all. */
const TEAMS_MAX = 1_000;

type Outcome = Result<TeamView, TeamRefusal>;

/** Parts of an organization. They hold nothing themselves: title is the organization's. */
@Injectable()
export class TeamService extends TeamDirectory {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    @Inject(WALL_CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  async has(organizationId: OrganizationId, teamId: TeamId): Promise<boolean> {
    return (await this.database.team.count({ where: { organizationId, teamId } })) === 1;
  }

  async list(
    organizationId: OrganizationId,
    after: string | null,
    limit: number,
  ): Promise<readonly TeamView[]> {
    const rows = await this.database.team.findMany({
      where: { organizationId, ...(after !== null && { teamId: { gt: after } }) },
      orderBy: { teamId: 'asc' },
      take: limit,
    });
    return rows.map(viewOf);
  }

  create(caller: AuthenticatedPrincipal, name: string, idempotencyKey: string): Promise<Outcome> {
    const { organizationId } = caller;
    const teamId = uuidV7() as TeamId;
    const createdAt = this.clock.now();
    return this.change(caller, { key: idempotencyKey, content: { createTeam: { name } } }, async (within) => {
      if ((await within.team.count({ where: { organizationId } })) >= TEAMS_MAX) {
        return err({ code: 'TOO_MANY_TEAMS', limit: TEAMS_MAX });
      }
      if (await isTaken(within, organizationId, name)) return err({ code: 'NAME_TAKEN' });
      const team = { teamId, organizationId, name, nameKey: keyOf(name) };
      await within.team.create({ data: { ...team, createdAt: new Date(createdAt) } });
      await this.record(within, caller, 'team.created', teamId);
      return ok({ teamId, name, createdAt });
    });
  }

  rename(
    caller: AuthenticatedPrincipal,
    { teamId, name }: Pick<TeamView, 'teamId' | 'name'>,
    idempotencyKey: string,
  ): Promise<Outcome> {
    const { organizationId } = caller;
    const content = { renameTeam: { teamId, name } };
    return this.change(caller, { key: idempotencyKey, content }, async (within) => {
      const team = await within.team.findFirst({ where: { teamId, organizationId } });
      if (team === null) return err({ code: 'NOT_FOUND' });
      const isOther = keyOf(name) !== team.nameKey;
      if (isOther && (await isTaken(within, organizationId, name))) {
        return err({ code: 'NAME_TAKEN' });
      }
      await within.team.update({ where: { teamId }, data: { name, nameKey: keyOf(name) } });
      await this.record(within, caller, 'team.renamed', teamId);
      return ok(viewOf({ ...team, name }));
    });
  }

  private async change(
    { organizationId: scope }: AuthenticatedPrincipal,
    request: { readonly key: string; readonly content: unknown },
    work: (within: Transaction) => Promise<Outcome>,
  ): Promise<Outcome> {
    try {
      return (await once<Outcome>(this.database, { scope, ...request }, work)).answer;
    } catch (error) {
      // Two with one name at once: the unique index decided.
      if (isUniqueViolation(error)) return err({ code: 'NAME_TAKEN' });
      throw error;
    }
  }

  private async record(
    within: Transaction,
    caller: AuthenticatedPrincipal,
    action: string,
    subject: string,
  ): Promise<void> {
    const { organizationId } = caller;
    const entry = { organizationId, actor: actorOf(caller), action, subject, details: {} };
    await this.audit.recordIn(within, entry);
  }
}

/** Names that differ by case only are one. */
const keyOf = (name: string): string => name.toLowerCase();

async function isTaken(
  within: Transaction,
  organizationId: OrganizationId,
  name: string,
): Promise<boolean> {
  const nameKey = keyOf(name);
  return (await within.team.count({ where: { organizationId, nameKey } })) > 0;
}

function viewOf(row: {
  readonly teamId: string;
  readonly name: string;
  readonly createdAt: Date;
}): TeamView {
  return { teamId: row.teamId, name: row.name, createdAt: row.createdAt.getTime() };
}

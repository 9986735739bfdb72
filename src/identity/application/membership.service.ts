import { Inject, Injectable } from '@nestjs/common';
import type { MemberId, OrganizationId } from '../../kernel/ids.js';
import { err, ok, type Result } from '../../kernel/result.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { CLOCK } from '../../platform/platform.module.js';
import { actorOf, MemberDirectory, type Address, type AuthenticatedPrincipal, type Role } from '../contract.js';
import {
  addressOfRemoved,
  isMemberId,
  type LastOwner,
  type MemberNotFound,
} from '../model/membership.js';
import { AuditService } from './audit.service.js';
import { AuthenticationService } from './authentication.service.js';
import { SessionService } from './session.service.js';

export interface RoleChange {
  readonly memberId: string;
  readonly role: Role;
}

export interface RemovedMember {
  readonly memberId: string;
}

interface MemberRow {
  readonly memberId: string;
  readonly organizationId: string;
  readonly role: string;
  readonly passwordHash: string | null;
}

const NOT_FOUND = { code: 'NOT_FOUND' } as const satisfies MemberNotFound;
const LAST_OWNER = { code: 'LAST_OWNER' } as const satisfies LastOwner;

/** Changes what members may do, and ends memberships. */
@Injectable()
export class MembershipService extends MemberDirectory {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly authentication: AuthenticationService,
    private readonly sessions: SessionService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  async hasMember(organizationId: OrganizationId, memberId: string): Promise<boolean> {
    return (await this.database.member.count({ where: { organizationId, memberId } })) > 0;
  }

  async withRoles(organizationId: OrganizationId, roles: readonly Role[]): Promise<readonly MemberId[]> {
    const rows = await this.database.member.findMany({
      where: { organizationId, role: { in: [...roles] }, removedAt: null, passwordHash: { not: null } },
      orderBy: { memberId: 'asc' },
    });
    return rows.map(({ memberId }) => memberId as MemberId);
  }

  addressOf(organizationId: OrganizationId, memberId: MemberId): Promise<Address | null> {
    return this.database.member.findFirst({
      where: { organizationId, memberId, removedAt: null },
      select: { name: true, email: true },
    });
  }

  /** Giving a member the role it has changes nothing and is no refusal. */
  async changeRole(
    caller: AuthenticatedPrincipal,
    request: RoleChange,
    idempotencyKey: string,
  ): Promise<Result<RoleChange, MemberNotFound | LastOwner>> {
    const { memberId, role } = request;
    if (!isMemberId(memberId)) return err(NOT_FOUND);
    const content = { changeMemberRole: { memberId, role } };
    const keyed = { scope: caller.organizationId, key: idempotencyKey, content };
    const { answer } = await once<Result<RoleChange, MemberNotFound | LastOwner>>(
      this.database,
      keyed,
      (transaction) => this.changeRoleIn(transaction, caller, { memberId, role }),
    );
    this.authentication.forgetAll();
    return answer;
  }

  /** Ends a membership, or withdraws an invitation that nobody accepted. */
  async remove(
    caller: AuthenticatedPrincipal,
    memberId: string,
    idempotencyKey: string,
  ): Promise<Result<RemovedMember, MemberNotFound | LastOwner>> {
    if (!isMemberId(memberId)) return err(NOT_FOUND);
    const content = { removeMember: memberId };
    const keyed = { scope: caller.organizationId, key: idempotencyKey, content };
    const { answer } = await once<Result<RemovedMember, MemberNotFound | LastOwner>>(
      this.database,
      keyed,
      (transaction) => this.removeIn(transaction, caller, memberId),
    );
    this.authentication.forgetAll();
    return answer;
  }

  private async changeRoleIn(
    transaction: Transaction,
    caller: AuthenticatedPrincipal,
    { memberId, role }: RoleChange & { readonly memberId: MemberId },
  ): Promise<Result<RoleChange, MemberNotFound | LastOwner>> {
    const { organizationId } = caller;
    const found = await findLocked(transaction, organizationId, memberId);
    if (found === null) return err(NOT_FOUND);
    if (found.role === role) return ok({ memberId, role });
    if (await isLastOwner(transaction, found)) return err(LAST_OWNER);
    await transaction.member.update({ where: { memberId }, data: { role } });
    await this.audit.recordIn(transaction, {
      organizationId,
      actor: actorOf(caller),
      action: 'member.role-changed',
      subject: memberId,
      details: { from: found.role, to: role },
    });
    return ok({ memberId, role });
  }

  private async removeIn(
    transaction: Transaction,
    caller: AuthenticatedPrincipal,
    memberId: MemberId,
  ): Promise<Result<RemovedMember, MemberNotFound | LastOwner>> {
    const { organizationId } = caller;
    const found = await findLocked(transaction, organizationId, memberId);
    if (found === null) return err(NOT_FOUND);
    if (await isLastOwner(transaction, found)) return err(LAST_OWNER);
    const removedAt = new Date(this.clock.now());
    await transaction.member.update({
      where: { memberId },
      data: { removedAt, email: addressOfRemoved(memberId), passwordHash: null },
    });
    await this.sessions.revokeIn(transaction, memberId);
    await this.audit.recordIn(transaction, {
      organizationId,
      actor: actorOf(caller),
      action: 'member.removed',
      subject: memberId,
      details: { role: found.role },
    });
    return ok({ memberId });
  }
}

/**
 * A member of the organization. Whoever takes owners away does it one after the other: two owners
 * who remove each other at once must not both succeed.
 */
async function findLocked(
  transaction: Transaction,
  organizationId: OrganizationId,
  memberId: MemberId,
): Promise<MemberRow | null> {
  await transaction.$queryRaw`
    SELECT organization_id FROM organization WHERE organization_id = ${organizationId}
    FOR NO KEY UPDATE`;
  return transaction.member.findFirst({ where: { memberId, organizationId, removedAt: null } });
}

/** An owner who was invited and has not come yet cannot act, and so does not count. */
async function isLastOwner(
  transaction: Transaction,
  { memberId, organizationId, role, passwordHash }: MemberRow,
): Promise<boolean> {
  if (role !== 'owner' || passwordHash === null) return false;
  const others = await transaction.member.count({
    where: {
      ...{ organizationId, role: 'owner', removedAt: null },
      passwordHash: { not: null },
      memberId: { not: memberId },
    },
  });
  return others === 0;
}

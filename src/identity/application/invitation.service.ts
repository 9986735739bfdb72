import { Inject, Injectable } from '@nestjs/common';
import type { MemberId, OrganizationId } from '../../kernel/ids.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { plus, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { CLOCK } from '../../platform/platform.module.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { actorOf, InvitationMail, type AuthenticatedPrincipal, type Role } from '../contract.js';
import { checkPassword, INVITATION_AGE_MAX } from '../model/credentials.js';
import {
  addressOfRemoved,
  type EmailTaken,
  type InvalidFields,
  type InvitationNotValid,
} from '../model/membership.js';
import { AuditService } from './audit.service.js';
import { hashPassword } from './password-hasher.js';
import { hashToken, makeToken } from './secret-token.js';

export interface Invite {
  readonly name: string;
  /** Checked, and in the form in which addresses are kept. */
  readonly email: string;
  readonly role: Role;
}

/** What is kept of the answer: no token, and nothing about the person. */
export interface Invited {
  readonly memberId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface Joined {
  readonly organizationId: string;
  readonly memberId: string;
}

interface Acceptance {
  readonly invitationId: string;
  readonly memberId: string;
  readonly organizationId: OrganizationId;
  readonly passwordHash: string;
}

const NOT_VALID = { code: 'INVITATION_NOT_VALID', expiredAt: null } as const satisfies InvitationNotValid;

/** Brings people into an organization: invited by an owner, members once they chose a password. */
@Injectable()
export class InvitationService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly secrets: SecretBox,
    private readonly mail: InvitationMail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The token is in the first answer, and in the message to who is invited; nothing that is kept then can give it again. */
  async invite(
    caller: AuthenticatedPrincipal,
    request: Invite,
    idempotencyKey: string,
  ): Promise<Result<Invited & { readonly token: string | null }, EmailTaken>> {
    const token = makeToken();
    const content = { inviteMember: { ...request, email: this.secrets.sign(request.email) } };
    const keyed = { scope: caller.organizationId, key: idempotencyKey, content };
    const { answer, isReplay } = await once<Result<Invited, EmailTaken>>(
      this.database,
      keyed,
      (transaction) => this.inviteIn(transaction, caller, { ...request, token }),
    );
    return answer.ok ? ok({ ...answer.value, token: isReplay ? null : token }) : answer;
  }

  private async inviteIn(
    transaction: Transaction,
    caller: AuthenticatedPrincipal,
    { name, email, role, token }: Invite & { readonly token: string },
  ): Promise<Result<Invited, EmailTaken>> {
    const { organizationId } = caller;
    const now = this.clock.now();
    const expiresAt = plus(now, INVITATION_AGE_MAX);
    const memberId = uuidV7() as MemberId;
    await this.releaseLapsedIn(transaction, email, now);
    // Waits for a rival with the same address, and then leaves it the address.
    const { count } = await transaction.member.createMany({
      data: [{ memberId, organizationId, email, name, role, createdAt: new Date(now) }],
      skipDuplicates: true,
    });
    if (count === 0) return err({ code: 'EMAIL_TAKEN' });
    await transaction.invitation.create({
      data: {
        ...{ invitationId: uuidV7(), memberId, tokenHash: hashToken(token) },
        expiresAt: new Date(expiresAt),
      },
    });
    await this.audit.recordIn(transaction, {
      organizationId,
      actor: actorOf(caller),
      action: 'member.invited',
      subject: memberId,
      details: { role },
    });
    await this.mail.invited(transaction, { organizationId, memberId, token, expiresAt });
    return ok({ memberId, createdAt: now, expiresAt });
  }

  /** An invitation that ran out holds its address no longer, whichever organization sent it. */
  async releaseLapsedIn(
    transaction: Transaction,
    email: string,
    now: Instant,
  ): Promise<void> {
    const at = new Date(now);
    const lapsed = {
      ...{ email, passwordHash: null, removedAt: null },
      invitations: { some: {}, every: { expiresAt: { lte: at } } },
    };
    const found = await transaction.member.findFirst({ where: lapsed });
    if (found === null) return;
    const { memberId, organizationId, role } = found;
    const { count } = await transaction.member.updateMany({
      where: { memberId, passwordHash: null, removedAt: null },
      data: { removedAt: at, email: addressOfRemoved(memberId) },
    });
    if (count === 0) return;
    await this.audit.recordIn(transaction, {
      organizationId: organizationId as OrganizationId,
      actor: 'system:invitations',
      action: 'member.removed',
      subject: memberId,
      details: { role, reason: 'invitation-expired' },
    });
  }

  /** The invited person chooses a password and may sign in from then on. */
  async accept(
    { token, password }: { readonly token: string; readonly password: string },
    idempotencyKey: string,
  ): Promise<Result<Joined, InvitationNotValid | InvalidFields>> {
    const invitation = await this.database.invitation.findUnique({
      where: { tokenHash: hashToken(token) },
      include: { member: true },
    });
    // Strangers' guesses end here: they cost no hash, and nothing is written for them.
    if (invitation === null) return err(NOT_VALID);
    const { invitationId, acceptedAt, expiresAt, member } = invitation;
    // An accepted one goes on: this may be the request that accepted it, come again.
    if (acceptedAt === null && expiresAt.getTime() <= this.clock.now()) return err({ ...NOT_VALID, expiredAt: expiresAt.getTime() as Instant });
    if (acceptedAt === null && member.removedAt !== null) return err(NOT_VALID);
    const issues = checkPassword('password', password, member.email);
    if (issues.length > 0) return err({ code: 'VALIDATION_FAILED', issues });
    const { memberId } = member;
    const organizationId = member.organizationId as OrganizationId;
    const passwordHash = await hashPassword(password);
    const content = { acceptInvitation: { password: this.secrets.sign(password) } };
    const keyed = { scope: `invitation:${invitationId}`, key: idempotencyKey, content };
    const acceptance = { invitationId, memberId, organizationId, passwordHash };
    const { answer } = await once<Result<Joined, InvitationNotValid>>(
      this.database,
      keyed,
      (transaction) => this.acceptIn(transaction, acceptance),
    );
    return answer;
  }

  private async acceptIn(
    transaction: Transaction,
    { invitationId, memberId, organizationId, passwordHash }: Acceptance,
  ): Promise<Result<Joined, InvitationNotValid>> {
    // Of two who accept at once, and of an owner who removes meanwhile, the first has its way.
    const { count } = await transaction.member.updateMany({
      where: { memberId, passwordHash: null, removedAt: null },
      data: { passwordHash },
    });
    if (count === 0) return err(NOT_VALID);
    const acceptedAt = new Date(this.clock.now());
    await transaction.invitation.update({ where: { invitationId }, data: { acceptedAt } });
    await this.audit.recordIn(transaction, {
      organizationId,
      actor: `member:${memberId}`,
      action: 'invitation.accepted',
      subject: memberId,
      details: {},
    });
    return ok({ organizationId, memberId });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { err, ok, type Result } from '../../kernel/result.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database, isUniqueViolation } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { CLOCK } from '../../platform/platform.module.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { OrganizationDirectory, type Organization } from '../contract.js';
import { checkEmail, checkPassword, normalizeEmail, type Issue } from '../model/credentials.js';
import { AuditService } from './audit.service.js';
import { InvitationService } from './invitation.service.js';
import { hashPassword } from './password-hasher.js';

export interface SignUp {
  readonly organizationName: string;
  readonly isProvider: boolean;
  readonly isBuyer: boolean;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export type SignUpRefusal =
  | { readonly code: 'VALIDATION_FAILED'; readonly issues: readonly Issue[] }
  | { readonly code: 'EMAIL_TAKEN' };

export interface SignedUp {
  readonly organizationId: OrganizationId;
  readonly memberId: string;
}

@Injectable()
export class OrganizationService extends OrganizationDirectory {
  private platformId: OrganizationId | null = null;

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly invitations: InvitationService,
    private readonly secrets: SecretBox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  async find(id: OrganizationId): Promise<Organization | null> {
    const row = await this.database.organization.findUnique({ where: { organizationId: id } });
    if (row === null) return null;
    const { name, isProvider, isBuyer, createdAt } = row;
    return { ...{ organizationId: id, name, isProvider, isBuyer }, createdAt: createdAt.getTime() as Instant };
  }

  async platformOrganizationId(): Promise<OrganizationId> {
    if (this.platformId !== null) return this.platformId;
    const row = await this.database.organization.findFirst({ where: { isPlatform: true } });
    this.platformId = present(row, 'platform organization').organizationId as OrganizationId;
    return this.platformId;
  }

  /** A new organization with its owner. */
  async signUp(request: SignUp, idempotencyKey: string): Promise<Result<SignedUp, SignUpRefusal>> {
    const issues = checkSignUp(request);
    if (issues.length > 0) return err({ code: 'VALIDATION_FAILED', issues });
    const email = normalizeEmail(request.email);
    // Keyed, so that nothing kept lets anybody try passwords against it.
    const { password, ...rest } = request;
    const content = { signUp: { ...rest, email, password: this.secrets.sign(password) } };
    const scope = `anonymous:${this.secrets.sign(email)}`;
    const passwordHash = await hashPassword(password);
    const signUp = { scope, key: idempotencyKey, content };
    try {
      const { answer } = await once(this.database, signUp, (within) =>
        this.create(within, { ...request, email, passwordHash }),
      );
      return answer === null ? err({ code: 'EMAIL_TAKEN' }) : ok(answer);
    } catch (error) {
      // Two sign-ups with one address at once: the unique index decided.
      if (isUniqueViolation(error)) return err({ code: 'EMAIL_TAKEN' });
      throw error;
    }
  }

  private async create(
    transaction: Transaction,
    request: Omit<SignUp, 'password'> & { readonly passwordHash: string },
  ): Promise<SignedUp | null> {
    const { email, passwordHash, organizationName, isProvider, isBuyer } = request;
    await this.invitations.releaseLapsedIn(transaction, email, this.clock.now());
    const taken = await transaction.member.findUnique({ where: { email } });
    if (taken !== null) return null;
    const createdAt = new Date(this.clock.now());
    const organizationId = uuidV7() as OrganizationId;
    const memberId = uuidV7();
    await transaction.organization.create({
      data: { organizationId, name: organizationName, isProvider, isBuyer, createdAt },
    });
    const { name } = request;
    await transaction.member.create({
      data: { memberId, organizationId, email, name, passwordHash, role: 'owner', createdAt },
    });
    await this.audit.recordIn(transaction, {
      organizationId,
      actor: `member:${memberId}`,
      action: 'organization.created',
      subject: organizationId,
      details: { isProvider: String(isProvider), isBuyer: String(isBuyer) },
    });
    return { organizationId, memberId };
  }
}

function checkSignUp({ email, password, isProvider, isBuyer }: SignUp): readonly Issue[] {
  const purpose: readonly Issue[] =
    isProvider || isBuyer
      ? []
      : [
          {
            field: 'isBuyer',
            reason: 'is false, and so is isProvider',
            accepted: 'an organization that is a provider, a buyer, or both',
          },
        ];
  return [...purpose, ...checkEmail('email', email), ...checkPassword('password', password, email)];
}

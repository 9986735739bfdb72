import { Injectable } from '@nestjs/common';
import { present } from '../../kernel/assert.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { AttemptLimiter } from '../../platform/rate-limit/attempt-limiter.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { actorOf, type Principal } from '../contract.js';
import { checkPassword } from '../model/credentials.js';
import type { InvalidFields, TooManyAttempts, WrongPassword } from '../model/membership.js';
import { AuditService } from './audit.service.js';
import { AuthenticationService } from './authentication.service.js';
import { hashPassword, isPassword } from './password-hasher.js';
import { SessionService } from './session.service.js';

export type SignedInMember = Extract<Principal, { readonly kind: 'member' }>;

export interface ChangePassword {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export interface ChangedPassword {
  readonly memberId: string;
}

interface Hashes {
  /** What is kept now; null when the current password was wrong. */
  readonly proven: string | null;
  readonly next: string;
}

@Injectable()
export class PasswordService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly authentication: AuthenticationService,
    private readonly sessions: SessionService,
    private readonly attempts: AttemptLimiter,
    private readonly secrets: SecretBox,
  ) {}

  /** Ends every session of the member but the one that asks. */
  async change(
    caller: SignedInMember,
    { currentPassword, newPassword }: ChangePassword,
    idempotencyKey: string,
  ): Promise<Result<ChangedPassword, InvalidFields | TooManyAttempts | WrongPassword>> {
    const { memberId } = caller;
    const found = await this.database.member.findUnique({ where: { memberId } });
    const { email, passwordHash } = present(found, 'member of a session');
    const issues = checkPassword('newPassword', newPassword, email);
    if (issues.length > 0) return err({ code: 'VALIDATION_FAILED', issues });
    // By member alone: a stolen session guesses no faster from many places.
    const who = `change-password ${memberId}`;
    const retryAfterSeconds = await this.attempts.attempt(who);
    if (retryAfterSeconds !== null) return err({ code: 'TOO_MANY_ATTEMPTS', retryAfterSeconds });
    const isTheirs = await isPassword(passwordHash, currentPassword);
    const hashes = {
      proven: isTheirs ? passwordHash : null,
      next: await hashPassword(newPassword),
    };
    // Keyed, so that nothing kept lets anybody try passwords against it.
    const [current, next] = [this.secrets.sign(currentPassword), this.secrets.sign(newPassword)];
    const content = { changePassword: { current, next } };
    const keyed = { scope: `member:${memberId}`, key: idempotencyKey, content };
    const { answer, isReplay } = await once<Result<ChangedPassword, WrongPassword>>(
      this.database,
      keyed,
      (transaction) => this.changeIn(transaction, caller, hashes),
    );
    if (answer.ok && !isReplay) await this.attempts.forgive(who);
    this.authentication.forgetAll();
    return answer;
  }

  /** A repeated request no longer has the right password: wrong is only what is wrong here. */
  private async changeIn(
    transaction: Transaction,
    caller: SignedInMember,
    { proven, next }: Hashes,
  ): Promise<Result<ChangedPassword, WrongPassword>> {
    const { memberId, organizationId, sessionId } = caller;
    if (proven === null) return err({ code: 'WRONG_PASSWORD' });
    // Another change may have come between: then what was proven is not the password any more.
    const { count } = await transaction.member.updateMany({
      where: { memberId, passwordHash: proven, removedAt: null },
      data: { passwordHash: next },
    });
    if (count === 0) return err({ code: 'WRONG_PASSWORD' });
    await this.sessions.revokeIn(transaction, memberId, sessionId);
    await this.audit.recordIn(transaction, {
      organizationId,
      actor: actorOf(caller),
      action: 'member.password-changed',
      subject: memberId,
      details: {},
    });
    return ok({ memberId });
  }
}

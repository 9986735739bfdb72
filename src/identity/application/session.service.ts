import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import type { Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { CLOCK } from '../../platform/platform.module.js';
import { SESSION_AGE_MAX } from '../model/credentials.js';
import { AuthenticationService } from './authentication.service.js';
import { isPassword } from './password-hasher.js';
import { hashToken, makeToken } from './secret-token.js';

/** A session as its member holds it: the token goes into the cookie and nowhere else. */
export interface OpenedSession {
  readonly sessionId: string;
  readonly memberId: string;
  readonly token: string;
  readonly expiresAt: number;
}

@Injectable()
export class SessionService {
  constructor(
    private readonly database: Database,
    private readonly authentication: AuthenticationService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The member whose credentials these are; null for every kind of wrong. */
  async verify(email: string, password: string): Promise<string | null> {
    const member = await this.database.member.findUnique({ where: { email } });
    const isTheirs = await isPassword(member?.passwordHash ?? null, password);
    return isTheirs && member !== null && member.removedAt === null ? member.memberId : null;
  }

  async open(
    memberId: string,
    transaction: Pick<Transaction, 'session'> = this.database,
  ): Promise<OpenedSession> {
    const now = this.clock.now();
    const token = makeToken();
    const sessionId = uuidV7();
    const expiresAt = now + SESSION_AGE_MAX;
    const at = new Date(now);
    await transaction.session.create({
      data: {
        ...{ sessionId, memberId, tokenHash: hashToken(token) },
        ...{ createdAt: at, seenAt: at, expiresAt: new Date(expiresAt) },
      },
    });
    return { sessionId, memberId, token, expiresAt };
  }

  /** Ends one session, or all of a member's. */
  async revoke(which: { readonly sessionId: string } | { readonly memberId: string }): Promise<void> {
    const revokedAt = new Date(this.clock.now());
    await this.database.session.updateMany({
      where: { ...which, revokedAt: null },
      data: { revokedAt },
    });
    this.authentication.forgetAll();
  }
}

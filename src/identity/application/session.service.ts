import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import type { Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { WALL_CLOCK } from '../../platform/platform.module.js';
import { checkEmail, SESSION_AGE_MAX, SESSION_IDLE, SESSION_KEPT } from '../model/credentials.js';
import { AuthenticationService } from './authentication.service.js';
import { isPassword } from './password-hasher.js';
import { hashToken, makeToken } from './secret-token.js';

/** A session as its member sees it in a list. */
export interface SessionView {
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly expiresAt: Date;
}

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
    @Inject(WALL_CLOCK) private readonly clock: Clock,
  ) {}

  /** The member whose credentials these are; null for every kind of wrong. */
  async verify(email: string, password: string): Promise<string | null> {
    // What is no address is not looked up: a removed member has such a mark in its address's place.
    const isAddress = checkEmail('email', email).length === 0;
    const member = isAddress ? await this.database.member.findUnique({ where: { email } }) : null;
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
    // Those that ended so long ago say nothing to anybody any more.
    const ended = { lt: new Date(now - SESSION_KEPT) };
    await transaction.session.deleteMany({ where: { memberId, OR: [{ revokedAt: ended }, { seenAt: ended }] } });
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

  /** Those of a member that still count, by id: the oldest first. */
  list(memberId: string, afterId: string | null, limit: number): Promise<readonly SessionView[]> {
    const now = this.clock.now();
    return this.database.session.findMany({
      where: {
        ...{ memberId, revokedAt: null, expiresAt: { gt: new Date(now) } },
        seenAt: { gt: new Date(now - SESSION_IDLE) },
        ...(afterId === null ? {} : { sessionId: { gt: afterId } }),
      },
      select: { sessionId: true, createdAt: true, seenAt: true, expiresAt: true },
      orderBy: { sessionId: 'asc' },
      take: limit,
    });
  }

  /** False when the member has no such session. Ending twice is ending once. */
  async end(memberId: string, sessionId: string): Promise<boolean> {
    const found = await this.database.session.findFirst({ where: { sessionId, memberId } });
    if (found === null) return false;
    await this.revoke({ sessionId });
    return true;
  }

  /**
   * Ends a member's sessions but one, together with what made them end. Whoever calls it calls
   * `AuthenticationService.forgetAll` once the transaction is committed.
   */
  async revokeIn(
    transaction: Pick<Transaction, 'session'>,
    memberId: string,
    keptSessionId: string | null = null,
  ): Promise<void> {
    const revokedAt = new Date(this.clock.now());
    const others = keptSessionId === null ? {} : { sessionId: { not: keptSessionId } };
    await transaction.session.updateMany({
      where: { memberId, revokedAt: null, ...others },
      data: { revokedAt },
    });
  }
}

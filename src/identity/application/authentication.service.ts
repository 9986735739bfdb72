import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { MemberId, OrganizationId } from '../../kernel/ids.js';
import { MINUTE_MS } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { WALL_CLOCK } from '../../platform/platform.module.js';
import {
  ANONYMOUS,
  Authenticator,
  type Credentials,
  type Principal,
  type Role,
  type Scope,
} from '../contract.js';
import { parseApiKey, SESSION_IDLE } from '../model/credentials.js';
import { hashToken } from './secret-token.js';

/** How long a proven credential is believed without asking again: the most a revocation can lag. */
const BELIEVED_MS = 2_000;
const BELIEVED_MAX = 10_000;
/** A session's last use is written at most this often. */
const SEEN_EVERY_MS = 5 * MINUTE_MS;

@Injectable()
export class AuthenticationService extends Authenticator {
  private readonly believed = new LRUCache<string, Principal>({
    max: BELIEVED_MAX,
    ttl: BELIEVED_MS,
  });
  /** Keys that are being looked up: all that a client sends at once when a key is not believed any more ask once. */
  private readonly proving = new Map<string, Promise<Principal>>();
  private changes = 0;

  constructor(
    private readonly database: Database,
    @Inject(WALL_CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  /** A bearer key goes before a cookie: whoever sends one means it. */
  authenticate(credentials: Credentials): Promise<Principal> {
    return this.prove(credentials, true);
  }

  recheck(credentials: Credentials): Promise<Principal> {
    return this.prove(credentials, false);
  }

  private async prove(
    { authorization, sessionCookie }: Credentials,
    isUse: boolean,
  ): Promise<Principal> {
    const credential = authorization ?? sessionCookie ?? '';
    const known = this.believed.get(credential);
    if (known !== undefined) return known;
    if (authorization === undefined) return this.believe(credential, this.bySession(credential, isUse));
    return this.proving.get(authorization) ?? this.proveKey(authorization);
  }

  private async proveKey(authorization: string): Promise<Principal> {
    const proof = this.believe(authorization, this.byApiKey(authorization));
    this.proving.set(authorization, proof);
    try {
      return await proof;
    } finally {
      if (this.proving.get(authorization) === proof) this.proving.delete(authorization);
    }
  }

  private async believe(credential: string, proof: Promise<Principal>): Promise<Principal> {
    const { changes } = this;
    const principal = await proof;
    // Read before a change and believed after it, a revoked credential would live on.
    const isCurrent = changes === this.changes;
    if (principal.kind !== 'anonymous' && isCurrent) this.believed.set(credential, principal);
    return principal;
  }

  /** After a change of credentials in this process; other processes follow within seconds. */
  forgetAll(): void {
    this.changes += 1;
    this.believed.clear();
    // What is under way may have been read before: who asks from now on waits for another.
    this.proving.clear();
  }

  private async bySession(token: string, isUse: boolean): Promise<Principal> {
    const session = await this.database.session.findUnique({
      where: { tokenHash: hashToken(token) },
      include: { member: true },
    });
    const now = this.clock.now();
    if (session === null || session.revokedAt !== null || session.member.removedAt !== null) {
      return ANONYMOUS;
    }
    const { member, sessionId, seenAt, expiresAt } = session;
    if (expiresAt.getTime() <= now || seenAt.getTime() + SESSION_IDLE <= now) return ANONYMOUS;
    if (isUse && seenAt.getTime() + SEEN_EVERY_MS <= now) {
      await this.database.session.update({
        where: { sessionId },
        data: { seenAt: new Date(now) },
      });
    }
    return {
      kind: 'member',
      memberId: member.memberId as MemberId,
      organizationId: member.organizationId as OrganizationId,
      role: member.role as Role,
      isPlatformAdmin: member.isPlatformAdmin,
      sessionId,
    };
  }

  private async byApiKey(authorization: string): Promise<Principal> {
    const parsed = parseApiKey(authorization);
    if (parsed === null) return ANONYMOUS;
    const key = await this.database.apiKey.findUnique({ where: { keyId: parsed.keyId } });
    const given = hashToken(parsed.secret);
    const isProven = key !== null && timingSafeEqual(given, key.secretHash);
    if (!isProven || key.revokedAt !== null || key.expiresAt.getTime() <= this.clock.now()) {
      return ANONYMOUS;
    }
    return {
      kind: 'api-key',
      keyId: key.keyId,
      organizationId: key.organizationId as OrganizationId,
      scopes: key.scopes as Scope[],
    };
  }
}

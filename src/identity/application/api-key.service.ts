import { Inject, Injectable } from '@nestjs/common';
import type { OrganizationId } from '../../kernel/ids.js';
import { DAY_MS } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { WALL_CLOCK } from '../../platform/platform.module.js';
import { actorOf, KeyDirectory, type AuthenticatedPrincipal, type Scope } from '../contract.js';
import { AuditService } from './audit.service.js';
import { AuthenticationService } from './authentication.service.js';
import { hashToken, makeToken } from './secret-token.js';

export interface ApiKeyView {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

interface CreateApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresInDays: number;
}

@Injectable()
export class ApiKeyService extends KeyDirectory {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly authentication: AuthenticationService,
    @Inject(WALL_CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  async hasKey(organizationId: OrganizationId, keyId: string): Promise<boolean> {
    return (await this.database.apiKey.count({ where: { organizationId, keyId } })) > 0;
  }

  async creatorOf(keyId: string): Promise<string | null> {
    const row = await this.database.apiKey.findUnique({ where: { keyId }, select: { createdBy: true } });
    const [, memberId] = /^member:(.+)$/.exec(row?.createdBy ?? '') ?? [];
    return memberId ?? null;
  }

  /** The bearer token is in the first answer only: nothing that is kept can give it again. */
  async create(
    caller: AuthenticatedPrincipal,
    request: CreateApiKey,
    idempotencyKey: string,
  ): Promise<{ readonly apiKey: ApiKeyView; readonly token: string | null }> {
    const { organizationId } = caller;
    const secret = makeToken();
    const keyId = uuidV7().replaceAll('-', '');
    const now = this.clock.now();
    const { name, scopes, expiresInDays } = request;
    const expiresAt = now + expiresInDays * DAY_MS;
    const apiKey = { keyId, name, scopes, createdAt: now as number, expiresAt, revokedAt: null };
    const content = { createApiKey: request };
    const keyed = { scope: organizationId, key: idempotencyKey, content };
    const made = await once<ApiKeyView>(this.database, keyed, async (transaction) => {
      await transaction.apiKey.create({
        data: {
          ...{ keyId, organizationId, name, scopes: [...scopes], createdBy: actorOf(caller) },
          secretHash: hashToken(secret),
          createdAt: new Date(now),
          expiresAt: new Date(expiresAt),
        },
      });
      await this.audit.recordIn(transaction, {
        organizationId,
        actor: actorOf(caller),
        action: 'api-key.created',
        subject: keyId,
        details: { scopes: scopes.join(' '), expiresInDays: String(expiresInDays) },
      });
      return apiKey;
    });
    return { apiKey: made.answer, token: made.isReplay ? null : `hr_${keyId}_${secret}` };
  }

  /** Null when the organization has no such key. Revoking twice is revoking once. */
  async revoke(
    caller: AuthenticatedPrincipal,
    keyId: string,
    idempotencyKey: string,
  ): Promise<ApiKeyView | null> {
    const { organizationId } = caller;
    const keyed = { scope: organizationId, key: idempotencyKey, content: { revokeApiKey: keyId } };
    const { answer } = await once<ApiKeyView | null>(this.database, keyed, async (transaction) => {
      const found = await transaction.apiKey.findFirst({ where: { keyId, organizationId } });
      if (found === null) return null;
      if (found.revokedAt !== null) return viewOf(found);
      const revokedAt = new Date(this.clock.now());
      await transaction.apiKey.update({ where: { keyId }, data: { revokedAt } });
      await this.audit.recordIn(transaction, {
        organizationId,
        actor: actorOf(caller),
        action: 'api-key.revoked',
        subject: keyId,
        details: {},
      });
      return viewOf({ ...found, revokedAt });
    });
    this.authentication.forgetAll();
    return answer;
  }

  /** Newest last, by id. */
  async list(
    organizationId: OrganizationId,
    afterKeyId: string | null,
    limit: number,
  ): Promise<readonly ApiKeyView[]> {
    const rows = await this.database.apiKey.findMany({
      where: { organizationId, ...(afterKeyId === null ? {} : { keyId: { gt: afterKeyId } }) },
      orderBy: { keyId: 'asc' },
      take: limit,
    });
    return rows.map(viewOf);
  }
}

function viewOf(row: {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}): ApiKeyView {
  const { keyId, name, scopes, createdAt, expiresAt, revokedAt } = row;
  return {
    ...{ keyId, name, scopes: scopes as Scope[] },
    createdAt: createdAt.getTime(),
    expiresAt: expiresAt.getTime(),
    revokedAt: revokedAt?.getTime() ?? null,
  };
}

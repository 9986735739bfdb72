import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { actorOf, AuditTrail, KeyDirectory, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once } from '../../platform/idempotency/idempotency.js';
import { Prisma, type Guardrail } from '../../platform/prisma/generated/client.js';
import { CLOCK } from '../../platform/platform.module.js';
import { NO_GUARDRAILS, type Coalescing, type Deadline, type Guardrails } from '../model/guardrails.js';

/** What is set, and for whom: null is every key that has none of its own. */
export interface GuardrailsOf extends Guardrails {
  readonly keyId: string | null;
}

export type GuardrailsOutcome =
  | { readonly kind: 'set'; readonly guardrails: GuardrailsOf }
  /** The organization has no such key. */
  | { readonly kind: 'unknown'; readonly field: 'keyId' };

/** How long another process may go by what was set before, in milliseconds. */
const BELIEVED_MS = 2_000;
const BELIEVED_MAX = 10_000;

/** What organizations forbid their own keys. */
@Injectable()
export class GuardrailService {
  private readonly believed = new LRUCache<string, Promise<Guardrails>>({
    max: BELIEVED_MAX,
    ttl: BELIEVED_MS,
  });

  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly keys: KeyDirectory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The key's own, else the organization's, else none. */
  async inForce(organizationId: OrganizationId, keyId: string): Promise<Guardrails> {
    const name = `${organizationId} ${keyId}`;
    const known = this.believed.get(name);
    if (known !== undefined) return known;
    const found = this.find(organizationId, keyId);
    this.believed.set(name, found);
    found.catch(() => this.believed.delete(name));
    return found;
  }

  private async find(organizationId: OrganizationId, keyId: string): Promise<Guardrails> {
    const row = await this.database.guardrail.findFirst({
      where: { organizationId, keyId: { in: ['', keyId] } },
      // The key's own sorts after the empty one.
      orderBy: { keyId: 'desc' },
    });
    return row === null ? NO_GUARDRAILS : guardrailsOf(row);
  }

  /** What is set for every key first, then by key. */
  async list(
    organizationId: OrganizationId,
    afterKeyId: string | null,
    limit: number,
  ): Promise<readonly GuardrailsOf[]> {
    const rows = await this.database.guardrail.findMany({
      where: { organizationId, ...(afterKeyId === null ? {} : { keyId: { gt: afterKeyId } }) },
      orderBy: { keyId: 'asc' },
      take: limit,
    });
    return rows.map((row) => ({ ...guardrailsOf(row), keyId: row.keyId === '' ? null : row.keyId }));
  }

  /** In force at once in this process, in others within two seconds. */
  async set(
    caller: AuthenticatedPrincipal,
    change: GuardrailsOf,
    idempotencyKey: string,
  ): Promise<GuardrailsOutcome> {
    const { organizationId } = caller;
    const { keyId } = change;
    const row = { organizationId, keyId: keyId ?? '' };
    const values = { ...columnsOf(change), setAt: new Date(this.clock.now()) };
    const content = { setGuardrails: change };
    const keyed = { scope: organizationId, key: idempotencyKey, content };
    const { answer, isReplay } = await once<GuardrailsOutcome>(this.database, keyed, async (transaction) => {
      const isKnown = keyId === null || (await this.keys.hasKey(organizationId, keyId));
      if (!isKnown) return { kind: 'unknown', field: 'keyId' };
      await transaction.guardrail.upsert({
        where: { organizationId_keyId: row },
        create: { ...row, ...values },
        update: values,
      });
      return { kind: 'set', guardrails: change };
    });
    this.believed.clear();
    if (!isReplay && answer.kind === 'set') await this.tellAudit(caller, answer.guardrails);
    return answer;
  }

  private async tellAudit(
    caller: AuthenticatedPrincipal,
    { keyId, contextTokensMax, outputTokensMax, coalescing, deadline }: GuardrailsOf,
  ): Promise<void> {
    const told = (value: number | null): string => (value === null ? 'off' : `${value}`);
    await this.audit.record({
      organizationId: caller.organizationId,
      actor: actorOf(caller),
      action: 'guardrails.set',
      subject: keyId ?? 'all keys',
      details: {
        contextTokensMax: told(contextTokensMax),
        outputTokensMax: told(outputTokensMax),
        coalescingMs: told(coalescing?.windowMs ?? null),
        deadlineMs: told(deadline?.afterMs ?? null),
        afterDeadline: deadline === null ? 'off' : (deadline.lowerTo ?? 'refused'),
      },
    });
  }
}

function columnsOf({
  contextTokensMax,
  outputTokensMax,
  coalescing,
  deadline,
}: Guardrails): Omit<Prisma.GuardrailUncheckedCreateInput, 'organizationId' | 'keyId' | 'setAt'> {
  return {
    ...{ contextTokensMax, outputTokensMax },
    coalescing: coalescing === null ? Prisma.DbNull : { ...coalescing },
    deadline: deadline === null ? Prisma.DbNull : { ...deadline },
  };
}

function guardrailsOf({ contextTokensMax, outputTokensMax, coalescing, deadline }: Guardrail): Guardrails {
  return {
    ...{ contextTokensMax, outputTokensMax },
    coalescing: coalescing as Coalescing | null,
    deadline: deadline as Deadline | null,
  };
}

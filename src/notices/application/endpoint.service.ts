import { Inject, Injectable } from '@nestjs/common';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { err, ok, type Result } from '../../kernel/result.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { CLOCK, WALL_CLOCK } from '../../platform/platform.module.js';
import type { WebhookEndpoint } from '../../platform/prisma/generated/client.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { ENDPOINTS_MAX, overlapEnd, validSecrets, type EndpointDraft } from '../model/endpoint.rules.js';
import { makeSecret } from './webhook-signature.js';

export interface EndpointView extends Omit<EndpointDraft, 'kinds'> {
  readonly endpointId: string;
  readonly kinds: readonly string[];
  /** Instants as milliseconds since the epoch. */
  readonly createdAt: number;
  readonly failingSince: number | null;
  readonly disabledAt: number | null;
  readonly disabledBecause: string | null;
  readonly previousSecretUntil: number | null;
}

export interface EndpointChange {
  readonly endpointId: string;
  readonly draft: EndpointDraft;
  readonly isEnabled: boolean;
}

export type EndpointRefusal =
  | { readonly code: 'NOT_FOUND' }
  | { readonly code: 'TOO_MANY_ENDPOINTS'; readonly limit: number };

type Answer<Value> = Result<Value, EndpointRefusal>;
type Secreted = EndpointView & { readonly secret: string | null };

export type DisabledBecause = 'switched_off' | 'failures';

const NOT_FOUND = { code: 'NOT_FOUND' } as const;

/** Where an organization wants to be told of what happens. Secrets are sealed, and said once. */
@Injectable()
export class EndpointService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly secrets: SecretBox,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(WALL_CLOCK) private readonly wallClock: Clock,
  ) {}

  async list(organizationId: string, after: string | null, limit: number): Promise<readonly EndpointView[]> {
    const rows = await this.database.webhookEndpoint.findMany({
      where: { organizationId, ...(after !== null && { endpointId: { gt: after } }) },
      orderBy: { endpointId: 'asc' },
      take: limit,
    });
    return rows.map((row) => this.viewOf(row));
  }

  async find(organizationId: string, endpointId: string): Promise<EndpointView | null> {
    const row = await this.database.webhookEndpoint.findFirst({ where: { organizationId, endpointId } });
    return row === null ? null : this.viewOf(row);
  }

  /** The secret is in the first answer only. */
  async create(caller: AuthenticatedPrincipal, draft: EndpointDraft, key: string): Promise<Answer<Secreted>> {
    const { organizationId } = caller;
    const endpointId = uuidV7();
    const secret = makeSecret();
    const request = { key, content: { createWebhookEndpoint: { ...draft } } };
    return this.tellOnce(caller, { ...request, secret }, async (within) => {
      // Two at once would both find room: they take their turn on the organization.
      await within.$queryRaw`SELECT 1 FROM organization WHERE organization_id = ${organizationId} FOR UPDATE`;
      if ((await within.webhookEndpoint.count({ where: { organizationId } })) >= ENDPOINTS_MAX) {
        return err({ code: 'TOO_MANY_ENDPOINTS', limit: ENDPOINTS_MAX });
      }
      const data = { endpointId, organizationId, ...draft, kinds: [...draft.kinds] };
      const row = await within.webhookEndpoint.create({
        data: { ...data, secret: this.seal(secret, endpointId), createdAt: new Date(this.clock.now()) },
      });
      await this.record(within, caller, 'webhook-endpoint.created', endpointId);
      return ok(this.viewOf(row));
    });
  }

  async update(caller: AuthenticatedPrincipal, change: EndpointChange, key: string): Promise<Answer<EndpointView>> {
    const { endpointId, draft, isEnabled } = change;
    const content = { updateWebhookEndpoint: { endpointId, ...draft, isEnabled } };
    return this.change(caller, { key, content }, async (within) => {
      const before = await this.lock(within, caller, endpointId);
      if (before === null) return err(NOT_FOUND);
      const row = await within.webhookEndpoint.update({
        where: { endpointId },
        data: { ...draft, kinds: [...draft.kinds], ...this.switched(before, isEnabled) },
      });
      if (!isEnabled) await stopDeliveries(within, endpointId);
      await this.record(within, caller, 'webhook-endpoint.updated', endpointId);
      return ok(this.viewOf(row));
    });
  }

  /** What was on its way to it is forgotten with it. */
  async remove(caller: AuthenticatedPrincipal, endpointId: string, key: string): Promise<Answer<{ readonly endpointId: string }>> {
    const content = { deleteWebhookEndpoint: { endpointId } };
    return this.change(caller, { key, content }, async (within) => {
      if ((await this.lock(within, caller, endpointId)) === null) return err(NOT_FOUND);
      await within.webhookEndpoint.delete({ where: { endpointId } });
      await this.record(within, caller, 'webhook-endpoint.deleted', endpointId);
      return ok({ endpointId });
    });
  }

  /** The new secret is in the first answer only; the one before signs beside it for a while. */
  async rotate(caller: AuthenticatedPrincipal, endpointId: string, key: string): Promise<Answer<Secreted>> {
    const secret = makeSecret();
    const request = { key, content: { rotateWebhookSecret: { endpointId } }, secret };
    return this.tellOnce(caller, request, async (within) => {
      const before = await this.lock(within, caller, endpointId);
      if (before === null) return err(NOT_FOUND);
      const previousSecretUntil = new Date(overlapEnd(this.wallClock.now()));
      const row = await within.webhookEndpoint.update({
        where: { endpointId },
        data: { secret: this.seal(secret, endpointId), previousSecret: before.secret, previousSecretUntil },
      });
      await this.record(within, caller, 'webhook-endpoint.secret-rotated', endpointId);
      return ok(this.viewOf(row));
    });
  }

  /** What signs right now. Secrets live in real time: moving the product's clock ends none. */
  secretsOf(row: WebhookEndpoint): readonly string[] {
    const { endpointId, secret: current, previousSecret: previous, previousSecretUntil } = row;
    const previousUntil = (previousSecretUntil?.getTime() ?? null) as Instant | null;
    const valid = validSecrets({ current, previous, previousUntil }, this.wallClock.now());
    return valid.map((sealed) => this.secrets.open(Buffer.from(sealed), ownerOf(endpointId)));
  }

  private async tellOnce(
    caller: AuthenticatedPrincipal,
    { secret, ...request }: { readonly key: string; readonly content: unknown; readonly secret: string },
    work: (within: Transaction) => Promise<Answer<EndpointView>>,
  ): Promise<Answer<Secreted>> {
    const keyed = { scope: caller.organizationId, ...request };
    const { answer, isReplay } = await once<Answer<EndpointView>>(this.database, keyed, work);
    return answer.ok ? ok({ ...answer.value, secret: isReplay ? null : secret }) : answer;
  }

  private async change<Value>(
    { organizationId: scope }: AuthenticatedPrincipal,
    request: { readonly key: string; readonly content: unknown },
    work: (within: Transaction) => Promise<Answer<Value>>,
  ): Promise<Answer<Value>> {
    return (await once<Answer<Value>>(this.database, { scope, ...request }, work)).answer;
  }

  /** Changes of one endpoint, and what comes of its deliveries, come one after the other. */
  private async lock(
    within: Transaction,
    { organizationId }: AuthenticatedPrincipal,
    endpointId: string,
  ): Promise<WebhookEndpoint | null> {
    await within.$queryRaw`SELECT 1 FROM webhook_endpoint WHERE endpoint_id = ${endpointId} FOR UPDATE`;
    return within.webhookEndpoint.findFirst({ where: { endpointId, organizationId } });
  }

  /** Enabled again, it begins with nothing against it. */
  private switched({ disabledAt }: WebhookEndpoint, isEnabled: boolean): Partial<WebhookEndpoint> {
    if (isEnabled) return disabledAt === null ? {} : { disabledAt: null, disabledBecause: null, failingSince: null };
    return disabledAt === null ? { disabledAt: new Date(this.clock.now()), disabledBecause: 'switched_off' } : {};
  }

  private seal(secret: string, endpointId: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.secrets.seal(secret, ownerOf(endpointId)));
  }

  private async record(within: Transaction, caller: AuthenticatedPrincipal, action: string, subject: string): Promise<void> {
    const { organizationId } = caller;
    await this.audit.recordIn(within, { organizationId, actor: actorOf(caller), action, subject, details: {} });
  }

  private viewOf(row: WebhookEndpoint): EndpointView {
    const until = row.previousSecretUntil?.getTime() ?? 0;
    return {
      ...{ endpointId: row.endpointId, url: row.url, description: row.description, kinds: row.kinds },
      createdAt: row.createdAt.getTime(),
      failingSince: row.failingSince?.getTime() ?? null,
      disabledAt: row.disabledAt?.getTime() ?? null,
      disabledBecause: row.disabledBecause,
      previousSecretUntil: until > this.wallClock.now() ? until : null,
    };
  }
}

function ownerOf(endpointId: string): string {
  return `webhook-endpoint:${endpointId}`;
}

/** What was on its way to an endpoint is not sent; it can be by hand. */
export async function stopDeliveries(within: Pick<Transaction, 'webhookDelivery'>, endpointId: string): Promise<void> {
  await within.webhookDelivery.updateMany({
    where: { endpointId, status: 'pending' },
    data: { status: 'stopped', nextAttemptAt: null },
  });
}

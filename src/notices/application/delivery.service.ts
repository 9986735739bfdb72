import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { plus, SECOND_MS, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { CLOCK, WALL_CLOCK } from '../../platform/platform.module.js';
import type { Notice, WebhookDelivery, WebhookEndpoint } from '../../platform/prisma/generated/client.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { putJob } from '../../platform/queue/put-job.js';
import { isDead, nextAttemptAfter } from '../model/delivery.schedule.js';
import { bodyOf, DISABLED_KIND, TEST_KIND } from '../model/notice.js';
import { stopDeliveries, EndpointService } from './endpoint.service.js';
import { addressMailAt, deliverAt, deliverJob } from './notice.jobs.js';
import { deliveryIdOf } from './notice.plan.js';
import { WebhookSender, type SendOutcome } from './webhook-sender.js';
import { SIGNATURE_HEADER, signatureOf } from './webhook-signature.js';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'stopped';

export type DeliveryRefusal =
  | { readonly code: 'NOT_FOUND' }
  | { readonly code: 'WRONG_STATE'; readonly state: string };

type Answer = Result<{ readonly deliveryId: string }, DeliveryRefusal>;
type Due = WebhookDelivery & { readonly endpoint: WebhookEndpoint; readonly notice: Notice };

/** What came of an attempt. */
interface Attempt {
  readonly number: number;
  readonly at: Instant;
  readonly durationMs: number;
  readonly outcome: SendOutcome;
}

/** At once to one endpoint by one process: one that hangs does not keep others waiting. */
const AT_ONCE_MAX = 4;
const NEXT_TURN_MS = 5 * SECOND_MS;
const USER_AGENT = 'headroom-webhooks';

/**
 * Posts events to customers' endpoints, at least once: what came of an attempt is written after it, so
 * whoever dies in between leads to another attempt with the same body and event id.
 */
@Injectable()
export class DeliveryService implements OnModuleInit {
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointService,
    private readonly sender: WebhookSender,
    private readonly jobs: JobRegistry,
    private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(WALL_CLOCK) private readonly wallClock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(deliverJob, ({ deliveryId, attempt, turn }) => this.attempt(deliveryId, attempt, turn));
  }

  /** Sends an event of no meaning to one endpoint, whatever kinds it asked for. */
  async sendTest(caller: AuthenticatedPrincipal, endpointId: string, key: string): Promise<Answer> {
    const { organizationId } = caller;
    const now = this.clock.now();
    const notice = {
      ...{ noticeId: uuidV7(), organizationId, kind: TEST_KIND, occurredAt: now } as const,
      data: { endpointId },
    };
    const content = { sendTestEvent: { endpointId } };
    return this.asked(caller, { key, content }, async (within) => {
      const endpoint = await within.webhookEndpoint.findFirst({ where: { endpointId, organizationId } });
      if (endpoint === null) return err({ code: 'NOT_FOUND' });
      if (endpoint.disabledAt !== null) return err({ code: 'WRONG_STATE', state: 'disabled' });
      const deliveryId = deliveryIdOf(endpointId, notice.noticeId);
      const { noticeId, kind } = notice;
      const at = new Date(now);
      await within.notice.create({ data: { noticeId, organizationId, kind, body: bodyOf(notice), occurredAt: at } });
      const delivery = { deliveryId, endpointId, noticeId, organizationId, status: 'pending' };
      await within.webhookDelivery.create({ data: { ...delivery, nextAttemptAt: at, createdAt: at } });
      await putJob(within, deliverAt(deliveryId, 1, now));
      return ok({ deliveryId });
    });
  }

  /** Sends an event again: the same body, under the same id, with pauses from the beginning. */
  async resend(caller: AuthenticatedPrincipal, deliveryId: string, key: string): Promise<Answer> {
    const { organizationId } = caller;
    const now = this.clock.now();
    return this.asked(caller, { key, content: { resendDelivery: { deliveryId } } }, async (within) => {
      await within.$queryRaw`SELECT 1 FROM webhook_delivery WHERE delivery_id = ${deliveryId} FOR UPDATE`;
      const row = await within.webhookDelivery.findFirst({
        where: { deliveryId, organizationId },
        include: { endpoint: true },
      });
      if (row === null) return err({ code: 'NOT_FOUND' });
      if (row.endpoint.disabledAt !== null) return err({ code: 'WRONG_STATE', state: 'disabled' });
      if (row.status === 'pending') return err({ code: 'WRONG_STATE', state: 'pending' });
      const { attempts } = row;
      const data = { status: 'pending', earlier: attempts, nextAttemptAt: new Date(now) };
      await within.webhookDelivery.update({ where: { deliveryId }, data });
      // A turn of its own: the job of a round that was stopped may wait for the same attempt.
      await putJob(within, deliverAt(deliveryId, attempts + 1, now, now));
      const entry = { organizationId, actor: actorOf(caller), action: 'webhook-delivery.resent', subject: deliveryId, details: {} };
      await this.audit.recordIn(within, entry);
      return ok({ deliveryId });
    });
  }

  private async asked(
    { organizationId: scope }: AuthenticatedPrincipal,
    request: { readonly key: string; readonly content: unknown },
    work: (within: Transaction) => Promise<Answer>,
  ): Promise<Answer> {
    return (await once<Answer>(this.database, { scope, ...request }, work)).answer;
  }

  private async attempt(deliveryId: string, number: number, turn: number): Promise<void> {
    const row = await this.database.webhookDelivery.findUnique({
      where: { deliveryId },
      include: { endpoint: true, notice: true },
    });
    // Gone, over, or attempted already by a job that was thought lost.
    if (row === null || row.status !== 'pending' || row.attempts !== number - 1) return;
    const { endpointId } = row;
    // Planned while it was being disabled.
    if (row.endpoint.disabledAt !== null) return stopDeliveries(this.database, endpointId);
    const atOnce = this.underWay.get(endpointId) ?? 0;
    if (atOnce >= AT_ONCE_MAX) {
      return putJob(this.database, deliverAt(deliveryId, number, plus(this.clock.now(), NEXT_TURN_MS), turn + 1));
    }
    this.underWay.set(endpointId, atOnce + 1);
    try {
      await this.settle(row, await this.post(row, number));
    } finally {
      this.leave(endpointId);
    }
  }

  private leave(endpointId: string): void {
    const left = (this.underWay.get(endpointId) ?? 1) - 1;
    if (left > 0) this.underWay.set(endpointId, left);
    else this.underWay.delete(endpointId);
  }

  private async post({ endpoint, notice }: Due, number: number): Promise<Attempt> {
    const { body, noticeId, kind } = notice;
    const begun = this.wallClock.now();
    const outcome = await this.sender.post({
      url: endpoint.url,
      body,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': USER_AGENT,
        'headroom-event-id': noticeId,
        'headroom-event-type': kind,
        [SIGNATURE_HEADER]: signatureOf(body, this.endpoints.secretsOf(endpoint), begun),
      },
    });
    return { number, at: this.clock.now(), durationMs: this.wallClock.now() - begun, outcome };
  }

  /** What came of it, and what comes next, in one commit. */
  private async settle(row: Due, attempt: Attempt): Promise<void> {
    const { deliveryId, endpointId } = row;
    const { number, at, durationMs, outcome } = attempt;
    await this.database.$transaction(async (within) => {
      await within.$queryRaw`SELECT 1 FROM webhook_endpoint WHERE endpoint_id = ${endpointId} FOR UPDATE`;
      const isDelivered = hasWorked(outcome);
      const next = isDelivered ? null : nextAttemptAfter(number - row.earlier, at);
      const { count } = await within.webhookDelivery.updateMany({
        where: { deliveryId, status: 'pending', attempts: number - 1 },
        data: { attempts: number, status: statusAfter(isDelivered, next), nextAttemptAt: next === null ? null : new Date(next) },
      });
      // Somebody else made the same attempt, or nobody wants it any more.
      if (count === 0) return;
      await within.webhookAttempt.create({
        data: { deliveryId, number, at: new Date(at), durationMs: Math.max(0, durationMs), ...resultOf(outcome) },
      });
      if (isDelivered) {
        await within.webhookEndpoint.update({ where: { endpointId }, data: { failingSince: null } });
        return;
      }
      await this.failed(within, endpointId, at, next === null);
      if (next !== null) await putJob(within, deliverAt(deliveryId, number + 1, next));
    });
  }

  private async failed(within: Transaction, endpointId: string, at: Instant, isLast: boolean): Promise<void> {
    const endpoint = present(await within.webhookEndpoint.findUnique({ where: { endpointId } }), 'endpoint');
    const failingSince = endpoint.failingSince ?? new Date(at);
    if (endpoint.failingSince === null) {
      await within.webhookEndpoint.update({ where: { endpointId }, data: { failingSince } });
    }
    if (isLast && endpoint.disabledAt === null && isDead(failingSince.getTime() as Instant, at)) {
      await this.disable(within, endpoint, at);
    }
  }

  private async disable(within: Transaction, { endpointId, organizationId: owner, url }: WebhookEndpoint, at: Instant): Promise<void> {
    const organizationId = owner as OrganizationId;
    const disabledAt = new Date(at);
    await within.webhookEndpoint.update({ where: { endpointId }, data: { disabledAt, disabledBecause: 'failures' } });
    await stopDeliveries(within, endpointId);
    const noticeId = nameUuid('notice', DISABLED_KIND, endpointId, `${at}`);
    const body = bodyOf({ noticeId, organizationId, kind: DISABLED_KIND, occurredAt: at, data: { endpointId, url } });
    await within.notice.create({ data: { noticeId, organizationId, kind: DISABLED_KIND, body, occurredAt: disabledAt } });
    await putJob(within, addressMailAt(noticeId, at));
    const action = 'webhook-endpoint.disabled';
    await this.audit.recordIn(within, { organizationId, actor: 'system:webhooks', action, subject: endpointId, details: {} });
  }
}

function hasWorked(outcome: SendOutcome): boolean {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
}

function statusAfter(isDelivered: boolean, next: Instant | null): DeliveryStatus {
  if (isDelivered) return 'delivered';
  return next === null ? 'failed' : 'pending';
}

function resultOf(outcome: SendOutcome): { readonly responseStatus: number | null; readonly failure: string | null } {
  return outcome.kind === 'answered'
    ? { responseStatus: outcome.status, failure: null }
    : { responseStatus: null, failure: outcome.failure };
}

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { CommitSignal } from '../../eventstore/commit-signal.js';
import { present } from '../../kernel/assert.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../platform/platform.module.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { putJob } from '../../platform/queue/put-job.js';
import type { StripeEvent, WebhookRefusal } from '../adapter/stripe/payment-gateway.js';
import { PaymentProvider } from './payment-provider.js';

type About = StripeEvent['about'];
type AboutKind = Exclude<About['kind'], 'other'>;
type AboutOf<Kind extends AboutKind> = Extract<About, { readonly kind: Kind }>;

/** Which event it was, and the connected account that it happened on; null for our own. */
export interface EventOrigin {
  readonly eventId: string;
  readonly account: string | null;
}

/** Follows an event, any number of times; says whether it is about something of ours. */
export type EventHandler<Kind extends AboutKind> = (about: AboutOf<Kind>, origin: EventOrigin) => Promise<boolean>;

/** Whose account an event is of: the exchange's own, or one connected to it. */
type Side = 'own' | 'connected';
const sideOf = ({ account }: Pick<EventOrigin, 'account'>): Side => (account === null ? 'own' : 'connected');

const processEventJob = jobType('billing', 'process-stripe-event', z.object({ eventId: z.string() }));

/** Takes webhooks: at least once, in any order, counted once. They are stored, answered, then processed. */
@Injectable()
export class StripeEventService implements OnModuleInit {
  private readonly handlers = new Map<`${Side} ${AboutKind}`, (about: never, origin: EventOrigin) => Promise<boolean>>();

  constructor(
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(Database) private readonly database: Database,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(CommitSignal) private readonly signal: CommitSignal,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register(processEventJob, ({ eventId }) => this.process(eventId));
  }

  /** Says who follows events about something; once for each kind and side. */
  on<Kind extends AboutKind>(kind: Kind, handler: EventHandler<Kind>, side: Side = 'own'): void {
    this.handlers.set(`${side} ${kind}`, handler);
  }

  /** Null when it was taken; else why it cannot be trusted. */
  async receive(rawBody: Buffer, signature: string): Promise<WebhookRefusal | null> {
    const { gateway, webhookSecrets } = this.provider;
    const verified = gateway.verifyWebhook(rawBody, signature, webhookSecrets);
    if (!verified.ok) {
      this.logger.warn({ refusal: verified.error }, 'a webhook was refused');
      return verified.error;
    }
    await this.store(verified.value);
    return null;
  }

  /** The row and its job commit together: what was answered is processed, whatever crashes. */
  private async store({ id: eventId, type, account, content }: StripeEvent): Promise<void> {
    const now = this.clock.now();
    const common = { eventId, type, account, matched: false, receivedAt: new Date(now) };
    const row = { ...common, content: JSON.stringify(content) };
    await this.database.$transaction(async (transaction) => {
      const { count } = await transaction.stripeEvent.createMany({ data: [row], skipDuplicates: true });
      if (count === 0) return;
      const when = { runAt: now, dedupeKey: eventId };
      await putJob(transaction, toMessage(processEventJob, { eventId }, when));
    });
    this.signal.raise({ hasDueJobs: true });
  }

  /** The effect is idempotent by itself and comes first: a crash in between has the job run again. */
  private async process(eventId: string): Promise<void> {
    const row = await this.database.stripeEvent.findUnique({ where: { eventId } });
    if (row === null || row.processedAt !== null) return;
    // Of an account that is none of ours, or about what is not ours: noted for people to look at, changes nothing.
    const matched = await this.follow(row.content, { eventId, account: row.account });
    const processedAt = new Date(this.clock.now());
    await this.database.stripeEvent.updateMany({
      where: { eventId, processedAt: null },
      data: { matched, processedAt, content: null },
    });
  }

  private async follow(content: string | null, origin: EventOrigin): Promise<boolean> {
    const text = present(content, 'what an event that is not processed says');
    const about = this.provider.gateway.readContent(JSON.parse(text));
    if (about.kind === 'other') return false;
    const handler = this.handlers.get(`${sideOf(origin)} ${about.kind}`);
    return handler === undefined ? false : handler(about as never, origin);
  }
}

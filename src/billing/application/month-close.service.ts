import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { z } from 'zod';
import { systemContext } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import { OutboxRelay } from '../../eventstore/outbox-relay.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { ceilToGrid, DAY_MS, plus, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { closingsOf } from '../model/invoice-register.state.js';
import { finalMonthsSince, monthFinalAt } from '../model/month-close.decide.js';
import { closedMonthsAudit } from './closed-months.audit.js';
import { InvoiceService } from './invoice.service.js';

/** Looks once a day which months nothing can be charged for any more, and have neither an invoice nor an end. */
export const sweepMonthsJob = jobType('billing', 'sweep-months', z.object({ at: z.number().int() }));

/** Closes such a month, where nothing was charged in it. */
export const closeQuietMonthJob = jobType(
  'billing',
  'close-quiet-month',
  z.object({ organizationId: z.string(), month: z.string() }),
);

const PAGE = 500;

/** Organizations with books, and since when. */
const WITH_BOOKS = `
  SELECT s.stream_id AS "key", substr(s.stream_id, 8) AS "organizationId", e.occurred_at AS since
  FROM eventstore.streams s JOIN eventstore.events e ON e.stream_id = s.stream_id AND e.version = 1
  WHERE s.stream_id LIKE 'ledger-%' AND s.stream_id > $1
  ORDER BY s.stream_id LIMIT ${PAGE}`;
/** Months of which somebody has a draft, also before there were books. */
const EXPORTED = `
  SELECT organization_id || ' ' || month AS "key", organization_id AS "organizationId", month
  FROM export WHERE invoice_number IS NULL AND closed_at IS NULL AND document IS NULL
    AND organization_id || ' ' || month > $1
  GROUP BY organization_id, month ORDER BY organization_id || ' ' || month LIMIT ${PAGE}`;

interface MonthOf {
  readonly organizationId: OrganizationId;
  readonly month: string;
}

/** Months in which nothing was charged have no invoice: they are closed without one, once nothing can be charged for them. */
@Injectable()
export class MonthCloseService implements OnModuleInit {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(DefinitionRegistry) private readonly definitions: DefinitionRegistry,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(OutboxRelay) private readonly outbox: OutboxRelay,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.definitions.addAudit(closedMonthsAudit);
    this.jobs.register(sweepMonthsJob, ({ at }) => this.run(at));
    this.jobs.register(closeQuietMonthJob, ({ organizationId, month }) => this.close(organizationId as OrganizationId, month));
    this.jobs.addFirst(() => this.putNext());
  }

  private async run(at: number): Promise<void> {
    await this.sweep(at);
    await this.putNext();
  }

  private async putNext(): Promise<void> {
    const runAt = ceilToGrid(plus(this.clock.now(), 1), DAY_MS);
    await this.outbox.put(toMessage(sweepMonthsJob, { at: runAt }, { runAt, dedupeKey: String(runAt) }));
  }

  /** Has every month closed that can be. What is not closed then is looked at on the next day. */
  async sweep(at: number): Promise<void> {
    const runAt = this.clock.now();
    for await (const page of this.candidates(runAt)) {
      for (const { organizationId, month } of await this.open(page)) {
        const when = { runAt, dedupeKey: `${organizationId} ${month} ${at}` };
        await this.outbox.put(toMessage(closeQuietMonthJob, { organizationId, month }, when));
      }
    }
  }

  /** Months that are final by an instant, of whoever has books, or has exported them. */
  private async *candidates(now: Instant): AsyncGenerator<readonly MonthOf[]> {
    type Books = { readonly organizationId: OrganizationId; readonly since: Date };
    for await (const rows of this.pages<Books>(WITH_BOOKS)) {
      yield rows.flatMap(({ organizationId, since }) =>
        finalMonthsSince(since.getTime() as Instant, now).map((month) => ({ organizationId, month })),
      );
    }
    for await (const rows of this.pages<MonthOf>(EXPORTED)) yield rows.filter(({ month }) => monthFinalAt(month) <= now);
  }

  private async *pages<Row>(query: string): AsyncGenerator<readonly Row[]> {
    for (let after = ''; ; ) {
      const { rows } = await this.pool.query<Row & { readonly key: string }>(query, [after]);
      yield rows;
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.key ?? after;
    }
  }

  /** Those that are not closed. */
  private open(months: readonly MonthOf[]): Promise<readonly MonthOf[]> {
    return this.invoices.read((register) => {
      const closed = new Map<OrganizationId, ReadonlySet<string>>();
      return months.filter(({ organizationId, month }) => {
        const own = closed.get(organizationId) ?? new Set(closingsOf(register, organizationId).map((closing) => closing.month));
        closed.set(organizationId, own);
        return !own.has(month);
      });
    });
  }

  /** Under a key for each look, so that an answer that was given too early is not given for ever. */
  private async close(organizationId: OrganizationId, month: string): Promise<void> {
    const context = systemContext('close-quiet-month', `${organizationId} ${month} ${this.clock.now()}`);
    await this.invoices.execute({ type: 'CloseMonth', ...(await this.invoices.factsOf(organizationId, month)) }, context);
  }
}

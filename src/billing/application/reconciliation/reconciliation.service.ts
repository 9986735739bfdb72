import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { OutboxRelay } from '../../../eventstore/outbox-relay.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { DAY_MS, formatInstant, HOUR_MS, plus, type Instant } from '../../../kernel/time.js';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import type { Window } from '../../../kernel/window.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { once } from '../../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../../platform/ids/name-uuid.js';
import type { Logger } from '../../../platform/logging/logger.js';
import type { Reconciliation } from '../../../platform/prisma/generated/client.js';
import { CLOCK, LOGGER } from '../../../platform/platform.module.js';
import { jobType, toMessage } from '../../../platform/queue/job.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import type { BalanceLine, BalancePage } from '../../adapter/stripe/payout-gateway.js';
import { dayOf } from '../../model/payout/earnings.js';
import { differenceOf, isBooked } from '../../model/reconciliation/compare.js';
import { MICRO_USD_PER_CENT } from '../../model/top-up.js';
import { ReconciliationQueries } from '../../projection/reconciliation.queries.js';
import { InvoiceMirrorReview, type Judged } from '../mirror/invoice-mirror.review.js';
import { MeterMirrorReview } from '../mirror/meter-mirror.review.js';
import { PaymentProvider } from '../payment-provider.js';

/** Compares the books of a day with Stripe's balance. */
export const reconcileJob = jobType('billing', 'reconcile-stripe', z.object({ day: z.number().int() }));

/** The clocks of Stripe and of the product differ, and a webhook may come late: a day is looked at with so much around it. */
const MARGIN_MS = HOUR_MS;
/** After its end, once what happened last has been booked. */
const AFTER_MS = 2 * HOUR_MS;
const PAGE = 500;
const USD = 'usd';

interface Tally {
  matched: number;
  differences: number;
}

/**
 * Every day, all that moved in Stripe's balance against all that the books say moved there, our invoices
 * against those at Stripe, and overage against what the meter there counts. A page is stored with the place
 * of the next one, so a run that is cut off goes on where it was; comparing is a function of what is stored,
 * and may run any number of times.
 */
@Injectable()
export class ReconciliationService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(ReconciliationQueries) private readonly queries: ReconciliationQueries,
    @Inject(InvoiceMirrorReview) private readonly invoices: InvoiceMirrorReview,
    @Inject(MeterMirrorReview) private readonly meters: MeterMirrorReview,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(OutboxRelay) private readonly outbox: OutboxRelay,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register(reconcileJob, ({ day }) => this.run(day as Instant));
    this.jobs.addFirst(() => this.putNext(dayOf(this.clock.now())));
  }

  /** All days that are over, from the one given: none is left out, however long nobody ran jobs. */
  private async run(day: Instant): Promise<void> {
    await this.putNext(await this.reconcile(day));
  }

  private async putNext(day: Instant): Promise<void> {
    const runAt = plus(day, DAY_MS + AFTER_MS);
    await this.outbox.put(toMessage(reconcileJob, { day }, { runAt, dedupeKey: `${day}` }));
  }

  /**
   * Answers with the first day that was not looked at.
   *
   * @throws Error when Stripe does not answer: the job is tried again, and goes on where it was
   */
  async reconcile(start: Instant): Promise<Instant> {
    const name = nameOf(start);
    const now = this.clock.now();
    const over = Math.max(dayOf(plus(now, -AFTER_MS)), plus(start, DAY_MS)) as Instant;
    const fresh = { day: name, until: new Date(over), status: 'fetching', startedAt: new Date(now) };
    await this.database.reconciliation.createMany({ data: [fresh], skipDuplicates: true });
    let run = await this.find(name);
    const window = { start, end: run.until.getTime() as Instant };
    while (run.status === 'fetching') run = await this.fetch(run, window);
    if (run.status === 'done') return window.end;
    const tally = await this.compare(window);
    const done = { ...tally, ...(await this.sums(window)), status: 'done', finishedAt: new Date(this.clock.now()) };
    await this.database.reconciliation.update({ where: { day: name }, data: done });
    if (tally.differences > 0) this.logger.error({ day: name, ...tally }, 'the books and Stripe’s balance differ');
    return window.end;
  }

  private find(day: string): Promise<Reconciliation> {
    return this.database.reconciliation.findUniqueOrThrow({ where: { day } });
  }

  private async fetch({ day, after, lines }: Reconciliation, { start, end }: Window): Promise<Reconciliation> {
    const around = { start: plus(start, -MARGIN_MS), end: plus(end, MARGIN_MS) };
    const answer = await this.provider.gateway.payouts.balancePage(around, after);
    if (!answer.ok) throw new Error(`Stripe does not list its balance: ${answer.error.message}`);
    const page: BalancePage = answer.value;
    const data = page.lines.map(rowOf);
    const status = page.after === null ? 'comparing' : 'fetching';
    const next = { after: page.after, lines: lines + data.length, status };
    await this.database.$transaction([
      this.database.stripeBalanceLine.createMany({ data, skipDuplicates: true }),
      // Whoever runs the same day at the same time has stored the same page.
      this.database.reconciliation.updateMany({ where: { day, after, status: 'fetching' }, data: next }),
    ]);
    return this.find(day);
  }

  private async compare(window: Window): Promise<Tally> {
    const tally: Tally = { matched: 0, differences: 0 };
    const foundOn = nameOf(window.start);
    for await (const one of this.movements(window)) await this.note(one, foundOn, tally);
    for await (const one of this.invoices.compared(window)) await this.note(one, foundOn, tally);
    for await (const one of this.meters.compared(window)) await this.note(one, foundOn, tally);
    return tally;
  }

  private async *movements(window: Window): AsyncGenerator<Judged> {
    for (let after = ''; ; ) {
      const page = await this.queries.compared(window, after, PAGE);
      for (const one of page) yield { ...one, kind: differenceOf(one)?.kind ?? null };
      if (page.length < PAGE) return;
      after = page.at(-1)?.reference ?? '';
    }
  }

  private async note(compared: Judged, foundOn: string, tally: Tally): Promise<void> {
    const { reference, ours, theirs, organizationId, happenedAt, kind } = compared;
    if (kind === null) {
      tally.matched += 1;
      const resolvedAt = new Date(this.clock.now());
      await this.database.reconciliationDifference.updateMany({ where: { reference, resolvedAt: null }, data: { resolvedAt } });
      return;
    }
    tally.differences += 1;
    const seen = { kind, ours, theirs, organizationId, resolvedAt: null };
    const differenceId = nameUuid('reconciliation-difference', reference);
    await this.database.reconciliationDifference.upsert({
      where: { reference },
      create: { differenceId, reference, happenedAt, foundOn, ...seen },
      update: seen,
    });
  }

  /** How much was compared, without what was read around it; what Stripe kept, and what moved between Stripe and the exchange itself. */
  private async sums({ start, end }: Window): Promise<{ readonly lines: number; readonly fees: bigint; readonly unbooked: bigint }> {
    const createdAt = { gte: new Date(start), lt: new Date(end) };
    const [all, unbooked] = await Promise.all([
      this.database.stripeBalanceLine.aggregate({ where: { createdAt }, _count: true, _sum: { fee: true } }),
      this.database.stripeBalanceLine.aggregate({ where: { createdAt, isBooked: false }, _sum: { amount: true } }),
    ]);
    return { lines: all._count, fees: all._sum.fee ?? 0n, unbooked: unbooked._sum.amount ?? 0n };
  }

  /** A person looked at it and says what it is; false when there is none. */
  async acknowledge(
    caller: AuthenticatedPrincipal,
    { differenceId, note }: { readonly differenceId: string; readonly note: string },
    key: string,
  ): Promise<boolean> {
    const content = { acknowledgeDifference: { differenceId, note } };
    const request = { scope: caller.organizationId, key, content };
    const { answer } = await once(this.database, request, async (transaction) => {
      const acknowledgedAt = new Date(this.clock.now());
      const data = { acknowledgedBy: actorOf(caller), acknowledgedAt, note };
      const before = await transaction.reconciliationDifference.findUnique({ where: { differenceId } });
      if (before === null) return { isThere: false };
      await transaction.reconciliationDifference.update({ where: { differenceId }, data });
      await this.audit.recordIn(transaction, {
        ...{ organizationId: before.organizationId as OrganizationId | null, actor: actorOf(caller) },
        ...{ action: 'reconciliation-difference.acknowledged', subject: before.reference },
        details: { note, before: before.note ?? 'none' },
      });
      return { isThere: true };
    });
    return answer.isThere;
  }
}

const nameOf = (day: Instant): string => formatInstant(day).slice(0, 10);

/** The books are in US dollars: what is in another currency has no counterpart in them. */
function rowOf(line: BalanceLine): {
  readonly lineId: string;
  readonly type: string;
  readonly reference: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly currency: string;
  readonly isBooked: boolean;
  readonly createdAt: Date;
} {
  const { lineId, type, amountCents, feeCents, currency } = line;
  const reference = currency === USD ? (line.reference ?? lineId) : lineId;
  const [amount, fee] = [amountCents * MICRO_USD_PER_CENT, feeCents * MICRO_USD_PER_CENT];
  return {
    ...{ lineId, type, reference, amount, fee, currency },
    ...{ isBooked: isBooked(type), createdAt: new Date(line.createdAt) },
  };
}

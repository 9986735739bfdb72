import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { z } from 'zod';
import { systemContext } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { microUsd } from '../../kernel/money.js';
import { ceilToGrid, formatMinute, HOUR_MS, monthOf, plus, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { CLOCK } from '../../platform/platform.module.js';
import { toMessage } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { putJob } from '../../platform/queue/put-job.js';
import { isInvoice } from '../model/closing.js';
import { soldBy } from '../model/creditable.js';
import type { InvoiceIssued } from '../model/invoice-register.events.js';
import type { InvoicedHour } from '../model/ledger.commands.js';
import { concededCountsAudit } from './conceded-counts.audit.js';
import { CreditWatch } from './credit-watch.service.js';
import { PartyService } from './documents/party.service.js';
import { InvoiceService } from './invoice.service.js';
import { noteConcededCountJob } from './ledger.definition.js';

/** An hour of use above a reservation. */
interface UsedHour {
  readonly organizationId: OrganizationId;
  readonly reservationId: ReservationId;
  readonly hour: Instant;
}

type Payload = z.infer<typeof noteConcededCountJob.payload>;

/**
 * Counts that were conceded after their hour was invoiced. Its customer's books say what comes back, and set it aside on that
 * invoice; the document follows by a job of the same commit.
 */
@Injectable()
export class ConcededCountService implements OnModuleInit {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(CreditWatch) private readonly watch: CreditWatch,
    @Inject(PartyService) private readonly parties: PartyService,
    @Inject(DefinitionRegistry) private readonly definitions: DefinitionRegistry,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.definitions.addAudit(concededCountsAudit);
    this.jobs.register(noteConcededCountJob, (payload) => this.note(payload));
  }

  /** The invoice that charged most for the hour, watched from now on; null: none did that counts. */
  async invoicedOf(used: UsedHour): Promise<InvoicedHour | null> {
    const found = await this.charging(used);
    const most = found.reduce<Charging | null>((best, one) => (best === null || one.charged > best.charged ? one : best), null);
    if (most === null) return null;
    const { number: invoiceNumber } = most.invoice;
    const { organizationId, reservationId } = used;
    await this.watch.count({ organizationId, reservationId, invoiceNumber });
    return { invoiceNumber, charged: microUsd(most.charged) };
  }

  /** Once for each concession. Of an invoice that was made void meanwhile the one that its charges come on is waited for. */
  private async note(payload: Payload): Promise<void> {
    const { invoiceNumber, amount, evidence } = payload;
    const used = { organizationId: payload.organizationId as OrganizationId, reservationId: payload.reservationId as ReservationId, hour: payload.hour as Instant };
    const found = await this.charging(used);
    // Another that charged less, such as late use of the same hour, would be corrected by more than it charged.
    const own = found.find((one) => one.invoice.number === invoiceNumber) ?? found.find((one) => one.charged >= BigInt(amount));
    const invoice = own?.invoice ?? null;
    if (invoice === null) return this.later(payload);
    const { organizationId, reservationId, hour } = used;
    const { number } = invoice;
    await this.watch.count({ organizationId, reservationId, invoiceNumber: number });
    const facts = { invoiceNumber: number, reservationId, amount: microUsd(BigInt(amount)), settles: evidence };
    const parties = await this.parties.fix(organizationId);
    const reason = `The count of the hour from ${formatMinute(hour)} was conceded`;
    const command = { type: 'NoteConcededCount', ...facts, reason, sold: soldBy(invoice.lines, reservationId), parties } as const;
    const outcome = await this.invoices.execute(command, systemContext('note-conceded-count', `${evidence} ${number}`));
    if (!outcome.accepted) await this.later(payload);
  }

  private async later(payload: Payload): Promise<void> {
    const runAt = ceilToGrid(plus(this.clock.now(), 1), HOUR_MS);
    await putJob(this.database, toMessage(noteConcededCountJob, payload, { runAt, dedupeKey: `${payload.evidence} ${runAt}` }));
  }

  /** Invoices that count and charged the hour, the last one first. Use is reported late, so that there may be several. */
  private async charging({ organizationId, reservationId, hour }: UsedHour): Promise<readonly Charging[]> {
    const closings = (await this.invoices.closings(organizationId)).filter(isInvoice);
    const found: Charging[] = [];
    for (const closing of closings.filter(({ month }) => month >= monthOf(hour)).toReversed()) {
      const { invoice } = await this.invoices.issued(closing);
      const own = invoice.lines.filter((line) => line.kind === 'overage' && line.amount > 0n && line.reservationId === reservationId && line.served?.start === hour);
      const charged = own.reduce((sum, { amount }) => sum + amount, 0n);
      if (charged > 0n) found.push({ invoice, charged });
    }
    return found;
  }
}

interface Charging {
  readonly invoice: InvoiceIssued;
  readonly charged: bigint;
}

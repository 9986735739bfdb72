import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext } from '../../eventstore/command-context.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { plus } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import { toMessage } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { putJob } from '../../platform/queue/put-job.js';
import { GRACE_PERIOD } from '../model/closing.js';
import type { BillCreditLine, FreezeCreditLine, UnbillCreditLine } from '../model/controls/controls.commands.js';
import { unpaidOf } from '../model/invoice-register.state.js';
import { balanceOf } from '../model/ledger.state.js';
import { reviewDueJob, settleInvoicesJob, unbillCreditLineJob } from './invoice.definition.js';
import { InvoiceService, type InvoiceOutcome } from './invoice.service.js';
import { closeMonthJob } from './ledger.definition.js';
import { LedgerService } from './ledger.service.js';
import { TaxBooks } from './tax/tax-books.service.js';
import { TaxRecords } from './tax/tax-records.service.js';

type Untimed<Command> = Command extends unknown ? Omit<Command, 'now'> : never;
type LineCommand = Untimed<BillCreditLine | UnbillCreditLine | FreezeCreditLine>;

/** What becomes of an invoice after it was issued. */
@Injectable()
export class InvoiceLifeService implements OnModuleInit {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(TaxBooks) private readonly taxes: TaxBooks,
    @Inject(TaxRecords) private readonly records: TaxRecords,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(Database) private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.jobs.register(settleInvoicesJob, ({ organizationId }) =>
      this.settle(organizationId as OrganizationId),
    );
    this.jobs.register(reviewDueJob, ({ organizationId, number }) =>
      this.reviewDue(organizationId as OrganizationId, number),
    );
    this.jobs.register(unbillCreditLineJob, async ({ organizationId, number }) => {
      await this.closeAgain(organizationId as OrganizationId, number);
      await this.unbill(organizationId as OrganizationId, number);
    });
  }

  voidInvoice(
    caller: AuthenticatedPrincipal,
    { number, reason }: { readonly number: string; readonly reason: string },
    idempotencyKey: string,
  ): Promise<InvoiceOutcome> {
    const context = commandOf(caller, 'voidInvoice', idempotencyKey, { number, reason });
    return this.invoices.execute({ type: 'VoidInvoice', number, reason }, context);
  }

  /** Everything came out of the wallet, or will when there is something in it. */
  private async settle(organizationId: OrganizationId): Promise<void> {
    const unpaid = await this.invoices.read((register) => unpaidOf(register, organizationId));
    for (const number of unpaid) {
      await this.taxes.charge(organizationId, number);
      await this.bill(organizationId, number);
    }
    const { owed, bills } = await this.ledger.read(organizationId, (books) => ({
      owed: balanceOf(books, 'receivable'),
      bills: books.controls.bills.map(({ invoiceNumber }) => invoiceNumber),
    }));
    if (owed < 0n) return;
    for (const number of unpaid.filter((one) => !bills.includes(one))) {
      const context = systemContext('settle-invoice', number);
      await this.invoices.execute({ type: 'SettleInvoice', number }, context);
    }
  }

  /** What of the credit line an invoice makes due: once, however often it is asked. */
  private async bill(organizationId: OrganizationId, invoiceNumber: string): Promise<void> {
    const standing = await this.invoices.read(({ invoices }) => invoices.get(invoiceNumber) ?? null);
    if (standing === null || standing.dueAt === null || standing.onCreditLine === 0n) return;
    const { onCreditLine: charged, dueAt } = standing;
    await this.tellBooks(organizationId, { type: 'BillCreditLine', invoiceNumber, charged, dueAt });
  }

  /** What a void invoice charged comes on another by itself, unless somebody issues it before. */
  private async closeAgain(organizationId: OrganizationId, number: string): Promise<void> {
    const { month, voidedAt } = present(await this.invoices.read(({ invoices }) => invoices.get(number)), `invoice ${number}`);
    const runAt = plus(present(voidedAt, 'when it was made void'), GRACE_PERIOD);
    await putJob(this.database, toMessage(closeMonthJob, { organizationId, month }, { runAt, dedupeKey: `${organizationId} ${month} ${number}` }));
  }

  /** Billed first, should it not be yet: its key is used then, and it cannot come later. */
  private async unbill(organizationId: OrganizationId, invoiceNumber: string): Promise<void> {
    await this.bill(organizationId, invoiceNumber);
    await this.tellBooks(organizationId, { type: 'UnbillCreditLine', invoiceNumber });
    await this.taxes.takeBack(organizationId, invoiceNumber);
    if (!(await this.taxes.isTaxed(invoiceNumber))) return;
    await this.records.takeBack(organizationId, { document: invoiceNumber, invoiceNumber, cents: null });
  }

  /** It is due by now. What is paid at the same moment is settled first. */
  private async reviewDue(organizationId: OrganizationId, number: string): Promise<void> {
    await this.settle(organizationId);
    const context = systemContext('note-overdue', number);
    await this.invoices.execute({ type: 'NoteOverdue', number }, context);
    await this.tellBooks(organizationId, { type: 'FreezeCreditLine', invoiceNumber: number });
  }

  private async tellBooks(organizationId: OrganizationId, command: LineCommand): Promise<void> {
    const context = systemContext(command.type, command.invoiceNumber);
    await this.ledger.execute(organizationId, command, context);
  }
}

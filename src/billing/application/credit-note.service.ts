import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext } from '../../eventstore/command-context.js';
import { commandOf, OrganizationDirectory, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { microUsd, type MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { isCreditNote } from '../model/document-number.js';
import { CreditWatch } from './credit-watch.service.js';
import { PartyService } from './documents/party.service.js';
import { issueCreditNoteJob, payCreditNoteJob } from './invoice.definition.js';
import { InvoicePreviewService, type CreditNoteRequest } from './invoice-preview.service.js';
import { InvoiceService, type InvoiceOutcome } from './invoice.service.js';
import { LedgerService } from './ledger.service.js';
import { TaxBooks } from './tax/tax-books.service.js';

const NOT_FOUND: InvoiceOutcome = { accepted: false, rejection: { code: 'INVOICE_NOT_FOUND' } };

/** What is to be paid of a note. */
interface PayableNote {
  readonly organizationId: OrganizationId;
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
  readonly issuedAt: Instant;
  readonly invoiceNumber: string;
  readonly tax: MicroUsd;
  readonly settles: string | null;
}

/**
 * Credit notes: asked for in the register, so that the invoice stays what it is; set aside in its customer's books, which alone
 * know what was credited; then issued, or refused. Whoever dies in between is followed by a job, under the same keys.
 */
@Injectable()
export class CreditNoteService implements OnModuleInit {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(InvoicePreviewService) private readonly previews: InvoicePreviewService,
    @Inject(CreditWatch) private readonly watch: CreditWatch,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PartyService) private readonly parties: PartyService,
    @Inject(OrganizationDirectory) private readonly directory: OrganizationDirectory,
    @Inject(TaxBooks) private readonly taxes: TaxBooks,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
  ) {}

  onModuleInit(): void {
    this.jobs.register(issueCreditNoteJob, async ({ requestId }) => {
      await this.finish(requestId);
    });
    this.jobs.register(payCreditNoteJob, ({ number, amount, tax, ...about }) =>
      this.payOut(number, {
        organizationId: about.organizationId as OrganizationId,
        reservationId: about.reservationId as ReservationId,
        issuedAt: about.issuedAt as Instant,
        amount: microUsd(BigInt(amount)),
        ...{ invoiceNumber: about.invoiceNumber, tax: microUsd(BigInt(tax)), settles: about.settles },
      }),
    );
  }

  async issue(caller: AuthenticatedPrincipal, request: CreditNoteRequest, idempotencyKey: string): Promise<InvoiceOutcome> {
    const context = commandOf(caller, 'issueCreditNote', idempotencyKey, request);
    const known = await this.previews.creditNoteOf(request);
    const customer = await this.invoices.read(({ invoices }) => invoices.get(request.invoiceNumber)?.organizationId ?? null);
    if (known === null || customer === null) return NOT_FOUND;
    const { charged, sold } = known;
    const parties = await this.parties.fix(customer);
    const asked = await this.invoices.execute({ type: 'AskCreditNote', requestId: randomUUID(), ...request, charged, sold, parties }, context);
    // A key from before notes were asked for first has the note for its answer.
    if (!asked.accepted || isCreditNote(asked.answer.number)) return asked;
    return this.finish(asked.answer.number);
  }

  /** Any number of times, by whoever comes first. */
  private async finish(requestId: string): Promise<InvoiceOutcome> {
    const context = systemContext('issue-credit-note', requestId);
    const before = await this.invoices.recall(context);
    if (before !== null) return toldOf(before);
    const asked = await this.invoices.read((register) => register.asked.get(requestId) ?? null);
    // Finished between the two looks.
    if (asked === null) return toldOf((await this.invoices.recall(context)) ?? NOT_FOUND);
    const { organizationId, invoiceNumber, reservationId, amount } = asked;
    const available = await this.watch.setAside({ organizationId, invoiceNumber, reservationId }, requestId, amount);
    return toldOf(await this.invoices.execute({ type: 'FinishCreditNote', requestId, available }, context));
  }

  /** From the exchange's wallet, as a credit that follows from the note; of a conceded count only tax: the rest comes from who was paid. */
  private async payOut(number: string, { organizationId: toId, reservationId, amount, issuedAt: hour, invoiceNumber, tax, settles }: PayableNote): Promise<void> {
    await this.watch.countIssued({ organizationId: toId, invoiceNumber, reservationId }, number);
    if (settles === null) {
      const credit = { creditId: number, reservationId, toId, hour, amount, evidence: number, parts: [] };
      const exchange = await this.directory.platformOrganizationId();
      await this.ledger.execute(exchange, { type: 'ChargeCredit', ...credit }, systemContext('pay-credit-note', number));
    }
    await this.taxes.giveBack(toId, { documentNumber: number, invoiceNumber, amount: tax });
  }
}

/** What was not left is a refusal to whoever asked. */
function toldOf(outcome: InvoiceOutcome): InvoiceOutcome {
  if (!outcome.accepted || outcome.answer.available === undefined) return outcome;
  return { accepted: false, rejection: { code: 'CREDIT_TOO_HIGH', available: outcome.answer.available } };
}

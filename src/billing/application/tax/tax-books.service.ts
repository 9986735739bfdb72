import { Inject, Injectable } from '@nestjs/common';
import { systemContext } from '../../../eventstore/command-context.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { InvoiceService } from '../invoice.service.js';
import { LedgerService } from '../ledger.service.js';

/** The tax of invoices in the books of whoever owes it. */
@Injectable()
export class TaxBooks {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /** Once, however often it is asked. Answers with what was charged. */
  async charge(organizationId: OrganizationId, invoiceNumber: string): Promise<MicroUsd | null> {
    const amount = await this.invoices.read(({ invoices }) => invoices.get(invoiceNumber)?.tax?.amount ?? null);
    if (amount === null || amount === 0n) return null;
    const context = systemContext('charge-tax', invoiceNumber);
    await this.ledger.execute(organizationId, { type: 'ChargeTax', invoiceNumber, amount }, context);
    return amount;
  }

  /** Whether its tax was determined; that may be nothing. */
  isTaxed(invoiceNumber: string): Promise<boolean> {
    return this.invoices.read(({ invoices }) => (invoices.get(invoiceNumber)?.tax ?? null) !== null);
  }

  /** All of it: the invoice is void. Charged first, should it not be yet: it cannot come later. */
  async takeBack(organizationId: OrganizationId, invoiceNumber: string): Promise<void> {
    const amount = await this.charge(organizationId, invoiceNumber);
    if (amount !== null) await this.giveBack(organizationId, { documentNumber: invoiceNumber, invoiceNumber, amount });
  }

  /** What a document takes back of it. */
  async giveBack(
    organizationId: OrganizationId,
    returned: { readonly documentNumber: string; readonly invoiceNumber: string; readonly amount: MicroUsd },
  ): Promise<void> {
    if (returned.amount === 0n) return;
    await this.charge(organizationId, returned.invoiceNumber);
    const context = systemContext('return-tax', returned.documentNumber);
    await this.ledger.execute(organizationId, { type: 'ReturnTax', ...returned }, context);
  }
}

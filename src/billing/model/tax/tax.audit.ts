import type { OrganizationId } from '../../../kernel/ids.js';
import type { InvoiceEvent } from '../invoice-register.events.js';
import type { LedgerEvent } from '../ledger.events.js';

/** An amount, and in whose books it belongs. */
interface Said {
  readonly ownerId: OrganizationId;
  readonly amount: bigint;
}

/**
 * Tax between documents and books: what is charged is what an invoice says, and what is given back what a
 * credit note or a void invoice takes back; in the books of its customer, and once. What a document says
 * may be on its way to the books.
 */
export class TaxAudit {
  private readonly said = new Map<string, Said>();
  private readonly takenBack = new Map<string, Said>();
  private readonly charged = new Map<string, Said>();
  private readonly returned = new Map<string, Said>();
  private readonly voided = new Set<string>();
  private twice: string | null = null;

  seeDocument(event: InvoiceEvent): void {
    if (event.type === 'InvoiceIssued') this.say(this.said, event.number, event);
    if (event.type === 'CreditNoteIssued') this.say(this.takenBack, event.number, event);
    if (event.type === 'InvoiceVoided') this.voided.add(event.number);
  }

  seeBooks(event: LedgerEvent, ownerId: OrganizationId): void {
    if (event.type === 'TaxCharged') this.note(this.charged, event.invoiceNumber, { ownerId, amount: event.amount });
    if (event.type === 'TaxReturned') this.note(this.returned, event.documentNumber, { ownerId, amount: event.amount });
  }

  /** What is wrong, or null. */
  end(): string | null {
    if (this.twice !== null) return `I3: tax of ${this.twice} is in the books twice`;
    for (const [number, found] of this.charged) {
      if (!isSame(found, this.said.get(number))) return `I3: tax of ${number} is charged as the invoice does not say it`;
    }
    for (const [number, found] of this.returned) {
      const wanted = this.voided.has(number) ? this.said.get(number) : this.takenBack.get(number);
      if (!isSame(found, wanted)) return `I3: tax is given back for ${number} as it does not say it`;
    }
    return null;
  }

  private say(
    documents: Map<string, Said>,
    number: string,
    { organizationId: ownerId, tax }: Extract<InvoiceEvent, { readonly tax: unknown }>,
  ): void {
    if (tax !== null) documents.set(number, { ownerId, amount: tax.amount });
  }

  private note(books: Map<string, Said>, number: string, found: Said): void {
    if (books.has(number)) this.twice = number;
    books.set(number, found);
  }
}

const isSame = (found: Said, wanted: Said | undefined): boolean =>
  wanted !== undefined && found.ownerId === wanted.ownerId && found.amount === wanted.amount;

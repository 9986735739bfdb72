import { Inject, Injectable } from '@nestjs/common';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { InvoiceLine } from '../model/invoice-register.events.js';
import { partOf, type LinesPart, type PlacedLine } from '../model/lines-part.js';
import { InvoiceLineQueries } from '../projection/invoice-line.queries.js';
import { INVOICE_STREAM, invoiceCodec } from './invoice.definition.js';
import { InvoiceService } from './invoice.service.js';

const PAGE = 2_000;
/** Events of the register that are looked through at once: each may be an invoice with all of its lines. */
const LOOK = 20;

/** Lines of an issued invoice, also of one that is void: rows of the read model, or the log where that is behind. */
@Injectable()
export class IssuedLines {
  constructor(
    @Inject(InvoiceLineQueries) private readonly slices: InvoiceLineQueries,
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(PostgresEventStore) private readonly store: PostgresEventStore,
  ) {}

  /** None where the organization has no invoice of that number. */
  async page(organizationId: OrganizationId, number: string, part: LinesPart): Promise<readonly PlacedLine<InvoiceLine>[]> {
    return (await this.slices.page(organizationId, number, part)) ?? partOf(await this.fromLog(organizationId, number), part);
  }

  async count(organizationId: OrganizationId, number: string): Promise<number> {
    return (await this.slices.summary(organizationId, number))?.lineCount ?? (await this.fromLog(organizationId, number)).length;
  }

  /** All of them are in memory at once. */
  async all(organizationId: OrganizationId, number: string): Promise<readonly InvoiceLine[]> {
    const lines: PlacedLine<InvoiceLine>[] = [];
    for (let after = 0; ; ) {
      const page = await this.page(organizationId, number, { after, limit: PAGE });
      lines.push(...page);
      if (page.length < PAGE) return lines.map(({ place: _place, ...line }) => line);
      after = page.at(-1)?.place ?? after;
    }
  }

  /** What the read model does not have yet is among the last events of the register. */
  private async fromLog(organizationId: OrganizationId, number: string): Promise<readonly InvoiceLine[]> {
    const isOwn = await this.invoices.read(({ invoices }) => invoices.get(number)?.organizationId === organizationId);
    if (!isOwn) return [];
    const { version } = await this.store.readHead(INVOICE_STREAM);
    for (let end = version; end > 0; end -= LOOK) {
      const events = await this.store.readStream(INVOICE_STREAM, Math.max(0, end - LOOK), Math.min(LOOK, end));
      for (const recorded of events.filter(({ type }) => type === 'InvoiceIssued').reverse()) {
        const issued = invoiceCodec.decode(recorded);
        if (issued.type === 'InvoiceIssued' && issued.number === number) return issued.lines;
      }
    }
    return [];
  }
}

import { decodeShared } from '../../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../../eventstore/event.js';
import type { LogAudit, LogReached } from '../../eventstore/log-audit.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { InvoiceEvent } from '../model/invoice-register.events.js';
import type { LedgerEvent } from '../model/ledger.events.js';
import { invoiceCodec, invoiceDefinition } from './invoice.definition.js';
import { ledgerCodec } from './ledger.codec.js';

const LEDGER = 'ledger';

interface DocumentsAudit {
  seeDocument(event: InvoiceEvent): void;
  /** @param recorded where and when it was written */
  seeBooks(event: LedgerEvent, ownerId: OrganizationId, recorded: RecordedEvent): void;
  end(): string | null;
}

/** Invoices and credit notes beside all books, over the whole log. */
export function overDocuments(begin: (reached: LogReached) => DocumentsAudit): LogAudit {
  return {
    category: [LEDGER, invoiceDefinition.category],
    begin: (reached) => {
      const audit = begin(reached);
      return {
        see: (event) => {
          if (categoryOf(event.stream) !== LEDGER) return audit.seeDocument(decodeShared(invoiceCodec, event));
          audit.seeBooks(decodeShared(ledgerCodec, event), event.stream.slice(`${LEDGER}-`.length) as OrganizationId, event);
        },
        end: () => audit.end(),
      };
    },
  };
}

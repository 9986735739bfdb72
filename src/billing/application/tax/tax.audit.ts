import { decodeShared } from '../../../eventstore/event-codec.js';
import { categoryOf } from '../../../eventstore/event.js';
import type { LogAudit } from '../../../eventstore/log-audit.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { TaxAudit } from '../../model/tax/tax.audit.js';
import { invoiceCodec, invoiceDefinition } from '../invoice.definition.js';
import { ledgerCodec } from '../ledger.codec.js';

const LEDGER = 'ledger';

/** Invoices and credit notes beside all books. */
export const taxAudit: LogAudit = {
  category: [LEDGER, invoiceDefinition.category],
  begin: () => {
    const audit = new TaxAudit();
    return {
      see: (event) => {
        if (categoryOf(event.stream) !== LEDGER) return audit.seeDocument(decodeShared(invoiceCodec, event));
        audit.seeBooks(decodeShared(ledgerCodec, event), event.stream.slice(`${LEDGER}-`.length) as OrganizationId);
      },
      end: () => audit.end(),
    };
  },
};

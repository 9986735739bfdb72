import { decodeShared } from '../../eventstore/event-codec.js';
import { categoryOf } from '../../eventstore/event.js';
import type { LogAudit } from '../../eventstore/log-audit.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { chargeOf } from '../model/charge.js';
import { ClosedMonthAudit } from '../model/closed-month.audit.js';
import { invoiceCodec, invoiceDefinition } from './invoice.definition.js';
import { ledgerCodec } from './ledger.codec.js';

const LEDGER = 'ledger';

/** Months that were closed without an invoice beside all books. */
export const closedMonthsAudit: LogAudit = {
  category: [LEDGER, invoiceDefinition.category],
  begin: () => {
    const audit = new ClosedMonthAudit();
    return {
      see: (recorded) => {
        if (categoryOf(recorded.stream) !== LEDGER) return audit.seeDocument(decodeShared(invoiceCodec, recorded));
        const charge = chargeOf(decodeShared(ledgerCodec, recorded), recorded.occurredAt);
        const ownerId = recorded.stream.slice(`${LEDGER}-`.length) as OrganizationId;
        if (charge !== null) audit.seeCharge(ownerId, charge, recorded.version);
      },
      end: () => audit.end(),
    };
  },
};

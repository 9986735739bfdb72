import type { LogAudit } from '../../eventstore/log-audit.js';
import { chargeOf } from '../model/charge.js';
import { ClosedMonthAudit } from '../model/closed-month.audit.js';
import { overDocuments } from './documents-and-books.audit.js';

/** Months that were closed without an invoice beside all books. */
export const closedMonthsAudit: LogAudit = overDocuments(() => {
  const audit = new ClosedMonthAudit();
  return {
    seeDocument: (event) => audit.seeDocument(event),
    seeBooks: (event, ownerId, { version, occurredAt }) => {
      const charge = chargeOf(event, occurredAt);
      if (charge !== null) audit.seeCharge(ownerId, charge, version);
    },
    end: () => audit.end(),
  };
});

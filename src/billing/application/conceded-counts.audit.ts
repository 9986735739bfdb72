import { decodeShared } from '../../eventstore/event-codec.js';
import { categoryOf } from '../../eventstore/event.js';
import type { LogAudit } from '../../eventstore/log-audit.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { ConcededCountAudit } from '../model/conceded-count.audit.js';
import { invoiceCodec, invoiceDefinition } from './invoice.definition.js';
import { ledgerCodec } from './ledger.codec.js';

const LEDGER = 'ledger';

/** Credit notes that settle counts beside all books. */
export const concededCountsAudit: LogAudit = {
  category: [LEDGER, invoiceDefinition.category],
  begin: ({ isAwaited }) => {
    const audit = new ConcededCountAudit(isAwaited);
    return {
      see: (event) => {
        if (categoryOf(event.stream) !== LEDGER) return audit.seeDocument(decodeShared(invoiceCodec, event));
        audit.seeBooks(decodeShared(ledgerCodec, event), event.stream.slice(`${LEDGER}-`.length) as OrganizationId);
      },
      end: () => audit.end(),
    };
  },
};

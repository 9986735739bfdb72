import type { LogAudit } from '../../eventstore/log-audit.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { LedgerEvent } from '../model/ledger.events.js';
import { OverageAudit } from '../model/overage.audit.js';
import { TransfersAudit } from '../model/transfers.audit.js';
import { ledgerCodec } from './ledger.codec.js';

interface BooksAudit {
  see(event: LedgerEvent, ownerId: OrganizationId): void;
  end(): string | null;
}

/** All books together, over the whole log. */
function overBooks(begin: () => BooksAudit): LogAudit {
  return {
    category: 'ledger',
    begin: () => {
      const audit = begin();
      return {
        see: (event) => {
          const ownerId = event.stream.slice('ledger-'.length) as OrganizationId;
          audit.see(ledgerCodec.decode(event), ownerId);
        },
        end: () => audit.end(),
      };
    },
  };
}

/** Money between organizations. */
export const transfersAudit: LogAudit = overBooks(() => new TransfersAudit());
/** Overage that fell, and what was given back of it. */
export const overageAudit: LogAudit = overBooks(() => new OverageAudit());

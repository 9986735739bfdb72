import type { LogAudit } from '../../eventstore/log-audit.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { TransfersAudit } from '../model/transfers.audit.js';
import { ledgerCodec } from './ledger.codec.js';

/** Money between organizations, over the whole log. */
export const transfersAudit: LogAudit = {
  category: 'ledger',
  begin: () => {
    const transfers = new TransfersAudit();
    return {
      see: (event) => {
        const ownerId = event.stream.slice('ledger-'.length) as OrganizationId;
        transfers.see(ledgerCodec.decode(event), ownerId);
      },
      end: () => transfers.end(),
    };
  },
};

import { marketCodec } from '../../../allocation/contract.js';
import { decodeShared } from '../../../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../../../eventstore/event.js';
import type { LogAudit, LogReached } from '../../../eventstore/log-audit.js';
import { EscrowAudit } from '../../model/sweep/escrow.audit.js';
import { OrderMoneyAudit } from '../../model/sweep/order-money.audit.js';
import { ledgerCodec } from '../ledger.codec.js';

const LEDGER = 'ledger';
const category = [LEDGER, 'market'];
const TELLS_MARKET = 'process:money-flow';
/** Each sees to a part of what the market does: captures and releases, refunds, the first look at a delivery. */
const MOVE_MONEY = ['process:order-money', 'process:refunds', 'process:deliveries'];

const isBooks = ({ stream }: RecordedEvent): boolean => categoryOf(stream) === LEDGER;

/** Whether all who follow an event have; they are the processes of src/processes, by name. */
function isRead(event: RecordedEvent, reached: LogReached): boolean {
  if (isBooks(event)) return reached.hasRead(TELLS_MARKET, event);
  return MOVE_MONEY.every((name) => reached.hasRead(name, event));
}

/** What is set aside for orders beside the orders. */
export const orderMoneyAudit: LogAudit = {
  category,
  begin: (reached) => {
    const audit = new OrderMoneyAudit();
    return {
      see: (event) => {
        if (isBooks(event)) audit.seeBooks(decodeShared(ledgerCodec, event), isRead(event, reached));
        else audit.seeMarket(decodeShared(marketCodec, event), isRead(event, reached));
      },
      end: () => audit.end(),
    };
  },
};

/** What is in escrow beside the reservations. */
export const escrowAudit: LogAudit = {
  category,
  begin: (reached) => {
    const audit = new EscrowAudit(reached.isAwaited);
    return {
      see: (event) => {
        const seen = { at: event.occurredAt, isRead: isRead(event, reached) };
        if (isBooks(event)) audit.seeBooks(decodeShared(ledgerCodec, event), seen);
        else audit.seeMarket(decodeShared(marketCodec, event), seen);
      },
      end: () => audit.end(),
    };
  },
};

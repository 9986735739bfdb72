import type { OrganizationId } from '../../kernel/ids.js';
import { formatInstant } from '../../kernel/time.js';
import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type RowChange,
} from '../../eventstore/projection.js';
import { ledgerCodec } from '../application/ledger.codec.js';
import { storedParts } from './overage-part.rows.js';
import { chargeOf } from '../model/charge.js';
import type { LedgerEvent } from '../model/ledger.events.js';

const ENTRY = 'ledger_entry';
const BALANCE = 'ledger_balance';
const CHARGE = 'ledger_charge';
const SALE = 'ledger_sale';
const REFUND = 'top_up_refund';

/** The books as rows: every line, every balance, and what goes on an invoice. */
export const ledgerProjection: AnyProjection = defineProjection<LedgerEvent>({
  name: 'ledger',
  category: 'ledger',
  tables: [
    { name: ENTRY, key: ['organization_id', 'version', 'line'] },
    { name: BALANCE, key: ['organization_id', 'account'] },
    { name: CHARGE, key: ['organization_id', 'version'] },
  ],
  codec: ledgerCodec,
  project: (event, recorded) => [...entries(event, recorded), ...charged(event, recorded)],
});

function ownerOf({ stream }: RecordedEvent): OrganizationId {
  return stream.slice('ledger-'.length) as OrganizationId;
}

function entries(event: LedgerEvent, recorded: RecordedEvent): readonly RowChange[] {
  const organization_id = ownerOf(recorded);
  const posted_at = formatInstant(recorded.occurredAt);
  const { version } = recorded;
  const reservation_id = 'reservationId' in event ? event.reservationId : null;
  const order_id = 'orderId' in event ? event.orderId : null;
  const changes: RowChange[] = [];
  // Member by member: these are most of the rows of an order, and spreading leaves as many objects again.
  event.postings.forEach(({ account, amount, balance, currency }, line) => {
    const place = { organization_id, account, balance, version };
    const row = { organization_id, account, balance, version, line, kind: event.type, amount, posted_at, reservation_id, order_id, currency };
    changes.push({ kind: 'put', table: ENTRY, row }, { kind: 'put', table: BALANCE, row: place });
  });
  return changes;
}

function charged(event: LedgerEvent, recorded: RecordedEvent): readonly RowChange[] {
  const charge = chargeOf(event, recorded.occurredAt);
  if (charge === null) return [];
  const { month, kind, reservationId, amount, served, evidence, parts } = charge;
  const row = {
    ...{ organization_id: ownerOf(recorded), version: recorded.version, month, kind, amount },
    ...{ reservation_id: reservationId, evidence },
    served_from: served === null ? null : formatInstant(served.start),
    served_to: served === null || served.end === null ? null : formatInstant(served.end),
    posted_at: formatInstant(recorded.occurredAt),
    parts: parts.length === 0 ? null : storedParts(parts),
  };
  return [{ kind: 'put', table: CHARGE, row }];
}

/** Who has which share of each sale that was ever paid for. */
export const salesProjection: AnyProjection = defineProjection<LedgerEvent>({
  name: 'ledger-sales',
  category: 'ledger',
  tables: [{ name: SALE, key: ['organization_id', 'reservation_id'] }],
  codec: ledgerCodec,
  project: (event, recorded) => {
    if (event.type !== 'EscrowFunded') return [];
    const { reservationId: reservation_id, amount, split } = event;
    const shares = { royalty: split.royalty, fee: split.fee, exchange_id: split.exchangeId };
    const sides = { seller_id: split.sellerId, provider_id: split.providerId };
    const row = { organization_id: ownerOf(recorded), reservation_id, amount, ...sides, ...shares };
    return [{ kind: 'put', table: SALE, row }];
  },
});

/** Money on its way back to cards, and what became of it. */
export const refundsProjection: AnyProjection = defineProjection<LedgerEvent>({
  name: 'ledger-refunds',
  category: 'ledger',
  tables: [{ name: REFUND, key: ['refund_id'] }],
  codec: ledgerCodec,
  project: (event, recorded) => {
    switch (event.type) {
      case 'RefundReserved': {
        const { refundId: refund_id, topUpId: top_up_id, amount } = event;
        const reserved_at = formatInstant(recorded.occurredAt);
        const row = { refund_id, organization_id: ownerOf(recorded), top_up_id, amount, status: 'reserved', reserved_at };
        return [{ kind: 'put', table: REFUND, row }];
      }
      case 'RefundPaid':
      case 'RefundReturned': {
        const status = event.type === 'RefundPaid' ? 'paid' : 'returned';
        return [{ kind: 'set', table: REFUND, key: { refund_id: event.refundId }, values: { status } }];
      }
      default:
        return [];
    }
  },
});

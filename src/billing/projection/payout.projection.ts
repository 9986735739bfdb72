import type { RecordedEvent } from '../../eventstore/event.js';
import { defineProjection, type AnyProjection, type RowChange } from '../../eventstore/projection.js';
import { formatInstant } from '../../kernel/time.js';
import { ledgerCodec } from '../application/ledger.codec.js';
import type { LedgerEvent } from '../model/ledger.events.js';
import type { PayoutStarted } from '../model/payout/payout.events.js';
import { movementOf } from '../model/reconciliation/stripe-movement.js';

const PAYOUT = 'payout';
const LINE = 'payout_line';
const MOVEMENT = 'stripe_movement';

const ownerOf = ({ stream }: RecordedEvent): string => stream.slice('ledger-'.length);

/** Money on its way to sellers, what it is for, and what Stripe's balance should hold of all money. */
export const payoutProjection: AnyProjection = defineProjection<LedgerEvent>({
  name: 'payouts',
  category: 'ledger',
  tables: [
    { name: PAYOUT, key: ['payout_id'] },
    { name: LINE, key: ['payout_id', 'line'] },
    { name: MOVEMENT, key: ['reference'] },
  ],
  codec: ledgerCodec,
  project: (event, recorded) => [...payoutRows(event, recorded), ...movementRows(event, recorded)],
});

function payoutRows(event: LedgerEvent, recorded: RecordedEvent): readonly RowChange[] {
  const set = (payout_id: string, values: Extract<RowChange, { kind: 'set' }>['values']): readonly RowChange[] => [
    { kind: 'set', table: PAYOUT, key: { payout_id }, values },
  ];
  switch (event.type) {
    case 'PayoutStarted':
      return started(event, recorded);
    case 'PayoutSent':
      return set(event.payoutId, { status: 'sent', transfer_id: event.transferId });
    case 'PayoutFailed':
      return set(event.payoutId, { status: 'failed', failure_reason: event.reason });
    case 'PayoutReversed':
      return set(event.payoutId, { reversed: event.reversedInAll });
    default:
      return [];
  }
}

function started(event: PayoutStarted, recorded: RecordedEvent): readonly RowChange[] {
  const { payoutId: payout_id, amount, startedAt, lines } = event;
  const organization_id = ownerOf(recorded);
  const { version } = recorded;
  const row = {
    ...{ payout_id, organization_id, version, amount, started_at: formatInstant(startedAt) },
    ...{ status: 'in_flight', transfer_id: null, reversed: 0n, failure_reason: null },
  };
  return [
    { kind: 'put', table: PAYOUT, row },
    ...lines.map((lot, line): RowChange => ({
      kind: 'put',
      table: LINE,
      row: {
        ...{ payout_id, line, organization_id, kind: lot.kind, reservation_id: lot.reservationId },
        ...{ returned_payout_id: lot.payoutId, amount: lot.amount },
        earned_on: formatInstant(lot.earnedOn),
      },
    })),
  ];
}

function movementRows(event: LedgerEvent, recorded: RecordedEvent): readonly RowChange[] {
  const movement = movementOf(event);
  if (movement === null) return [];
  const { version, occurredAt } = recorded;
  const row = { ...movement, organization_id: ownerOf(recorded), version, posted_at: formatInstant(occurredAt) };
  return [{ kind: 'put', table: MOVEMENT, row }];
}

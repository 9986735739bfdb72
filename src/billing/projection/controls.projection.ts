import { metadataOf, type RecordedEvent } from '../../eventstore/event.js';
import { defineProjection, type AnyProjection, type RowChange } from '../../eventstore/projection.js';
import { formatInstant } from '../../kernel/time.js';
import { ledgerCodec } from '../application/ledger.codec.js';
import type { ApprovalDecided, ApprovalRequested } from '../model/controls/controls.events.js';
import type { Budget, CreditLine, SpendLimits } from '../model/controls/controls.state.js';
import type { LedgerEvent } from '../model/ledger.events.js';

const APPROVAL = 'approval';
const CHANGE = 'control_change';

/** Approvals, and every change of a control, as rows. */
export const controlsProjection: AnyProjection = defineProjection<LedgerEvent>({
  name: 'controls',
  category: 'ledger',
  tables: [
    { name: APPROVAL, key: ['approval_id'] },
    { name: CHANGE, key: ['organization_id', 'version'] },
  ],
  codec: ledgerCodec,
  project: (event, recorded) => {
    switch (event.type) {
      case 'ApprovalRequested':
        return [requested(event, recorded)];
      case 'ApprovalDecided':
        return [decided(event)];
      case 'SpendLimitsSet': {
        const { subject, before, limits } = event;
        return [changed(recorded, ['spend-limits', subject], { before, after: limits })];
      }
      case 'CreditLineSet': {
        const { before, line } = event;
        return [changed(recorded, ['credit-line', 'organization'], { before, after: line })];
      }
      case 'BudgetSet': {
        const { scope, before, budget } = event;
        return [changed(recorded, ['budget', scope], { before, after: budget })];
      }
      default:
        return [];
    }
  },
});

const ownerOf = ({ stream }: RecordedEvent): string => stream.slice('ledger-'.length);

function requested(event: ApprovalRequested, recorded: RecordedEvent): RowChange {
  const { approvalId: approval_id, spender, amount, purchase, requestedAt, expiresAt } = event;
  const isOrder = purchase.kind === 'order';
  const row = {
    ...{ approval_id, organization_id: ownerOf(recorded), requested_by: spender.actor, amount },
    order_id: isOrder ? purchase.orderId : null,
    quote_id: isOrder ? null : purchase.quoteId,
    asked_reservation_ids: isOrder ? [] : purchase.sales.map(({ reservationId }) => reservationId),
    ...{ requested_at: formatInstant(requestedAt), expires_at: formatInstant(expiresAt) },
    ...{ status: 'pending', decided_by: null, note: null, decided_at: null, reservation_ids: [] },
  };
  return { kind: 'put', table: APPROVAL, row };
}

function decided(event: ApprovalDecided): RowChange {
  const { approvalId: approval_id, end: status, decidedBy: decided_by, note, quoteId } = event;
  const values = {
    ...{ status, decided_by, note, decided_at: formatInstant(event.decidedAt) },
    reservation_ids: [...event.reservationIds],
    ...(quoteId === null ? {} : { quote_id: quoteId }),
  };
  return { kind: 'set', table: APPROVAL, key: { approval_id }, values };
}

type Setting = SpendLimits | CreditLine | Budget | null;

function changed(
  recorded: RecordedEvent,
  [control, subject]: readonly [control: string, subject: string],
  { before, after }: { readonly before: Setting; readonly after: Setting },
): RowChange {
  const row = {
    ...{ organization_id: ownerOf(recorded), version: recorded.version, control, subject },
    ...{ changed_at: formatInstant(recorded.occurredAt), actor: metadataOf(recorded).actor },
    ...{ before: shown(before), after: shown(after) },
  };
  return { kind: 'put', table: CHANGE, row };
}

/** Amounts as decimal text: JSON has no integers of this size. */
function shown(setting: Setting): Readonly<Record<string, string | null>> | null {
  if (setting === null) return null;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(setting);
  return Object.fromEntries(entries.map(([name, value]) => [name, value === null ? null : String(value)]));
}

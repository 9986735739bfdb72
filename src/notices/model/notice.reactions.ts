import type { MarketEvent } from '../../allocation/contract.js';
import type { ExportEnded, InvoiceEvent, LedgerEvent } from '../../billing/contract.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { EvidenceEvent, ServiceEvent } from '../../metering/contract.js';
import type { Notice, NoticeData, NoticeKind } from './notice.js';

type Told = readonly Notice[];

const NOTHING: Told = [];

/** The types of events that anybody is told of: nothing else need be read. */
export const TOLD_EVENTS: ReadonlySet<string> = new Set<
  (LedgerEvent | InvoiceEvent | MarketEvent | ServiceEvent | EvidenceEvent)['type']
>([
  ...(['BudgetThresholdReached', 'ApprovalRequested', 'ApprovalDecided', 'PayoutSent'] as const),
  ...(['PayoutFailed', 'TransferReceived', 'InvoiceIssued', 'InvoicePaid', 'InvoiceOverdue'] as const),
  ...(['InvoiceVoided', 'CreditNoteIssued', 'OrderFilled', 'ReservationCurtailed'] as const),
  ...(['ServiceHourJudged', 'RegressionRaised', 'RegressionEnded'] as const),
]);

/** What the owner of books is told of what is written in them. */
export function toldOfBooks(event: LedgerEvent, owner: OrganizationId): Told {
  const tell = (kind: NoticeKind, data: NoticeData): Told => [{ organizationId: owner, kind, data }];
  switch (event.type) {
    case 'BudgetThresholdReached': {
      const { scope, month, measure, percent, amount, budget } = event;
      return tell('budget.alert', { scope, month, measure, percent, amount: `${amount}`, budget: `${budget}` });
    }
    case 'ApprovalRequested': {
      const { approvalId, amount, spender, expiresAt } = event;
      const data = { approvalId, amount: `${amount}`, requestedBy: spender.actor };
      return tell('approval.requested', { ...data, expiresAt: formatInstant(expiresAt) });
    }
    case 'ApprovalDecided': {
      const { approvalId, end, decidedAt, reservationIds } = event;
      return tell('approval.decided', { approvalId, end, decidedAt: formatInstant(decidedAt), reservationIds });
    }
    case 'PayoutSent': {
      const { payoutId, transferId, amount } = event;
      return tell('payout.paid', { payoutId, transferId, amount: `${amount}` });
    }
    case 'PayoutFailed': {
      const { payoutId, amount, reason } = event;
      return tell('payout.failed', { payoutId, amount: `${amount}`, reason });
    }
    case 'TransferReceived': {
      const { kind, transferId, reservationId, evidence, limited } = event;
      const amount = event.amount - (limited?.passedOn ?? 0n);
      if (kind !== 'credit' || amount === 0n) return NOTHING;
      return tell('credit.posted', { creditId: transferId, reservationId, amount: `${amount}`, evidence });
    }
    default:
      return NOTHING;
  }
}

/** What an organization is told of its invoices. */
export function toldOfInvoices(event: InvoiceEvent): Told {
  if (event.type === 'CreditNoteAsked' || event.type === 'CreditNoteRefused' || event.type === 'MonthClosed') return NOTHING;
  const { organizationId, number } = event;
  const tell = (kind: NoticeKind, data: NoticeData): Told => [{ organizationId, kind, data: { number, ...data } }];
  switch (event.type) {
    case 'InvoiceIssued': {
      const { month, charges, credits, tax, issuedAt, dueAt } = event;
      const total = charges - credits + (tax?.amount ?? 0n);
      const amounts = { charges: `${charges}`, credits: `${credits}`, ...taxOf(tax), total: `${total}` };
      return tell('invoice.finalized', { month, ...amounts, issuedAt: formatInstant(issuedAt), dueAt: textOf(dueAt) });
    }
    case 'InvoicePaid':
      return tell('invoice.paid', { paidAt: formatInstant(event.paidAt) });
    case 'InvoiceOverdue':
      return tell('invoice.overdue', { dueAt: formatInstant(event.dueAt) });
    case 'InvoiceVoided':
      return tell('invoice.voided', { reason: event.reason, voidedAt: formatInstant(event.voidedAt) });
    case 'CreditNoteIssued': {
      const { invoiceNumber, reservationId, amount, tax, reason, issuedAt } = event;
      const data = { invoiceNumber, reservationId, amount: `${amount}`, ...taxOf(tax), reason };
      return tell('invoice.credited', { ...data, issuedAt: formatInstant(issuedAt) });
    }
  }
}

/** Said only where tax is determined at all. */
const taxOf = (tax: { readonly amount: bigint } | null): NoticeData => (tax === null ? {} : { tax: `${tax.amount}` });

/** What those who hold capacity are told of the market. */
export function toldOfMarket(event: MarketEvent): Told {
  switch (event.type) {
    case 'OrderFilled': {
      const { orderId, reservationId, poolId, window, quantity, unitPrice, amount, filledAt } = event;
      const data = {
        ...{ orderId, reservationId, poolId },
        ...{ windowStart: formatInstant(window.start), windowEnd: formatInstant(window.end) },
        ...{ quantity: `${quantity}`, unitPrice: `${unitPrice}`, amount: `${amount}` },
        ...{ orderRemaining: `${event.orderRemaining}`, filledAt: formatInstant(filledAt) },
      };
      return [{ organizationId: event.holderId, kind: 'order.filled', data }];
    }
    case 'ReservationCurtailed': {
      const { curtailmentId, reservationId, poolId, cause, curtailedAt, refund, penalty, isWhole } = event;
      const data = {
        ...{ curtailmentId, reservationId, poolId, cause, isWhole },
        ...{ refund: `${refund}`, penalty: `${penalty}`, curtailedAt: formatInstant(curtailedAt) },
      };
      return [{ organizationId: event.holderId, kind: 'reservation.curtailed', data }];
    }
    default:
      return NOTHING;
  }
}

/** What a holder is told of the hours it was promised: each revision that changes what is due. */
export function toldOfService(event: ServiceEvent): Told {
  if (event.type !== 'ServiceHourJudged' || event.verdict.kind !== 'breached') return NOTHING;
  const { reservationId, hour, revision, verdict, credit, creditBefore, holderId } = event;
  if (credit.share === creditBefore.share && credit.area === creditBefore.area) return NOTHING;
  const data = {
    ...{ reservationId, hour: formatInstant(hour), revision },
    missed: verdict.misses.map(({ objective }) => objective),
    creditBasisPoints: Number(verdict.credit),
  };
  return [{ organizationId: holderId, kind: 'slo.missed', data }];
}

/** What a provider is told of how its pool does beside the days before. TTFT is in microseconds, stream speed in thousandths of a token/s. */
export function toldOfEvidence(event: EvidenceEvent): Told {
  if (event.type === 'EvidenceLevelChanged') return NOTHING;
  const { providerId: organizationId, poolId, profileVersion, source, figure } = event;
  const about = { poolId, profileVersion, source, figure };
  if (event.type === 'RegressionEnded') {
    const { outcome, endedAt } = event;
    return [{ organizationId, kind: 'pool.recovered', data: { ...about, outcome, endedAt: formatInstant(endedAt) } }];
  }
  const { recent, baseline, raisedAt } = event;
  const measured = { value: recent.value, samples: recent.samples, valueBefore: baseline.value, samplesBefore: baseline.samples };
  return [{ organizationId, kind: 'pool.regressed', data: { ...about, ...measured, raisedAt: formatInstant(raisedAt) } }];
}

/** What whoever exports is told: what became of it, and nothing by which it could be fetched. */
export function toldOfExport(ended: ExportEnded): Notice {
  const { exportId, dataset, format, month, requestedBy, endedAt } = ended;
  const organizationId = ended.organizationId as OrganizationId;
  const asked = { exportId, dataset, format, month, requestedBy };
  const at = formatInstant(endedAt as Instant);
  if (ended.end === 'failed') {
    const data = { ...asked, reason: ended.reason, failedAt: at };
    return { organizationId, kind: 'export.failed', data };
  }
  const { fileName, invoiceNumber, closedAt, bytes, rows, sha256, keptUntil } = ended;
  const file = { fileName, isFinal: invoiceNumber !== null || closedAt !== null, invoiceNumber, bytes, rows, sha256 };
  const data = { ...asked, ...file, readyAt: at, keptUntil: formatInstant(keptUntil as Instant) };
  return { organizationId, kind: 'export.ready', data };
}

function textOf(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}

import { z } from 'zod';
import type { StreamId } from '../../eventstore/event.js';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import { assert } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import {
  ceilToGrid,
  DAY_MS,
  endOfMonth,
  HOUR_MS,
  monthOf,
  parseMonth,
  plus,
  type Duration,
  type Instant,
} from '../../kernel/time.js';
import { durationOf, type Window } from '../../kernel/window.js';
import { jobType, toMessage, type JobMessage } from '../../platform/queue/job.js';
import { chargeOf } from '../model/charge.js';
import { GRACE_PERIOD } from '../model/closing.js';
import { auditLedger } from '../model/ledger.audit.js';
import type { LedgerCommand, LedgerRejection } from '../model/ledger.commands.js';
import { ledgerDecider } from '../model/ledger.decide.js';
import type { LedgerEvent } from '../model/ledger.events.js';
import { balanceOf, type Escrow, type Ledger } from '../model/ledger.state.js';
import { settleInvoices } from './invoice.definition.js';
import { sendPayout } from './payout/payout.jobs.js';
import { ledgerCodec } from './ledger.codec.js';

const CATEGORY = 'ledger';

/** What a caller is told: the wallet afterwards, micro-USD as decimal text. */
export interface LedgerAnswer {
  readonly wallet: string;
  /** Of a purchase that waits: nothing was paid. */
  readonly approvalId?: string;
}

/** Pays out what a reservation has delivered by an instant, and asks for the next time. */
export const settleDeliveryJob = jobType(
  'billing',
  'settle-delivery',
  z.object({ organizationId: z.string(), reservationId: z.string(), at: z.number().int() }),
);

/** Issues the invoice of a month whose grace period is over, unless somebody did before. */
export const closeMonthJob = jobType(
  'billing',
  'close-month',
  z.object({ organizationId: z.string(), month: z.string() }),
);

/** Asks Stripe for a refund that was set aside. */
export const sendRefundJob = jobType(
  'billing',
  'send-refund',
  z.object({ organizationId: z.string(), refundId: z.string(), topUpId: z.string(), amount: z.string() }),
);

/** Issues the credit note that settles a conceded count, whose money its customer's books have claimed back. */
export const noteConcededCountJob = jobType(
  'billing',
  'note-conceded-count',
  z.object({
    ...{ organizationId: z.string(), reservationId: z.string(), hour: z.number().int() },
    ...{ invoiceNumber: z.string(), amount: z.string(), evidence: z.string() },
  }),
);

/** Nobody has decided on a purchase in time. */
export const expireApprovalJob = jobType(
  'billing',
  'expire-approval',
  z.object({ organizationId: z.string(), approvalId: z.string() }),
);

const COLLECTED: ReadonlySet<LedgerEvent['type']> = new Set([
  'OverageCollected',
  'PenaltyCollected',
  'CreditCollected',
  'TaxCollected',
  'TaxReturned',
  'WithdrawalCollected',
  'CreditLineRepaid',
]);

/** Up to two days are settled hour by hour, more day by day: jobs stay few. */
const HOURLY_UP_TO = (2 * DAY_MS) as Duration;

/** When delivery is looked at next: the end of an hour or a day, and the end of the window. */
export function nextSettlement(window: Window, settledThrough: Instant, grid: Duration): Instant {
  const pace = Math.max(grid, durationOf(window) <= HOURLY_UP_TO ? HOUR_MS : DAY_MS) as Duration;
  return Math.min(ceilToGrid(plus(settledThrough, 1), pace), window.end) as Instant;
}

/** The next look at a delivery that is under way. */
export function settlementOf(organizationId: OrganizationId, escrow: Escrow): JobMessage {
  const { reservationId, window, settledThrough, grid } = escrow;
  const at = nextSettlement(window, settledThrough, grid);
  const payload = { organizationId, reservationId, at };
  return toMessage(settleDeliveryJob, payload, { runAt: at, dedupeKey: `${reservationId} ${at}` });
}

/** Everything the log knows of money: one stream for each organization, `ledger-<organization>`. */
export const ledgerDefinition: StreamDefinition<
  Ledger,
  LedgerCommand,
  LedgerEvent,
  LedgerRejection,
  LedgerAnswer
> = {
  category: CATEGORY,
  decider: ledgerDecider,
  codec: ledgerCodec,
  answer: (_command, events, ledger) => {
    const wallet = balanceOf(ledger, 'wallet').toString();
    const requested = events.find((event) => event.type === 'ApprovalRequested');
    return requested === undefined ? { wallet } : { wallet, approvalId: requested.approvalId };
  },
  // Delivery is looked at once it begins, which the market says.
  schedule: (event, stream, at) => [
    ...monthsToClose(event, stream, at),
    ...paidUp(event, stream, at),
    ...toSend(event, stream, at),
    ...refundToSend(event, stream, at),
    ...countToNote(event, stream, at),
    ...expiring(event, stream),
  ],
  snapshot: jsonSnapshot<Ledger>({ schemaVersion: 11, everyEvents: 2_000 }),
  audit: auditLedger,
};

/**
 * The months in which a charge was served and was booked: what comes too late for the one goes on the
 * invoice of the other.
 */
function monthsToClose(event: LedgerEvent, stream: StreamId, at: Instant): readonly JobMessage[] {
  const charge = chargeOf(event, at);
  if (charge === null) return [];
  const organizationId = stream.slice(CATEGORY.length + 1);
  return [...new Set([charge.month, monthOf(at)])].flatMap((month) => {
    const start = parseMonth(month);
    assert(start.ok, `${month} is no month`);
    const payload = { organizationId, month };
    const waited = plus(endOfMonth(start.value), GRACE_PERIOD);
    const first = toMessage(closeMonthJob, payload, { runAt: waited, dedupeKey: `${organizationId} ${month}` });
    if (at < waited) return [first];
    // The first look may have been before, and found nothing to invoice: what comes later is looked at by the hour.
    const runAt = ceilToGrid(at, HOUR_MS);
    return [first, toMessage(closeMonthJob, payload, { runAt, dedupeKey: `${organizationId} ${month} ${runAt}` })];
  });
}

/** In the commit that sets the money aside: it is sent, whatever crashes. */
function refundToSend(event: LedgerEvent, stream: StreamId, at: Instant): readonly JobMessage[] {
  if (event.type !== 'RefundReserved') return [];
  const { refundId, topUpId, amount } = event;
  const organizationId = stream.slice(CATEGORY.length + 1);
  const payload = { organizationId, refundId, topUpId, amount: amount.toString() };
  return [toMessage(sendRefundJob, payload, { runAt: at, dedupeKey: refundId })];
}

/** Whatever crashes, what is claimed back by a note has its document. */
function countToNote(event: LedgerEvent, stream: StreamId, at: Instant): readonly JobMessage[] {
  if (event.type !== 'OverageReduced' || event.creditedInvoice === null) return [];
  const { reservationId, hour, creditedInvoice: invoiceNumber, amount, evidence } = event;
  const organizationId = stream.slice(CATEGORY.length + 1);
  const payload = { organizationId, reservationId, hour, invoiceNumber, amount: amount.toString(), evidence };
  return [toMessage(noteConcededCountJob, payload, { runAt: at, dedupeKey: evidence })];
}

function expiring(event: LedgerEvent, stream: StreamId): readonly JobMessage[] {
  if (event.type !== 'ApprovalRequested') return [];
  const organizationId = stream.slice(CATEGORY.length + 1);
  const { approvalId, expiresAt: runAt } = event;
  return [toMessage(expireApprovalJob, { organizationId, approvalId }, { runAt, dedupeKey: approvalId })];
}

/** What was owed has come in: an invoice may be paid by it. */
function paidUp({ type }: LedgerEvent, stream: StreamId, at: Instant): readonly JobMessage[] {
  if (!COLLECTED.has(type)) return [];
  const organizationId = stream.slice(CATEGORY.length + 1) as OrganizationId;
  return [settleInvoices(organizationId, `${type} ${at}`, at)];
}

/** Stripe is asked once the money has left seller payable, by whoever runs jobs. */
function toSend(event: LedgerEvent, stream: StreamId, at: Instant): readonly JobMessage[] {
  if (event.type !== 'PayoutStarted') return [];
  const organizationId = stream.slice(CATEGORY.length + 1);
  return [sendPayout(organizationId, event.payoutId, at)];
}

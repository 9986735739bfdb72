import { unless, type Issue } from '../../kernel/issue.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import { isWholeCents, WHOLE_CENTS } from './top-up.js';

// What can be made to go wrong at the stand-in for Stripe, in words of ours.

/** An answer with a status, no answer, or a connection that is cut. */
export type FaultEffect = 'status' | 'no_answer' | 'cut';

/** Before the request is looked at, which leaves nothing behind; or after it was carried out, when only the answer is lost. */
export type FaultMoment = 'before' | 'after';

export interface PlannedFault {
  /** Such as `transfers.create`; null: whatever is asked next. */
  readonly operation: string | null;
  readonly effect: FaultEffect;
  /** Of HTTP, with the effect `status` alone. */
  readonly status: number | null;
  readonly when: FaultMoment;
  /** How many requests it hits. The SDK's own second attempt is one of them. */
  readonly times: number;
}

export type SetFault = PlannedFault & {
  /** How many requests it still hits. */
  readonly left: number;
};

/** What happens at Stripe, a bank or a card network by itself; each is about one thing there. */
export type StandInHappening =
  | 'dispute_opened'
  | 'dispute_reviewed'
  | 'dispute_won'
  | 'dispute_lost'
  | 'refund_failed'
  | 'account_restricted'
  | 'account_satisfied'
  | 'bank_payout_failed';

export interface PlannedHappening {
  readonly happening: StandInHappening;
  /** What it is about: a payment, a dispute, a refund or an account. */
  readonly subject: string;
  /** The part of a payment that is disputed, or of a lost dispute that comes back; null: all, and nothing. */
  readonly amount: MicroUsd | null;
}

/** How events that were kept back are sent. */
export type EventOrder = 'as_made' | 'reversed';

export type DeliveryState = 'pending' | 'delivered' | 'abandoned';

export interface StandInEvent {
  readonly eventId: string;
  /** Such as `payment_intent.succeeded`. */
  readonly type: string;
  /** Of what it is about; null where it is about nothing by name. */
  readonly subject: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: Instant;
}

export interface StandInPayment {
  readonly paymentId: string;
  readonly organizationId: string | null;
  readonly topUpId: string | null;
  readonly cents: bigint;
  /** Stripe's word, such as `processing`. */
  readonly state: string;
  readonly createdAt: Instant;
}

export interface StandInDispute {
  readonly disputeId: string;
  readonly paymentId: string | null;
  readonly cents: bigint;
  readonly state: string;
  readonly isOpen: boolean;
  readonly createdAt: Instant;
}

export interface StandInRefund {
  readonly refundId: string;
  readonly paymentId: string | null;
  readonly cents: bigint;
  readonly state: string;
  readonly createdAt: Instant;
}

export interface StandInAccount {
  readonly accountId: string;
  readonly organizationId: string | null;
  /** Whether money can be moved to it. */
  readonly isPayable: boolean;
  readonly needs: readonly string[];
}

/** What the stand-in has, newest first, and what was set there. */
export interface StandInView {
  readonly operations: readonly string[];
  readonly faults: readonly SetFault[];
  /** Whether events are kept back. */
  readonly isHolding: boolean;
  /** How many wait to be sent, those included that are tried again. */
  readonly eventsWaiting: number;
  readonly events: readonly StandInEvent[];
  /** Of which the bank or the payer has not said yet what becomes of them. */
  readonly waitingPayments: readonly StandInPayment[];
  /** That could be disputed. */
  readonly paidPayments: readonly StandInPayment[];
  readonly disputes: readonly StandInDispute[];
  readonly refunds: readonly StandInRefund[];
  readonly accounts: readonly StandInAccount[];
}

/** The newest of each kind that are shown. */
export const SHOWN_MAX = 50;
export const FAULTS_MAX = 20;
const FAULT_TIMES_MAX = 1_000;
const SENT_TIMES_MAX = 5;
const [STATUS_MIN, STATUS_MAX] = [400, 599];

/** What is wrong with a fault; empty: nothing. */
export function checkFault({ operation, effect, status, times }: PlannedFault, operations: readonly string[]): readonly Issue[] {
  const isKnown = operation === null || operations.includes(operation);
  const isStatus = Number.isInteger(status) && status !== null && status >= STATUS_MIN && status <= STATUS_MAX;
  const statuses = `a status from ${STATUS_MIN} to ${STATUS_MAX}`;
  return [
    ...unless(isKnown, { field: 'operation', reason: 'is nothing that Stripe is asked for', accepted: `none, for all, or one of ${operations.join(', ')}` }),
    ...unless(effect !== 'status' || isStatus, { field: 'status', reason: 'is no status of a failure', accepted: statuses }),
    ...unless(effect === 'status' || status === null, { field: 'status', reason: 'is part of no other effect than STATUS', accepted: `none, or the effect STATUS with ${statuses}` }),
    ...countIssues(times, FAULT_TIMES_MAX),
  ];
}

/** What is wrong with what is to happen; empty: nothing. */
export function checkHappening({ happening, amount }: PlannedHappening): readonly Issue[] {
  const hasAmount = happening === 'dispute_opened' || happening === 'dispute_lost';
  const isRight = amount === null || (hasAmount && isWholeCents(amount));
  const accepted = `${WHOLE_CENTS}, with DISPUTE_OPENED and DISPUTE_LOST alone`;
  return unless(isRight, { field: 'amount', reason: 'is no part of a payment or of a dispute', accepted });
}

/** What is wrong with how often each event is sent; empty: nothing. */
export const checkSending = (times: number): readonly Issue[] => countIssues(times, SENT_TIMES_MAX);

function countIssues(times: number, most: number): readonly Issue[] {
  const isCount = Number.isInteger(times) && times >= 1 && times <= most;
  return unless(isCount, { field: 'times', reason: 'is too few or too many', accepted: `1 to ${most}` });
}

import type { QuoteId, ReservationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';
import type { Posted } from '../posting.js';
import type {
  ApprovalEnd,
  ApprovalRequest,
  Budget,
  CreditLine,
  Measure,
  Scope,
  SpendLimits,
  Subject,
} from './controls.state.js';

/** Null: there are none, or were none. Who set them stands beside the event, as with every other. */
export interface SpendLimitsSet extends Posted {
  readonly type: 'SpendLimitsSet';
  readonly subject: Subject;
  readonly limits: SpendLimits | null;
  readonly before: SpendLimits | null;
}

/** A purchase waits: no money was moved. */
export interface ApprovalRequested extends Posted, ApprovalRequest {
  readonly type: 'ApprovalRequested';
}

/** When it was approved, the money for it is moved by what follows in the same commit. */
export interface ApprovalDecided extends Posted {
  readonly type: 'ApprovalDecided';
  readonly approvalId: string;
  readonly end: ApprovalEnd;
  readonly decidedBy: string;
  readonly note: string;
  readonly decidedAt: Instant;
  readonly reservationIds: readonly ReservationId[];
  readonly quoteId: QuoteId | null;
}

/** Null: there is no line any more; what is drawn is still owed. */
export interface CreditLineSet extends Posted {
  readonly type: 'CreditLineSet';
  readonly line: CreditLine | null;
  readonly before: CreditLine | null;
}

/** What was drawn and charged by an invoice is due with it. */
export interface CreditLineBilled extends Posted {
  readonly type: 'CreditLineBilled';
  readonly invoiceNumber: string;
  readonly amount: MicroUsd;
  readonly dueAt: Instant;
}

/** The invoice was made void: what was due with it is due with a later one. */
export interface CreditLineUnbilled extends Posted {
  readonly type: 'CreditLineUnbilled';
  readonly invoiceNumber: string;
  readonly amount: MicroUsd;
}

/** Money that came in went into the line. */
export interface CreditLineRepaid extends Posted {
  readonly type: 'CreditLineRepaid';
  readonly amount: MicroUsd;
  /** What of it paid what was due, the oldest first; the rest was not due yet. */
  readonly bills: readonly { readonly invoiceNumber: string; readonly amount: MicroUsd }[];
}

/** An invoice was not paid in time: nothing is drawn until it is. */
export interface CreditLineFrozen extends Posted {
  readonly type: 'CreditLineFrozen';
  readonly invoiceNumber: string;
  readonly overdue: MicroUsd;
  readonly dueAt: Instant;
}

export interface BudgetSet extends Posted {
  readonly type: 'BudgetSet';
  readonly scope: Scope;
  readonly budget: Budget | null;
  readonly before: Budget | null;
}

/** Once for each budget, percentage, measure and month. */
export interface BudgetThresholdReached extends Posted {
  readonly type: 'BudgetThresholdReached';
  readonly scope: Scope;
  /** UTC, such as `2026-11`. */
  readonly month: string;
  readonly measure: Measure;
  readonly percent: number;
  readonly amount: MicroUsd;
  readonly budget: MicroUsd;
}

export type ControlEvent =
  | SpendLimitsSet
  | ApprovalRequested
  | ApprovalDecided
  | CreditLineSet
  | CreditLineBilled
  | CreditLineUnbilled
  | CreditLineRepaid
  | CreditLineFrozen
  | BudgetSet
  | BudgetThresholdReached;

export type ControlEventType = ControlEvent['type'];

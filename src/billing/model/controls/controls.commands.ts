import type { MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';
import type { Budget, CreditLine, Scope, Spender, SpendLimits, Subject } from './controls.state.js';
import type { Purchase } from './purchase.js';

interface Timed {
  readonly now: Instant;
}

/** Null takes them away. */
export interface SetSpendLimits extends Timed {
  readonly type: 'SetSpendLimits';
  readonly subject: Subject;
  readonly limits: SpendLimits | null;
}

/**
 * Approves a purchase, which is decided and paid for in the same commit. `purchase`: as it is to be had
 * now, where the holds it was for are over.
 */
export interface ApprovePurchase extends Timed {
  readonly type: 'ApprovePurchase';
  readonly approvalId: string;
  readonly approver: { readonly actor: string; readonly memberId: string };
  readonly note: string;
  readonly purchase: Purchase;
}

export interface RefusePurchase extends Timed {
  readonly type: 'RefusePurchase';
  readonly approvalId: string;
  readonly actor: string;
  readonly note: string;
}

/** Nobody decided in time. */
export interface ExpireApproval extends Timed {
  readonly type: 'ExpireApproval';
  readonly approvalId: string;
}

/** Grants a line, changes it, or takes it away: null. */
export interface SetCreditLine extends Timed {
  readonly type: 'SetCreditLine';
  readonly line: CreditLine | null;
}

/** `charged`: what the invoice comes to. What of the line is due with it already is not due twice. */
export interface BillCreditLine extends Timed {
  readonly type: 'BillCreditLine';
  readonly invoiceNumber: string;
  readonly charged: MicroUsd;
  readonly dueAt: Instant;
}

export interface UnbillCreditLine extends Timed {
  readonly type: 'UnbillCreditLine';
  readonly invoiceNumber: string;
}

/** Says that the line is frozen, if what was due with the invoice is not paid. */
export interface FreezeCreditLine extends Timed {
  readonly type: 'FreezeCreditLine';
  readonly invoiceNumber: string;
}

export interface SetBudget extends Timed {
  readonly type: 'SetBudget';
  readonly scope: Scope;
  readonly budget: Budget | null;
}

export type ControlCommand =
  | SetSpendLimits
  | ApprovePurchase
  | RefusePurchase
  | ExpireApproval
  | SetCreditLine
  | BillCreditLine
  | UnbillCreditLine
  | FreezeCreditLine
  | SetBudget;

/** What every purchase carries beside what is bought. */
export interface Spending {
  readonly spender: Spender;
  /** Names the request, should one have to be made. */
  readonly approvalId: string;
}

export const SPEND_PERIODS = ['order', 'day', 'month', 'unattended'] as const;
/** `unattended`: it would need an approval, and nobody is there to wait for one. */
export type SpendPeriod = (typeof SPEND_PERIODS)[number];

/** Why a control refuses, in the order in which reasons are looked for. */
export type ControlRejection =
  | { readonly code: 'TOO_MANY_LIMITS'; readonly limitsMax: number }
  | { readonly code: 'TOO_MANY_BUDGETS'; readonly budgetsMax: number }
  | { readonly code: 'APPROVAL_NOT_FOUND' }
  | { readonly code: 'APPROVAL_DECIDED'; readonly end: string }
  | { readonly code: 'OWN_REQUEST' }
  | { readonly code: 'PRICE_WORSE'; readonly approved: MicroUsd; readonly cost: MicroUsd }
  | {
      readonly code: 'OVER_SPEND_LIMIT';
      readonly subject: Subject;
      readonly period: SpendPeriod;
      readonly limit: MicroUsd;
      /** What counts against it already. */
      readonly spent: MicroUsd;
      readonly asked: MicroUsd;
    }
  | { readonly code: 'TOO_MANY_APPROVALS'; readonly approvalsMax: number }
  | { readonly code: 'NEEDS_APPROVAL'; readonly approvalId: string; readonly expiresAt: Instant };

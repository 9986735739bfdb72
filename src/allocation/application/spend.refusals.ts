/** Money that is not there: the answer to who wanted to buy. */
export interface MissingFunds {
  readonly code: 'INSUFFICIENT_FUNDS';
  readonly balance: string;
  readonly due: string;
  /** What comes in pays this first; left out in answers from before it was said. */
  readonly owed?: string;
  /** What of the credit line could be drawn; left out in answers from before there was one. */
  readonly creditUnused?: string;
  /** The overdue invoice that keeps it from being drawn. */
  readonly frozenBy?: string | null;
}

/** More than finance lets whoever asked spend. */
export interface OverSpendLimit {
  readonly code: 'OVER_SPEND_LIMIT';
  /** `organization`, `role:…`, `member:…` or `key:…`. */
  readonly subject: string;
  readonly period: 'order' | 'day' | 'month' | 'unattended';
  readonly limit: string;
  readonly spent: string;
  readonly asked: string;
}

/** Nothing was bought: somebody has to approve it first. */
export interface NeedsApproval {
  readonly code: 'NEEDS_APPROVAL';
  readonly approvalId: string;
  readonly expiresAt: number;
}

/** Nothing was bought, and nothing will be: the request was refused, or nobody decided in time. */
export interface ApprovalDecided {
  readonly code: 'APPROVAL_DECIDED';
  readonly end: string;
}

export interface TooManyApprovals {
  readonly code: 'TOO_MANY_APPROVALS';
  readonly approvalsMax: number;
}

/** Why a buyer may not spend: the answer of the books, before the market is asked. */
export type SpendRefusal =
  | MissingFunds
  | OverSpendLimit
  | NeedsApproval
  | ApprovalDecided
  | TooManyApprovals;

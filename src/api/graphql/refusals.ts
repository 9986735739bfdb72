import { assertNever } from '../../kernel/assert.js';
import { formatUsd } from '../../kernel/money.js';

/** One wrong field, as {@link FieldIssue} shows it. */
export interface Issue {
  readonly field: string;
  readonly reason: string;
  readonly accepted: string;
}

/** A rejection as a resolver returns it: `__typename` picks the member of the result union. */
export interface Refusal {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
}

export function invalidInput(
  issues: readonly Issue[],
): Refusal & { readonly issues: readonly Issue[] } {
  const message = issues.map(({ field, reason }) => `${field} ${reason}`).join('; ');
  return { __typename: 'ValidationRejection', code: 'VALIDATION_FAILED', message, issues };
}

export function notFound(field: string, message: string): Refusal & { readonly field: string } {
  return { __typename: 'NotFoundRejection', code: 'NOT_FOUND', message, field };
}

export function partOfQuote(quoteId: string): Refusal & { readonly quoteId: string } {
  const message = `the hold is part of quote ${quoteId}: accept or release all of it`;
  return { __typename: 'PartOfQuoteRejection', code: 'PART_OF_QUOTE', message, quoteId };
}

/** Why somebody may not spend, as the books say it: amounts are micro-USD, decimal. */
export type SpendRefusalFacts =
  | {
      readonly code: 'INSUFFICIENT_FUNDS';
      readonly balance: string;
      readonly due: string;
      readonly owed?: string;
      readonly creditUnused?: string;
      readonly frozenBy?: string | null;
    }
  | {
      readonly code: 'OVER_SPEND_LIMIT';
      readonly subject: string;
      readonly period: 'order' | 'day' | 'month' | 'unattended';
      readonly limit: string;
      readonly spent: string;
      readonly asked: string;
    }
  | { readonly code: 'NEEDS_APPROVAL'; readonly approvalId: string; readonly expiresAt: number }
  | { readonly code: 'APPROVAL_DECIDED'; readonly end: string }
  | { readonly code: 'TOO_MANY_APPROVALS'; readonly approvalsMax: number };

type Of<Code extends SpendRefusalFacts['code']> = Extract<SpendRefusalFacts, { readonly code: Code }>;

const SPEND_CODES: Readonly<Record<SpendRefusalFacts['code'], true>> = {
  ...{ INSUFFICIENT_FUNDS: true, OVER_SPEND_LIMIT: true, NEEDS_APPROVAL: true },
  ...{ APPROVAL_DECIDED: true, TOO_MANY_APPROVALS: true },
};

/** Whether a refusal is of the books, and not of the market. */
export function isSpendRefusal<Other extends { readonly code: string }>(
  refusal: Other | SpendRefusalFacts,
): refusal is SpendRefusalFacts {
  return refusal.code in SPEND_CODES;
}

/** A member of SPEND_REJECTIONS. */
export function spendRefused(refusal: SpendRefusalFacts): Refusal {
  const { code } = refusal;
  switch (refusal.code) {
    case 'INSUFFICIENT_FUNDS':
      return insufficientFunds(refusal);
    case 'OVER_SPEND_LIMIT':
      return { __typename: 'OverSpendLimitRejection', message: overLimit(refusal), ...refusal };
    case 'NEEDS_APPROVAL': {
      const message = 'this needs an approval: it is kept, and executed once somebody else of your organization approves it';
      return { __typename: 'NeedsApprovalRejection', message, ...refusal };
    }
    case 'APPROVAL_DECIDED': {
      const message = `the request for an approval is ${refusal.end}: ask again with a new key`;
      return { __typename: 'ApprovalEndedRejection', code, message, ...{ end: refusal.end } };
    }
    case 'TOO_MANY_APPROVALS': {
      const message = `${refusal.approvalsMax} requests wait for an approval already: have some decided first`;
      return { __typename: 'TooManyApprovalsRejection', message, ...refusal };
    }
    default:
      return assertNever(refusal);
  }
}

function insufficientFunds({ balance, due, owed = '0', ...line }: Of<'INSUFFICIENT_FUNDS'>): Refusal {
  const { creditUnused = '0', frozenBy: creditFrozenBy = null } = line;
  const [held, needed] = [formatUsd(BigInt(balance)), formatUsd(BigInt(due))];
  const unused = BigInt(creditUnused) > 0n ? `, ${formatUsd(BigInt(creditUnused))} USD can be drawn` : '';
  const frozen = creditFrozenBy === null ? '' : `, the credit line is frozen until ${creditFrozenBy} is paid`;
  const first = BigInt(owed) > 0n ? `, ${formatUsd(BigInt(owed))} USD are owed and paid first` : '';
  const also = `${unused}${frozen}${first}`;
  const message = `the wallet holds ${held} USD${also}${also === '' ? '' : ','} and ${needed} USD are due: top up`;
  const facts = { balance, due, owed, creditUnused, creditFrozenBy };
  return { __typename: 'InsufficientFundsRejection', code: 'INSUFFICIENT_FUNDS', message, ...facts } as Refusal;
}

const PERIODS = {
  order: 'one order may cost',
  day: 'may be spent in a day',
  month: 'may be spent in a month',
  unattended: 'may be bought without an approval',
} as const;

function overLimit({ subject, period, limit, spent, asked }: Of<'OVER_SPEND_LIMIT'>): string {
  const [most, counted, more] = [limit, spent, asked].map((amount) => formatUsd(BigInt(amount)));
  return `${most} USD ${PERIODS[period]} (${subject}): ${counted} USD count already, and this is ${more} USD`;
}

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

/** `balance` is what the wallet holds, `due` what is needed; micro-USD, decimal. */
export function insufficientFunds({
  balance,
  due,
}: {
  readonly balance: string;
  readonly due: string;
}): Refusal & { readonly balance: string; readonly due: string } {
  const [held, needed] = [formatUsd(BigInt(balance)), formatUsd(BigInt(due))];
  const message = `the wallet holds ${held} USD and ${needed} USD are due: top up`;
  return { __typename: 'InsufficientFundsRejection', code: 'INSUFFICIENT_FUNDS', message, balance, due };
}

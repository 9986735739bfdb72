import { microUsd, ZERO_USD, type MicroUsd } from '../../kernel/money.js';

/** Net, from the day of issue. */
export const PAYMENT_TERM_DAYS = 14;

/** What of a credit line is drawn and due with no invoice yet, and in how many days it will be. */
export interface UnbilledLine {
  readonly termDays: number;
  readonly unbilled: MicroUsd;
}

/** Whoever has no credit line, and never had one. */
export const NO_LINE: UnbilledLine = { termDays: PAYMENT_TERM_DAYS, unbilled: ZERO_USD };

/** On what terms an invoice would be, issued now. */
export interface PaymentTerms {
  readonly termDays: number;
  /** Whether something is drawn on the credit line that would be due with it. */
  readonly isOnCreditLine: boolean;
}

/** Those of the credit line, where there is one; else as usual. */
export function termsOn(creditLine: UnbilledLine | null): PaymentTerms {
  const { termDays, unbilled } = creditLine ?? NO_LINE;
  return { termDays, isOnCreditLine: unbilled > 0n };
}

/** What of an invoice was paid with the credit line: no more than it comes to. */
export function drawnFor({ charges, credits }: { readonly charges: MicroUsd; readonly credits: MicroUsd }, unbilled: MicroUsd): MicroUsd {
  const total = charges - credits;
  const drawn = unbilled < total ? unbilled : total;
  return microUsd(drawn > 0n ? drawn : 0n);
}

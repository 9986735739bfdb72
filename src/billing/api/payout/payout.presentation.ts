import type { Refusal } from '../../../api/graphql/refusals.js';
import { formatUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';
import type { PayoutAccount } from '../../../platform/prisma/generated/client.js';
import { balanceOf, type Ledger } from '../../model/ledger.state.js';
import { dueOf, nextDue, payableDays, type PayableDay } from '../../model/payout/earnings.js';
import { payoutAccountState, type PayoutAccountState } from '../../model/payout/payout-account.js';
import type { PayoutRule } from '../../model/payout/payout-rule.js';
import type { PayoutRow } from '../../projection/payout.queries.js';
import type { PayoutState } from './payout.types.js';

const DAYS_MAX = 100;

/** What of the books a seller sees beside its account. */
export interface SellerFunds {
  readonly payable: bigint;
  readonly due: bigint;
  readonly nextDueAt: Instant | null;
  readonly days: readonly PayableDay[];
  readonly inFlight: bigint;
  readonly owed: bigint;
}

export function fundsOf(books: Ledger, { holdBackDays }: PayoutRule, now: Instant): SellerFunds {
  const { earnings } = books;
  const inFlight = [...earnings.payouts.values()].filter(({ status }) => status === 'in-flight');
  return {
    payable: balanceOf(books, 'payable'),
    due: dueOf(earnings, holdBackDays, now).amount,
    nextDueAt: nextDue(earnings, holdBackDays, now),
    days: payableDays(earnings, holdBackDays).slice(0, DAYS_MAX),
    inFlight: inFlight.reduce((sum, { amount }) => sum + amount, 0n),
    owed: -balanceOf(books, 'receivable'),
  };
}

const UNKNOWN = { needs: [], disabledReason: null, bankFailureCode: null, bankFailedAt: null };

export function showAccount(row: PayoutAccount | null, funds: SellerFunds, rule: PayoutRule): object {
  const { needs, disabledReason, bankFailureCode, bankFailedAt } = row ?? UNKNOWN;
  const told = { needs, disabledReason, bankFailureCode, bankFailedAt };
  return { state: payoutAccountState(row), rule, ...funds, ...told };
}

export function stateOf({
  status,
  callStatus,
  amount,
  reversed,
}: Pick<PayoutRow, 'status' | 'callStatus' | 'amount' | 'reversed'>): PayoutState {
  if (status === 'failed') return 'failed';
  if (status === 'in_flight') return callStatus === 'needs_review' ? 'needs_review' : 'pending';
  if (reversed === 0n) return 'paid';
  return reversed === amount ? 'reversed' : 'partly_reversed';
}

export function notPayable(state: PayoutAccountState): Refusal & { readonly state: string } {
  const message = `the account is ${state}: nothing is paid out before it is payable; see startPayoutOnboarding`;
  return { __typename: 'NotPayableRejection', code: 'NOT_PAYABLE', message, state };
}

/** `due` and `minimum` are micro-USD, decimal. */
export function nothingDue({ due, minimum }: { readonly due: string; readonly minimum: string }): Refusal {
  const [now, least] = [formatUsd(BigInt(due)), formatUsd(BigInt(minimum))];
  const message = `${now} USD are due, and payouts begin at ${least} USD`;
  return { __typename: 'NothingDueRejection', code: 'NOTHING_DUE', message, ...{ due, minimum } };
}

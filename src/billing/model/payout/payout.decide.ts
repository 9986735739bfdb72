import { assert } from '../../../kernel/assert.js';
import { accept, reject, type Decision } from '../../../kernel/decider.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { LedgerRejection } from '../ledger.commands.js';
import { collectDues } from '../dues.decide.js';
import type { LedgerEvent } from '../ledger.events.js';
import { balanceOf, payoutOf, type Ledger } from '../ledger.state.js';
import { assertAmount, Draft, post } from '../postings.js';
import { dueOf } from './earnings.js';
import { returnedOf, type SellerPayout } from './earnings.state.js';
import type {
  FailPayout,
  KeepEarnings,
  OpenPayouts,
  SettlePayout,
  StartPayout,
} from './payout.commands.js';
import type { PayoutReversed, PayoutSent } from './payout.events.js';

type Decided = Decision<LedgerEvent, LedgerRejection>;

/** Once; what is in the wallet and was earned comes along. */
export function openPayouts({ now: openedAt }: OpenPayouts, ledger: Ledger): Decided {
  const { payableSince, inWallet: carriedOver } = ledger.earnings;
  if (payableSince !== null) return accept();
  const postings = post(ledger, [
    ['wallet', -carriedOver],
    ['payable', carriedOver],
  ]);
  return accept({ type: 'PayoutsOpened', openedAt, carriedOver, postings });
}

/** The same payout again is the same payout. */
export function startPayout(command: StartPayout, ledger: Ledger): Decided {
  const { payoutId, minimum, holdBackDays, now: startedAt } = command;
  const { earnings } = ledger;
  if (earnings.payableSince === null) return reject({ code: 'PAYOUTS_NOT_OPEN' });
  if (earnings.payouts.has(payoutId)) return accept();
  const { amount, lines } = dueOf(earnings, holdBackDays, startedAt);
  if (amount === 0n || amount < minimum) return reject({ code: 'NOTHING_DUE', due: amount, minimum });
  const postings = post(ledger, [
    ['payable', -amount],
    [payoutOf(payoutId), amount],
  ]);
  return accept({ type: 'PayoutStarted', payoutId, startedAt, amount, lines, postings });
}

/**
 * By answer, by job or by webhook, in any order and any number of times: each reversal counts once,
 * and a transfer that was reversed was sent before.
 */
export function settlePayout(command: SettlePayout, ledger: Ledger): Decided {
  const { payoutId, transferId } = command;
  const payout = ledger.earnings.payouts.get(payoutId);
  if (payout === undefined) return reject({ code: 'PAYOUT_NOT_FOUND' });
  if (payout.status === 'failed') return reject({ code: 'PAYOUT_FAILED' });
  if (isOther(payout, command)) return reject({ code: 'TRANSFER_MISMATCH' });
  const books = new Draft(ledger);
  const events: LedgerEvent[] = [];
  if (payout.status === 'in-flight') events.push(sent(books, { payoutId, transferId, amount: payout.amount }));
  events.push(...reversalsOf(books, payout, command));
  const incoming = events.flatMap(({ postings }) => postings);
  return accept<LedgerEvent>(...events, ...collectDues(ledger, incoming));
}

function isOther({ amount, transferId }: SellerPayout, told: SettlePayout): boolean {
  const returned = told.reversals.reduce((sum, reversal) => sum + reversal.amount, 0n);
  const isSame = transferId === null || transferId === told.transferId;
  return !isSame || amount !== told.amount || returned > amount;
}

function sent(books: Draft, payout: Omit<PayoutSent, 'type' | 'postings'>): PayoutSent {
  const { payoutId, amount } = payout;
  const postings = post(books, [
    [payoutOf(payoutId), -amount],
    ['external', amount],
  ]);
  books.add(postings);
  return { type: 'PayoutSent', ...payout, postings };
}

function reversalsOf(
  books: Draft,
  payout: SellerPayout,
  { payoutId, reversals, now: reversedAt }: SettlePayout,
): readonly PayoutReversed[] {
  let before = returnedOf(payout);
  const isKnown = (id: string): boolean => payout.reversals.some(({ reversalId }) => reversalId === id);
  return reversals
    .filter(({ reversalId }) => !isKnown(reversalId))
    .map(({ reversalId, amount }) => {
      assertAmount(amount, 1n);
      const postings = post(books, [
        ['external', -amount],
        ['payable', amount],
      ]);
      books.add(postings);
      before = (before + amount) as MicroUsd;
      const reversed = { payoutId, reversalId, reversedAt, amount, reversedInAll: before };
      return { type: 'PayoutReversed', ...reversed, postings };
    });
}

/** Only what is still in flight: whether Stripe did it must be known. */
export function failPayout({ payoutId, reason }: FailPayout, ledger: Ledger): Decided {
  const payout = ledger.earnings.payouts.get(payoutId);
  if (payout === undefined) return reject({ code: 'PAYOUT_NOT_FOUND' });
  if (payout.status === 'failed') return accept();
  if (payout.status === 'sent') return reject({ code: 'PAYOUT_SENT' });
  const { amount } = payout;
  const postings = post(ledger, [
    [payoutOf(payoutId), -amount],
    ['payable', amount],
  ]);
  return accept<LedgerEvent>(
    { type: 'PayoutFailed', payoutId, amount, reason, postings },
    ...collectDues(ledger, postings),
  );
}

/** Also what is not due yet: it does not leave the exchange. */
export function keepEarnings({ amount }: KeepEarnings, ledger: Ledger): Decided {
  assertAmount(amount, 1n);
  if (ledger.earnings.payableSince === null) return reject({ code: 'PAYOUTS_NOT_OPEN' });
  const payable = balanceOf(ledger, 'payable');
  if (amount > payable) return reject({ code: 'NOT_EARNED', payable });
  assert(balanceOf(ledger, 'receivable') === 0n, 'something is payable while something is owed');
  const postings = post(ledger, [
    ['payable', -amount],
    ['wallet', amount],
  ]);
  // In the wallet it repays what is drawn on a credit line, as any money that comes in.
  return accept<LedgerEvent>(
    { type: 'EarningsKept', amount, postings },
    ...collectDues(ledger, postings),
  );
}

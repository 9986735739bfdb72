import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { WithdrawalCollected } from './card-money.events.js';
import { repayBilled, repayRest } from './controls/credit-line.decide.js';
import type { CreditLineRepaid } from './controls/controls.events.js';
import { creditCollected } from './credit.decide.js';
import type { CreditCollected, OverageCollected, PenaltyCollected, Posting } from './ledger.events.js';
import type { Balances, Ledger } from './ledger.state.js';
import { overageCollected } from './overage.decide.js';
import { penaltyCollected } from './penalty.decide.js';
import { Draft, meansOf } from './postings.js';
import { taxCollected } from './tax/tax.collect.js';
import type { TaxCollected } from './tax/tax.events.js';
import { withdrawalCollected } from './withdrawal.collect.js';

type Collected = OverageCollected | PenaltyCollected | CreditCollected | TaxCollected | WithdrawalCollected | CreditLineRepaid;

/** Something that is owed, and how a part of it is paid. */
interface Due {
  readonly since: Instant;
  readonly owed: bigint;
  readonly pay: (books: Balances, amount: MicroUsd) => Collected;
}

/**
 * Money that just came in, wherever from, pays what is due with invoices of the credit line, the oldest
 * first, then what is owed to others, the oldest first, then what else is drawn: while anything is owed
 * the wallet is empty, and while anything is owed to others so is seller payable.
 *
 * @param incoming the lines that brought it, which come before these
 */
export function collectDues(ledger: Ledger, incoming: readonly Posting[]): readonly Collected[] {
  const books = new Draft(ledger, incoming);
  const events: Collected[] = [];
  const pay = (event: Collected | null): void => {
    if (event === null) return;
    books.add(event.postings);
    events.push(event);
  };
  pay(repayBilled(books, ledger.controls.bills));
  for (const { owed, pay: toPay } of duesOf(ledger)) {
    const means = meansOf(books);
    const amount = (owed < means ? owed : means) as MicroUsd;
    if (amount <= 0n) break;
    pay(toPay(books, amount));
  }
  pay(repayRest(books));
  return events;
}

function duesOf({ overages, penalties, credits, taxes, withdrawals }: Ledger): readonly Due[] {
  const dues: Due[] = [
    ...[...overages.values()].map((overage) => ({
      since: overage.hour,
      owed: overage.charged - overage.collected,
      pay: (books: Balances, amount: MicroUsd) => overageCollected(books, overage, amount),
    })),
    ...[...penalties.values()].map((penalty) => ({
      since: penalty.curtailedAt,
      owed: penalty.charged - penalty.collected,
      pay: (books: Balances, amount: MicroUsd) => penaltyCollected(books, penalty, amount),
    })),
    ...[...credits.values()].map((credit) => ({
      since: credit.hour,
      owed: credit.charged - credit.collected,
      pay: (books: Balances, amount: MicroUsd) => creditCollected(books, credit, amount),
    })),
    ...[...taxes.values()].map((tax) => ({
      since: tax.chargedAt,
      owed: tax.charged - tax.collected,
      pay: (books: Balances, amount: MicroUsd) => taxCollected(books, tax, amount),
    })),
    ...[...withdrawals.values()].map((withdrawal) => ({
      since: withdrawal.since,
      owed: withdrawal.taken - withdrawal.collected,
      pay: (books: Balances, amount: MicroUsd) => withdrawalCollected(books, withdrawal, amount),
    })),
  ];
  return dues.filter(({ owed }) => owed > 0n).sort((a, b) => a.since - b.since);
}

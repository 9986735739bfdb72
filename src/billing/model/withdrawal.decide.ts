import { accept, type Decision } from '../../kernel/decider.js';
import { ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import type { ReinstateFunds, WithdrawFunds } from './card-money.commands.js';
import { collectDues } from './dues.decide.js';
import type { LedgerRejection } from './ledger.commands.js';
import type { LedgerEvent } from './ledger.events.js';
import type { Ledger } from './ledger.state.js';
import { assertAmount, drawn, meansOf, post } from './postings.js';

type Decided = Decision<LedgerEvent, LedgerRejection>;

const least = (a: bigint, b: bigint): MicroUsd => (a < b ? a : b) as MicroUsd;

/**
 * Stripe has taken the money already: there is nothing to refuse. What seller payable and the
 * wallet cannot cover is owed, and while anything is owed both are empty: nothing new can be bought.
 */
export function withdrawFunds(command: WithdrawFunds, ledger: Ledger): Decided {
  const { type: _type, now: withdrawnAt, ...movement } = command;
  const { amount } = movement;
  assertAmount(amount, 1n);
  if (isBooked(ledger, movement)) return accept();
  const collected = least(amount, meansOf(ledger));
  const postings = post(ledger, [
    ...drawn(ledger, collected),
    ['receivable', collected - amount],
    ['external', amount],
  ]);
  return accept({ type: 'FundsWithdrawn', ...movement, collected, withdrawnAt, postings });
}

/** What is still owed of it is owed no more; the rest is the wallet's, where other debts come first. */
export function reinstateFunds(command: ReinstateFunds, ledger: Ledger): Decided {
  const { type: _type, now: _now, ...movement } = command;
  const { amount, reference } = movement;
  assertAmount(amount, 1n);
  if (isBooked(ledger, movement)) return accept();
  const known = ledger.withdrawals.get(reference);
  const forgiven = known === undefined ? ZERO_USD : least(amount, known.taken - known.collected);
  const postings = post(ledger, [
    ['external', -amount],
    ['receivable', forgiven],
    ['wallet', amount - forgiven],
  ]);
  return accept<LedgerEvent>(
    { type: 'FundsReinstated', ...movement, forgiven, postings },
    ...collectDues(withoutForgiven(ledger, reference, forgiven), postings),
  );
}

/** What is forgiven is not collected in the same breath. */
function withoutForgiven(ledger: Ledger, reference: string, forgiven: MicroUsd): Ledger {
  const known = ledger.withdrawals.get(reference);
  if (known === undefined) return ledger;
  const taken = (known.taken - forgiven) as MicroUsd;
  return { ...ledger, withdrawals: new Map(ledger.withdrawals).set(reference, { ...known, taken }) };
}

function isBooked(
  { withdrawals }: Ledger,
  { reference, movementId }: Pick<WithdrawFunds, 'reference' | 'movementId'>,
): boolean {
  return withdrawals.get(reference)?.movements.includes(movementId) ?? false;
}

import type { MicroUsd } from '../../../kernel/money.js';
import { monthOf } from '../../../kernel/time.js';
import type { LedgerEvent, SpentBy } from '../ledger.events.js';
import { escrowOf, reservedOf, type Account, type Ledger } from '../ledger.state.js';
import { subjectsOf, type Commitment, type Controls, type Subject } from './controls.state.js';
import { dayOf } from './spend.rules.js';

const NOTHING = 0n as MicroUsd;
const sum = (a: MicroUsd, b: MicroUsd): MicroUsd => (a + b) as MicroUsd;

/**
 * What was bought counts against the limits of the day and month it was bought in; what comes back of it
 * counts no more. What was bought before this was counted never did.
 */
export function spendEvolve(ledger: Ledger, event: LedgerEvent): Ledger {
  const { controls } = ledger;
  switch (event.type) {
    case 'FundsReserved':
      commit(controls, reservedOf(event.orderId), event);
      break;
    case 'EscrowFunded': {
      const escrow = escrowOf(event.reservationId);
      if (event.orderId === null) commit(controls, escrow, event);
      else move(controls, [reservedOf(event.orderId), escrow], event.amount);
      break;
    }
    case 'FundsReleased':
      takeBack(controls, reservedOf(event.orderId), event.amount);
      break;
    case 'EscrowReleased':
      takeBack(controls, escrowOf(event.reservationId), event.amount);
      break;
    case 'EscrowCancelled':
    case 'EscrowCurtailed':
      takeBack(controls, escrowOf(event.reservationId), event.refund);
      break;
    default:
      break;
  }
  return forgetEmpty(ledger, event);
}

function commit(
  controls: Controls,
  account: Account,
  { amount, spent }: { readonly amount: MicroUsd; readonly spent: SpentBy | null },
): void {
  if (spent === null || amount === 0n) return;
  const subjects = subjectsOf(spent.spender);
  const [day, month] = [dayOf(spent.at), monthOf(spent.at)];
  for (const subject of subjects) add(controls, subject, { day, month, amount });
  const known = controls.commitments.get(account) ?? [];
  controls.commitments.set(account, [...known, { subjects, day, amount }]);
}

/** A clock that lags adds to the day that has begun. */
function add(
  { spent }: Controls,
  subject: Subject,
  { day, month, amount }: { readonly day: string; readonly month: string; readonly amount: MicroUsd },
): void {
  const known = spent.get(subject) ?? { day, month, inDay: NOTHING, inMonth: NOTHING };
  if (subject === 'organization' && known.month < month) forgetSubjects(spent, month);
  spent.set(subject, {
    ...(known.day < day ? { day, inDay: amount } : { day: known.day, inDay: sum(known.inDay, amount) }),
    ...(known.month < month
      ? { month, inMonth: amount }
      : { month: known.month, inMonth: sum(known.inMonth, amount) }),
  });
}

/** Whoever bought nothing this month starts anew anyway. */
function forgetSubjects(spent: Controls['spent'], month: string): void {
  for (const [subject, { month: last }] of spent) if (last < month) spent.delete(subject);
}

/** A fill takes of an order what was set aside first. */
function move({ commitments }: Controls, [from, to]: readonly [Account, Account], amount: MicroUsd): void {
  const known = commitments.get(from);
  if (known === undefined) return;
  const { taken, left } = split(known, amount);
  commitments.set(from, left);
  commitments.set(to, [...(commitments.get(to) ?? []), ...taken]);
}

/** What was set aside last comes back first. */
function takeBack(controls: Controls, account: Account, amount: MicroUsd): void {
  const known = controls.commitments.get(account);
  if (known === undefined) return;
  const { taken, left } = split(known.toReversed(), amount);
  controls.commitments.set(account, left.toReversed());
  for (const piece of taken) for (const subject of piece.subjects) subtract(controls, subject, piece);
}

/** Of a day or month that is over nothing is left to be spent. */
function subtract({ spent }: Controls, subject: Subject, { day, amount }: Commitment): void {
  const known = spent.get(subject);
  if (known === undefined) return;
  const inDay = known.day === day ? known.inDay - amount : known.inDay;
  const inMonth = known.month === day.slice(0, 7) ? known.inMonth - amount : known.inMonth;
  spent.set(subject, { ...known, inDay: inDay as MicroUsd, inMonth: inMonth as MicroUsd });
}

function split(
  pieces: readonly Commitment[],
  amount: MicroUsd,
): { readonly taken: readonly Commitment[]; readonly left: readonly Commitment[] } {
  let rest = amount as bigint;
  const taken: Commitment[] = [];
  const left: Commitment[] = [];
  for (const piece of pieces) {
    const part = (piece.amount < rest ? piece.amount : rest) as MicroUsd;
    rest -= part;
    if (part > 0n) taken.push({ ...piece, amount: part });
    if (part < piece.amount) left.push({ ...piece, amount: (piece.amount - part) as MicroUsd });
  }
  return { taken, left };
}

/** What is delivered, or gone, comes back no more. */
function forgetEmpty(ledger: Ledger, { postings }: LedgerEvent): Ledger {
  for (const { account, balance } of postings) {
    if (balance === 0n) ledger.controls.commitments.delete(account);
  }
  return ledger;
}

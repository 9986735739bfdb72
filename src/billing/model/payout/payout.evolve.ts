import { assertNever, present } from '../../../kernel/assert.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { DAY_MS, plus, type Instant } from '../../../kernel/time.js';
import type { TransferReceived } from '../ledger.events.js';
import { balanceOf, type Ledger } from '../ledger.state.js';
import type { Posting } from '../posting.js';
import { addLot, dayOf, takeOldest } from './earnings.js';
import { isEarning, type SellerPayout } from './earnings.state.js';
import type { PayoutEvent, PayoutStarted } from './payout.events.js';

/** Stripe reverses a transfer for at most so long after it: what is older is forgotten. */
const REVERSIBLE_MS = 400 * DAY_MS;
const AT_ONCE = 0 as Instant;

/** What leaves seller payable are its oldest lots; what leaves the wallet was earned last. */
export function followPostings(ledger: Ledger, postings: readonly Posting[]): void {
  const { earnings } = ledger;
  for (const { account, amount } of postings) {
    if (account === 'payable' && amount < 0n) takeOldest(earnings, -amount);
  }
  const wallet = balanceOf(ledger, 'wallet');
  if (wallet < earnings.inWallet) earnings.inWallet = wallet;
}

/** What was earned is payable, or in the wallet while nobody can be paid out. */
export function earned(ledger: Ledger, event: TransferReceived): Ledger {
  const { kind, reservationId, amount, receivedAt } = event;
  const { earnings } = ledger;
  if (!isEarning(kind)) return ledger;
  if (earnings.payableSince === null) {
    earnings.inWallet = (earnings.inWallet + amount) as MicroUsd;
    return ledger;
  }
  const earnedOn = receivedAt === null ? AT_ONCE : dayOf(receivedAt);
  addLot(earnings, { kind, reservationId, payoutId: null, earnedOn, amount });
  return ledger;
}

export function payoutChanged(ledger: Ledger, event: PayoutEvent): Ledger {
  switch (event.type) {
    case 'PayoutsOpened':
      return opened(ledger, event.openedAt, event.carriedOver);
    case 'PayoutStarted':
      return started(ledger, event);
    case 'PayoutSent':
      return change(ledger, event.payoutId, { status: 'sent', transferId: event.transferId });
    case 'PayoutFailed':
      returnLot(ledger, event, AT_ONCE);
      return change(ledger, event.payoutId, { status: 'failed' });
    case 'PayoutReversed': {
      const { payoutId, reversalId, amount, reversedAt } = event;
      returnLot(ledger, event, dayOf(reversedAt));
      const { reversals } = found(ledger, payoutId);
      return change(ledger, payoutId, { reversals: [...reversals, { reversalId, amount }] });
    }
    // Its lots went with its postings.
    case 'EarningsKept':
      return ledger;
    default:
      return assertNever(event);
  }
}

function opened(ledger: Ledger, openedAt: Instant, amount: MicroUsd): Ledger {
  const { earnings } = ledger;
  earnings.payableSince = openedAt;
  earnings.inWallet = 0n as MicroUsd;
  if (amount === 0n) return ledger;
  const about = { reservationId: null, payoutId: null, earnedOn: dayOf(openedAt) };
  addLot(earnings, { kind: 'carried-over', ...about, amount });
  return ledger;
}

function started(ledger: Ledger, { payoutId, amount, startedAt }: PayoutStarted): Ledger {
  const { payouts } = ledger.earnings;
  for (const [id, old] of payouts) {
    if (plus(old.startedAt, REVERSIBLE_MS) > startedAt) break;
    if (old.status !== 'in-flight') payouts.delete(id);
  }
  payouts.set(payoutId, { amount, startedAt, status: 'in-flight', transferId: null, reversals: [] });
  return ledger;
}

function returnLot(
  { earnings }: Ledger,
  { payoutId, amount }: { readonly payoutId: string; readonly amount: MicroUsd },
  earnedOn: Instant,
): void {
  addLot(earnings, { kind: 'returned', reservationId: null, payoutId, earnedOn, amount });
}

function found({ earnings }: Ledger, payoutId: string): SellerPayout {
  return present(earnings.payouts.get(payoutId), `payout ${payoutId}`);
}

function change(ledger: Ledger, payoutId: string, values: Partial<SellerPayout>): Ledger {
  ledger.earnings.payouts.set(payoutId, { ...found(ledger, payoutId), ...values });
  return ledger;
}

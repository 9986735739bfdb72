import type { TeamUse } from '../../allocation/contract.js';
import { accept, reject, type Decision } from '../../kernel/decider.js';
import { divideHalfEven, type MicroUsd } from '../../kernel/money.js';
import { priceThrough } from '../../kernel/proration.js';
import { ZERO } from '../../kernel/step-function.js';
import { endOfMonth, floorToGrid, type Instant } from '../../kernel/time.js';
import { durationOf, type Window } from '../../kernel/window.js';
import type { LedgerRejection, SettleDelivery } from './ledger.commands.js';
import type { DeliverySettled, LedgerEvent } from './ledger.events.js';
import type { Balances, Escrow, Ledger } from './ledger.state.js';
import { Draft, post } from './postings.js';
import { transfersOf } from './split.js';
import { teamCosts } from './team-costs.js';

/** What of the price the holder has not got back. */
export function priceOf(escrow: Escrow): MicroUsd {
  return deliveredThrough(escrow, escrow.window.end);
}

/** Whole grid cells that are over are delivered; a market has no half hours on an hourly grid. */
export function settleDelivery(
  { reservationId, use, now }: SettleDelivery,
  ledger: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  const escrow = ledger.escrows.get(reservationId);
  if (escrow === undefined) return reject({ code: 'ESCROW_NOT_FOUND' });
  const through = Math.min(floorToGrid(now, escrow.grid), escrow.window.end) as Instant;
  const books = new Draft(ledger);
  const events: DeliverySettled[] = [];
  let { settledThrough, delivered } = escrow;
  // One event for each month: what was served in a month is invoiced in it.
  while (settledThrough < through) {
    const end = Math.min(through, endOfMonth(settledThrough)) as Instant;
    const window = { start: settledThrough, end };
    const settled = settle(escrow, books, { window, before: delivered, use });
    books.add(settled.postings);
    events.push(settled);
    delivered = (delivered + settled.amount) as MicroUsd;
    settledThrough = end;
  }
  return accept(...events);
}

interface Stretch {
  readonly window: Window;
  /** What was delivered of the price until then. */
  readonly before: MicroUsd;
  readonly use: TeamUse | null;
}

function settle(escrow: Escrow, ledger: Balances, { window, before, use }: Stretch): DeliverySettled {
  const { reservationId, split } = escrow;
  const after = deliveredThrough(escrow, window.end);
  const amount = (after - before) as MicroUsd;
  const name = `delivered/${window.end}`;
  const transfers = transfersOf({ reservationId, split, kind: 'proceeds', name, before, after });
  const postings = post(ledger, [
    [`escrow:${reservationId}`, -amount],
    ['clearing', amount],
  ]);
  const teams = use === null ? [] : teamCosts({ window, amount, lost: escrow.curtailed?.lost ?? ZERO }, use);
  return { type: 'DeliverySettled', reservationId, window, amount, teams, transfers, postings };
}

/**
 * The part of the price that what was delivered up to an instant stands for; at the end it is all of it,
 * less what was refunded because it was curtailed.
 */
export function deliveredThrough(
  { window, amount, curtailed }: Pick<Escrow, 'window' | 'amount' | 'curtailed'>,
  through: Instant,
): MicroUsd {
  if (curtailed !== null) return priceThrough({ window, amount, ...curtailed }, through);
  const elapsed = BigInt(through - window.start);
  return divideHalfEven(amount * elapsed, BigInt(durationOf(window))) as MicroUsd;
}

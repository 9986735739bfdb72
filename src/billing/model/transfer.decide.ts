import { accept, type Decision } from '../../kernel/decider.js';
import { microUsd, type MicroUsd } from '../../kernel/money.js';
import { isNoted } from './conceded-count.js';
import { limitArriving } from './credit-limit.js';
import type { LimitedCredit } from './credit-limit.state.js';
import { collectDues } from './dues.decide.js';
import type { LedgerRejection, ReceiveTransfer } from './ledger.commands.js';
import type { LedgerEvent, Transfer } from './ledger.events.js';
import type { Ledger } from './ledger.state.js';
import { splitParts } from './overage-parts.js';
import { isEarning } from './payout/earnings.state.js';
import { assertAmount, post } from './postings.js';

/**
 * What is earned is payable, once the organization can be paid out; everything else is to spend. What of a credit would
 * bring back more than was charged goes on to whoever gave it back by a credit note.
 */
export function receiveTransfer(command: ReceiveTransfer, ledger: Ledger): Decision<LedgerEvent, LedgerRejection> {
  const { type: _type, now: receivedAt, ...transfer } = command;
  const { amount, kind } = transfer;
  assertAmount(amount, 1n);
  const isPayable = isEarning(kind) && ledger.earnings.payableSince !== null;
  const { limited, transfers, stayed } = passedOn(command, ledger);
  const postings = post(ledger, [
    ['clearing', -stayed],
    [isPayable ? 'payable' : 'wallet', stayed],
  ]);
  const [parts] = splitParts(transfer.parts, stayed);
  return accept<LedgerEvent>(
    { type: 'TransferReceived', ...transfer, parts, receivedAt, limited, transfers, postings },
    ...collectDues(ledger, postings),
  );
}

interface Kept {
  readonly limited: LimitedCredit | null;
  readonly transfers: readonly Transfer[];
  readonly stayed: MicroUsd;
}

function passedOn(transfer: ReceiveTransfer, ledger: Ledger): Kept {
  const { amount, kind, transferId, evidence } = transfer;
  const limit = kind === 'credit' && !isNoted(transferId) ? limitArriving(ledger, transfer) : null;
  if (limit === null) return { limited: null, transfers: [], stayed: amount };
  const { invoiceNumber, issuerId: toId, passedOn: more } = limit;
  const next: Transfer = { transferId: `${transferId}/on`, toId, kind, amount: more, evidence, parts: [] };
  return { limited: { invoiceNumber, passedOn: more }, transfers: more === 0n ? [] : [next], stayed: microUsd(amount - more) };
}

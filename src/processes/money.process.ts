import { marketCodec } from '../allocation/contract.js';
import { type Books, ledgerCodec, type LedgerEvent } from '../billing/contract.js';
import { systemContext } from '../eventstore/command-context.js';
import type { RecordedEvent } from '../eventstore/event.js';
import type { CommandSubscription } from '../eventstore/subscription.js';
import type { OrganizationId } from '../kernel/ids.js';
import { defineProcess } from './process.js';

/**
 * Money that waits in escrow gets its title or comes back, and money that left one organization's
 * books arrives in another's.
 */
export function moneyFlow(books: Books): CommandSubscription {
  return defineProcess({
    name: 'money-flow',
    category: 'ledger',
    codec: ledgerCodec,
    react: (event, recorded) => follow(books, event, ownerOf(recorded)),
  });
}

function follow(
  books: Books,
  event: LedgerEvent,
  ownerId: OrganizationId,
): Promise<void> | null {
  switch (event.type) {
    case 'EscrowFunded':
      return moveTitle(books, event, ownerId);
    // Asked already, unless whoever set the money aside is gone.
    case 'FundsReserved':
      return books.sendOrder(ownerId, event.request, event.amount);
    case 'DeliverySettled':
    case 'EscrowCancelled':
    case 'OverageCharged':
    case 'OverageCollected':
    case 'PenaltyCharged':
    case 'PenaltyCollected':
    case 'CreditCollected':
    case 'TransferReceived':
      return passOn(books, event, ownerId);
    case 'CreditCharged':
      return takeBack(books, event, ownerId);
    case 'OverageReduced':
      return claim(books, event, ownerId);
    case 'TopUpCredited':
    case 'FundsReleased':
    case 'EscrowReleased':
    case 'EscrowCurtailed':
    case 'RefundReserved':
    case 'RefundPaid':
    case 'RefundReturned':
    case 'FundsWithdrawn':
    case 'FundsReinstated':
    case 'WithdrawalCollected':
    case 'CreditsLimited':
    case 'TaxCharged':
    case 'TaxCollected':
    case 'TaxReturned':
    case 'PayoutsOpened':
    case 'PayoutStarted':
    case 'PayoutSent':
    case 'PayoutFailed':
    case 'PayoutReversed':
    case 'EarningsKept':
    case 'SpendLimitsSet':
    case 'ApprovalRequested':
    case 'ApprovalDecided':
    case 'CreditLineSet':
    case 'CreditLineBilled':
    case 'CreditLineUnbilled':
    case 'CreditLineRepaid':
    case 'CreditLineFrozen':
    case 'OveragesFinal':
    case 'BudgetSet':
    case 'BudgetThresholdReached':
      return null;
  }
}

/** A fill moved title before its money. */
function moveTitle(
  books: Books,
  { orderId, quoteId, reservationId }: Extract<LedgerEvent, { readonly type: 'EscrowFunded' }>,
  ownerId: OrganizationId,
): Promise<void> | null {
  if (orderId !== null) return null;
  if (quoteId !== null) return books.acceptOrRelease(ownerId, quoteId);
  return books.confirmOrRelease(ownerId, reservationId);
}

type Outgoing = Extract<LedgerEvent, { readonly transfers: unknown }>;

async function passOn(
  books: Books,
  { transfers, reservationId }: Outgoing,
  fromId: OrganizationId,
): Promise<void> {
  await Promise.all(
    transfers.map((transfer) => {
      const context = systemContext('transfer', transfer.transferId);
      return books.receive(fromId, transfer, reservationId, context);
    }),
  );
}

/** What of a credit had gone on to whoever issued a credit note comes from there. */
async function takeBack(books: Books, event: Extract<LedgerEvent, { readonly type: 'CreditCharged' }>, fromId: OrganizationId): Promise<void> {
  await Promise.all([passOn(books, event, fromId), claim(books, event, event.toId)]);
}

async function claim(
  books: Books,
  { claims, reservationId, hour, evidence }: Extract<LedgerEvent, { readonly claims: unknown }>,
  toId: OrganizationId,
): Promise<void> {
  const asked = claims.map(({ creditId, fromId, amount, parts }) =>
    books.claimCredit(fromId, { creditId, reservationId, toId, hour, amount, evidence, parts }),
  );
  await Promise.all(asked);
}

function ownerOf({ stream }: RecordedEvent): OrganizationId {
  return stream.slice('ledger-'.length) as OrganizationId;
}

/** A reservation that was given back gives its money back, less the fee. */
export function refunds(books: Books): CommandSubscription {
  return defineProcess({
    name: 'refunds',
    category: 'market',
    codec: marketCodec,
    react: (event) => {
      if (event.type !== 'ReservationCancelled') return null;
      const { holderId, reservationId, fee } = event;
      const context = systemContext('cancel-escrow', reservationId);
      return books.cancelEscrow(holderId, reservationId, fee, context);
    },
  });
}

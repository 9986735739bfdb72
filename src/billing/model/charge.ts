import type { ReservationId } from '../../kernel/ids.js';
import { microUsd, type MicroUsd } from '../../kernel/money.js';
import { monthOf, type Instant } from '../../kernel/time.js';
import { isNoted } from './conceded-count.js';
import type { ControlEvent } from './controls/controls.events.js';
import { isCreditNote } from './document-number.js';
import { asCredit, type OveragePart } from './overage-parts.js';
import { TRANSFER_KINDS, type CreditCharged, type LedgerEvent, type TransferReceived } from './ledger.events.js';

/** A seller's part of a cancellation or an overage stands under the same name as the charge. */
export const CHARGE_KINDS = ['delivery', ...TRANSFER_KINDS] as const;
export type ChargeKind = (typeof CHARGE_KINDS)[number];

const EARNED: ReadonlySet<ChargeKind> = new Set(['proceeds', 'royalty', 'fee', 'cancellation', 'overage']);

/** What a seller, a provider or the exchange was paid; nothing that was charged is. */
export const isEarned = ({ kind, amount }: { readonly kind: ChargeKind; readonly amount: bigint }): boolean =>
  amount < 0n && EARNED.has(kind);

/** What an event costs its organization, or brings it: then the amount is below zero. Never zero. */
export interface Charge {
  /** UTC, such as `2026-11`. */
  readonly month: string;
  readonly kind: ChargeKind;
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
  /** When capacity was served; null where the charge is for none in particular. */
  readonly served: { readonly start: Instant; readonly end: Instant | null } | null;
  /** Of overage and credits: the rated hour, or the judgement, that it follows from. */
  readonly evidence: string | null;
  /** Of overage, and of what comes back of it: the amount by token class and served tier. None otherwise, and in books of before these were told apart. */
  readonly parts: readonly OveragePart[];
}

/**
 * Delivery and overage belong to the month in which they were served, everything else to the month in
 * which it was booked.
 */
export function chargeOf(event: LedgerEvent, occurredAt: Instant): Charge | null {
  const booked = { month: monthOf(occurredAt), served: null, evidence: null, parts: [] };
  switch (event.type) {
    case 'DeliverySettled': {
      const { reservationId, amount, window: served } = event;
      if (amount === 0n) return null;
      const month = monthOf(served.start);
      return { ...booked, month, kind: 'delivery', reservationId, amount, served };
    }
    case 'EscrowCancelled': {
      const { reservationId, fee: amount } = event;
      return amount === 0n ? null : { ...booked, kind: 'cancellation', reservationId, amount };
    }
    case 'OverageCharged': {
      const { reservationId, amount, hour, evidence, parts } = event;
      const month = event.month ?? booked.month;
      const served = { start: hour, end: null };
      return { ...booked, month, kind: 'overage', reservationId, amount, served, evidence, parts };
    }
    // What was paid of it comes from those it went to, as a credit of theirs.
    case 'OverageReduced': {
      const { reservationId, forgiven, hour, evidence, parts, creditedInvoice } = event;
      if (forgiven === 0n || creditedInvoice !== null) return null;
      const month = event.month ?? booked.month;
      const served = { start: hour, end: null };
      return { ...booked, month, kind: 'credit', reservationId, amount: microUsd(-forgiven), served, evidence, parts: asCredit(parts) };
    }
    case 'PenaltyCharged': {
      const { reservationId, amount } = event;
      return { ...booked, kind: 'penalty', reservationId, amount };
    }
    case 'CreditCharged':
      return given(event, booked);
    case 'TransferReceived':
      return arrived(event, booked);
    default:
      return uncharged(event);
  }
}

type Booked = Pick<Charge, 'month' | 'served' | 'evidence' | 'parts'>;

/** Null: all of it comes from elsewhere. */
function given({ reservationId, amount, evidence, hour }: CreditCharged, booked: Booked): Charge | null {
  const served = { start: hour, end: null };
  return amount === 0n ? null : { ...booked, kind: 'credit', reservationId, amount, served, evidence };
}

/** What went on to whoever issued a credit note was never this organization's. */
function arrived({ reservationId, kind, evidence, limited, parts, ...received }: TransferReceived, booked: Booked): Charge | null {
  const amount = microUsd((limited?.passedOn ?? 0n) - received.amount);
  // A credit note has a document of its own, which says which invoice it corrects.
  if (isCreditNote(evidence) || isNoted(received.transferId) || amount === 0n) return null;
  return { ...booked, kind, reservationId, amount, evidence, parts: asCredit(parts) };
}

/** On no invoice: an invoice shows what was delivered, so not what is set aside, or comes back of it. */
type Held = 'FundsReserved' | 'FundsReleased' | 'EscrowFunded' | 'EscrowReleased' | 'EscrowCurtailed' | 'CreditsLimited';
/** Charged before, and collected now; or not asked about again. */
type Collected = 'OverageCollected' | 'OveragesFinal' | 'PenaltyCollected' | 'CreditCollected' | 'WithdrawalCollected';
/** On an invoice beside its charges: what is charged comes first, and the tax follows from it. */
type Taxed = 'TaxCharged' | 'TaxCollected' | 'TaxReturned';
/** Money between an organization and Stripe. */
type Moved =
  | 'TopUpCredited'
  | 'PayoutsOpened'
  | 'PayoutStarted'
  | 'PayoutSent'
  | 'PayoutFailed'
  | 'PayoutReversed'
  | 'EarningsKept'
  | 'RefundReserved'
  | 'RefundPaid'
  | 'RefundReturned'
  | 'FundsWithdrawn'
  | 'FundsReinstated';

/** Says by its type which events are no charge: a new one is one of them, or has a case above. */
function uncharged(_event: Extract<LedgerEvent, { readonly type: Held | Collected | Taxed | Moved }> | ControlEvent): null {
  return null;
}

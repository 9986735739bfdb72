import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { OveragePart } from './overage-parts.js';

export const TRANSFER_KINDS = [
  'proceeds',
  'royalty',
  'fee',
  'cancellation',
  'overage',
  'penalty',
  'credit',
] as const;
/** What money that reaches another organization is for. */
export type TransferKind = (typeof TRANSFER_KINDS)[number];

/** Money on its way to another organization's books; its id names it on both sides. */
export interface Transfer {
  readonly transferId: string;
  readonly toId: OrganizationId;
  readonly kind: TransferKind;
  readonly amount: MicroUsd;
  /** Of a credit: what it follows from. */
  readonly evidence: string | null;
  /** Of overage that comes back: the amount by token class and served tier. None otherwise. */
  readonly parts: readonly OveragePart[];
}

/** What one organization gives back to another. */
export interface CreditClaim {
  /** Names it for all time. */
  readonly creditId: string;
  /** The sale that it is of. */
  readonly reservationId: ReservationId;
  readonly toId: OrganizationId;
  /** First instant of the hour. */
  readonly hour: Instant;
  readonly amount: MicroUsd;
  /** The judgement, or the rated hour, that it follows from. */
  readonly evidence: string;
  /** Of overage: the amount by token class and served tier; none otherwise. */
  readonly parts: readonly OveragePart[];
}

/** What somebody else is to give back. */
export interface CreditPart {
  readonly creditId: string;
  readonly fromId: OrganizationId;
  readonly amount: MicroUsd;
  /** By token class and served tier; none where the charge was not told so. */
  readonly parts: readonly OveragePart[];
}

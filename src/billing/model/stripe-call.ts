import { DAY_MS } from '../../kernel/time.js';

/** What Stripe is asked to do. */
export const STRIPE_CALL_KINDS = [
  'charge_top_up',
  'create_customer',
  'set_up_payment_method',
  'detach_payment_method',
  'refund_top_up',
  'create_payout_account',
  'create_transfer',
  'reverse_transfer',
  'create_invoice',
  'pay_invoice',
  'void_invoice',
  'create_credit_note',
  'create_meter',
  'send_meter_event',
  'calculate_tax',
  'record_tax',
  'reverse_tax',
] as const;
export type StripeCallKind = (typeof STRIPE_CALL_KINDS)[number];

/**
 * - `pending`: written down; whether Stripe did it is not known yet.
 * - `needs_review`: Stripe gave no answer for too long; a person must look.
 */
export const STRIPE_CALL_STATES = ['pending', 'succeeded', 'failed', 'needs_review'] as const;
export type StripeCallState = (typeof STRIPE_CALL_STATES)[number];

/** States that may still become another. */
export const OPEN_CALL_STATES = ['pending', 'needs_review'] as const satisfies readonly StripeCallState[];

const FIRST_LOOK_MS = 30_000;
/** Two hours after it was asked for. */
const LOOKS_MAX = 8;
/** Three weeks after: what banks take, and more. */
const LOOKS_ON_ITS_WAY_MAX = 33;

/** How long it is until a look after a call: twice as long each time, and a day at most. */
export function pauseBefore(look: number): number {
  return Math.min(FIRST_LOOK_MS * 2 ** (look - 1), DAY_MS);
}

/** Whether a person must look, and no job any more. */
export function isLastLook(look: number, isOnItsWay: boolean): boolean {
  return look >= (isOnItsWay ? LOOKS_ON_ITS_WAY_MAX : LOOKS_MAX);
}

/** Refusals that say nothing about what was asked: a setting of ours, or a request that we changed. */
const OUR_MISTAKES: ReadonlySet<string> = new Set([
  'authentication_failed',
  'permission_denied',
  'idempotency_error',
  'not_modelled_by_stand_in',
  'parameter_unknown',
  'unexpected_status',
]);

export function isOurMistake(failureCode: string): boolean {
  return OUR_MISTAKES.has(failureCode);
}

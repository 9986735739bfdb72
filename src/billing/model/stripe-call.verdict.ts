import { unless, type Issue } from '../../kernel/issue.js';
import { MINUTE_MS, type Instant } from '../../kernel/time.js';
import type { StripeCallState } from './stripe-call.js';

/** What somebody who looked at Stripe says of a call of which nothing is known. */
export const VERDICTS = ['made', 'again', 'given_up'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What Stripe itself says of it, asked before anybody is believed. */
export type Evidence =
  /** It was made, and is booked. */
  | { readonly kind: 'made'; readonly stripeId: string }
  /** Nothing of it is there, or Stripe has no way to look for it: people know. */
  | { readonly kind: 'nothing' }
  /** Something else is there than was said, or something that has not ended. */
  | { readonly kind: 'otherwise'; readonly failureCode: string }
  | { readonly kind: 'silent'; readonly failureCode: string };

export interface JudgedCall {
  readonly status: StripeCallState;
  /** When it was last asked or noted. */
  readonly updatedAt: Instant;
  /** Made twice it does no harm, and never made it helps nobody. */
  readonly isRenewed: boolean;
}

export type VerdictRejection =
  | { readonly code: 'WRONG_STATE'; readonly state: string; readonly message: string }
  | { readonly code: 'VERDICT_NOT_POSSIBLE'; readonly accepted: Verdict; readonly message: string }
  | { readonly code: 'STRIPE_SAYS_OTHERWISE'; readonly failureCode: string; readonly message: string };

/** Longer than Stripe is waited for, all attempts of the SDK together. */
const ASKING_MS = 2 * MINUTE_MS;
const STRIPE_ID = /^[\w-]{3,255}$/;

/** What of a verdict can be told wrong before anything is looked at. */
export function checkVerdict(verdict: Verdict, stripeId: string | null): readonly Issue[] {
  const accepted = 'Stripe’s id of what was made, such as pi_…, with MADE; nothing with AGAIN and GIVEN_UP';
  const isGiven = stripeId !== null && STRIPE_ID.test(stripeId);
  const isRight = verdict === 'made' ? isGiven : stripeId === null;
  return unless(isRight, { field: 'stripeId', reason: 'does not go with the verdict', accepted });
}

/** Whether a call may be judged at all: its state, then that nobody is asking, then its kind. */
export function refuseVerdict(call: JudgedCall, verdict: Verdict, now: Instant): VerdictRejection | null {
  const { status, updatedAt, isRenewed } = call;
  if (status !== 'needs_review') return { code: 'WRONG_STATE', state: status, message: `the call is ${status}: there is nothing to say about it` };
  if (now < updatedAt + ASKING_MS) {
    // An answer may still come: whoever believes that nothing was made would have it made twice.
    return { code: 'WRONG_STATE', state: 'asking', message: 'Stripe was asked less than two minutes ago: look again after that' };
  }
  if (isRenewed && verdict !== 'again') {
    const message = 'made twice it does no harm, and without it nothing goes on: it can only be asked for again';
    return { code: 'VERDICT_NOT_POSSIBLE', accepted: 'again', message };
  }
  return null;
}

/** A word is believed as far as Stripe does not know better. */
export function refuseAgainst(evidence: Evidence): VerdictRejection | null {
  switch (evidence.kind) {
    case 'made':
    case 'nothing':
      return null;
    case 'otherwise':
      return { code: 'STRIPE_SAYS_OTHERWISE', failureCode: evidence.failureCode, message: 'Stripe has something else than that, or it is not over there' };
    case 'silent':
      return { code: 'STRIPE_SAYS_OTHERWISE', failureCode: evidence.failureCode, message: 'Stripe does not answer, so that nobody can be believed yet' };
  }
}

import { assertNever } from '../../../../kernel/assert.js';
import type { DeskAnswer, StandInDesk } from '../../../application/stand-in/stand-in-desk.js';
import type { FaultEffect, PlannedFault, PlannedHappening } from '../../../model/stand-in.js';
import { MICRO_USD_PER_CENT } from '../../../model/top-up.js';
import { failBankPayout, restrict, satisfy } from './account.life.js';
import { closeDispute, openDispute, reviewDispute } from './dispute.operations.js';
import type { Fault, FaultQueue } from './fault-queue.js';
import type { Happening } from './operation.js';
import { failRefund } from './refund.operations.js';
import type { ApiResponse, StandInApi } from './stand-in.api.js';
import { viewOf } from './stand-in.view.js';
import type { StandInStore } from './store.js';
import type { WebhookDelivery } from './webhook-delivery.js';

export interface DeskParts {
  readonly operations: readonly string[];
  readonly api: StandInApi;
  readonly store: StandInStore;
  readonly faults: FaultQueue;
  readonly delivery: WebhookDelivery;
  readonly onError: (error: Error) => void;
}

/** What a seller is asked for when its account is restricted. */
const MISSING = ['company.tax_id'];

/** The stand-in as whoever tries what goes wrong has it before them. */
export function standInDesk({ operations, api, store, faults, delivery, onError }: DeskParts): StandInDesk {
  return {
    operations,
    look: () => viewOf({ operations, store, faults, delivery }),
    fail: (fault) => faults.add(faultOf(fault)),
    clearFaults: () => faults.clear(),
    finish: async (paymentId, outcome) => answerOf(await api.finish(paymentId, outcome)),
    happen: async (event) => answerOf(await api.happen(happeningOf(event))),
    hold: () => delivery.hold(),
    release: (order, times) => delivery.release(order, times),
    resend: (eventId) => {
      if (!delivery.knows(eventId)) return false;
      delivery.redeliver(eventId).catch(onError);
      return true;
    },
  };
}

function faultOf({ operation, effect, status, when, times }: PlannedFault): Fault {
  return { ...effectOf(effect, status), when, times, ...(operation === null ? {} : { operation }) };
}

function effectOf(effect: FaultEffect, status: number | null): Fault {
  switch (effect) {
    case 'status':
      return { status: status ?? 500 };
    case 'no_answer':
      return { timeout: true };
    case 'cut':
      return { reset: true };
    default:
      return assertNever(effect);
  }
}

function happeningOf({ happening, subject, amount }: PlannedHappening): Happening {
  const part = amount === null ? undefined : Number(amount / MICRO_USD_PER_CENT);
  switch (happening) {
    case 'dispute_opened':
      return openDispute(subject, part);
    case 'dispute_reviewed':
      return reviewDispute(subject);
    case 'dispute_won':
      return closeDispute(subject, 'won');
    case 'dispute_lost':
      return closeDispute(subject, 'lost', part);
    case 'refund_failed':
      return failRefund(subject);
    case 'account_restricted':
      return (context) => restrict(subject, MISSING, context);
    case 'account_satisfied':
      return (context) => satisfy(subject, context);
    case 'bank_payout_failed':
      return (context) => failBankPayout(subject, context);
    default:
      return assertNever(happening);
  }
}

/** A card that is declined has happened, too. */
function answerOf({ status, body }: ApiResponse): DeskAnswer {
  if (status === 200 || status === 402) return { kind: 'done' };
  const { error } = body as { readonly error: { readonly code?: string; readonly message?: string } };
  return error.code === 'resource_missing' ? { kind: 'unknown' } : { kind: 'refused', message: error.message ?? 'it is refused' };
}

import type { Stripe } from 'stripe';
import type { Instant } from '../../../../kernel/time.js';
import {
  SHOWN_MAX,
  type SetFault,
  type StandInAccount,
  type StandInDispute,
  type StandInEvent,
  type StandInPayment,
  type StandInRefund,
  type StandInView,
} from '../../../model/stand-in.js';
import { ORGANIZATION_KEY, TOP_UP_KEY } from '../stripe.payment.js';
import type { StoredCoreEvent, StoredEvent } from './collections.js';
import type { Fault, FaultQueue } from './fault-queue.js';
import type { StandInStore } from './store.js';
import type { WebhookDelivery } from './webhook-delivery.js';

export interface ViewParts {
  readonly operations: readonly string[];
  readonly store: StandInStore;
  readonly faults: FaultQueue;
  readonly delivery: WebhookDelivery;
}

/** What is shown of the stand-in, newest first and no more than {@link SHOWN_MAX} of a kind. */
export function viewOf({ operations, store, faults, delivery }: ViewParts): StandInView {
  const payments = newest(store.list('payment_intents'));
  const isWaiting = ({ status }: Stripe.PaymentIntent): boolean => status === 'processing' || status === 'requires_action';
  return {
    operations,
    faults: faults.list().map(({ fault, left }) => faultOf(fault, left)),
    isHolding: delivery.isHolding,
    eventsWaiting: delivery.waiting().length,
    events: eventsOf(store),
    waitingPayments: payments.filter(isWaiting).slice(0, SHOWN_MAX).map(paymentOf),
    paidPayments: payments.filter((intent) => isDisputable(intent, store)).slice(0, SHOWN_MAX).map(paymentOf),
    disputes: newest(store.list('disputes')).slice(0, SHOWN_MAX).map(disputeOf),
    refunds: newest(store.list('refunds')).slice(0, SHOWN_MAX).map(refundOf),
    accounts: newest(store.list('accounts')).slice(0, SHOWN_MAX).map(accountOf),
  };
}

const newest = <Value>(values: readonly Value[]): readonly Value[] => values.toReversed();

const at = (seconds: number): Instant => (seconds * 1_000) as Instant;

const idOf = (named: string | { readonly id: string } | null): string | null => (named !== null && typeof named === 'object' ? named.id : named);

function isDisputable({ status, latest_charge }: Stripe.PaymentIntent, store: StandInStore): boolean {
  const charge = status === 'succeeded' ? store.get('charges', idOf(latest_charge) ?? '') : undefined;
  return charge !== undefined && !charge.disputed && charge.amount_refunded < charge.amount;
}

function faultOf(fault: Fault, left: number): SetFault {
  const { operation = null, when = 'before', times = 1 } = fault;
  const effect = 'status' in fault ? 'status' : 'reset' in fault ? 'cut' : 'no_answer';
  return { operation, effect, status: 'status' in fault ? fault.status : null, when, times, left };
}

function eventsOf(store: StandInStore): readonly StandInEvent[] {
  return newest(store.list('deliveries'))
    .map(({ id, state, attempts }) => {
      const event = store.get('events', id) ?? store.get('core_events', id);
      return event === undefined ? null : { ...factsOf(event), state, attempts };
    })
    .filter((event) => event !== null)
    .slice(0, SHOWN_MAX);
}

function factsOf(event: StoredEvent | StoredCoreEvent): Omit<StandInEvent, 'state' | 'attempts'> {
  const { id: eventId, type } = event;
  if (event.object === 'v2.core.event') {
    return { eventId, type, subject: event.related_object?.id ?? null, createdAt: Date.parse(event.created) as Instant };
  }
  const { id } = event.data.object as { readonly id?: string };
  return { eventId, type, subject: id ?? null, createdAt: at(event.created) };
}

function paymentOf({ id, metadata, amount, status, created }: Stripe.PaymentIntent): StandInPayment {
  const { [ORGANIZATION_KEY]: organizationId = null, [TOP_UP_KEY]: topUpId = null } = metadata;
  return { paymentId: id, organizationId, topUpId, cents: BigInt(amount), state: status, createdAt: at(created) };
}

function disputeOf({ id, payment_intent, amount, status, created }: Stripe.Dispute): StandInDispute {
  const isOpen = status !== 'won' && status !== 'lost';
  return { disputeId: id, paymentId: idOf(payment_intent), cents: BigInt(amount), state: status, isOpen, createdAt: at(created) };
}

function refundOf({ id, payment_intent, amount, status, created }: Stripe.Refund): StandInRefund {
  return { refundId: id, paymentId: idOf(payment_intent), cents: BigInt(amount), state: status ?? 'succeeded', createdAt: at(created) };
}

function accountOf({ id, metadata, capabilities, requirements }: Stripe.Account): StandInAccount {
  const needs = requirements?.currently_due ?? [];
  return { accountId: id, organizationId: metadata?.[ORGANIZATION_KEY] ?? null, isPayable: capabilities?.transfers === 'active', needs };
}

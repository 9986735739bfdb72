import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { listAnswer } from './listing.js';
import { PASSED, firstRefusal, type Answer, type Call, type Happening, type Operation, type OperationTable } from './operation.js';
import type { UnitOfWork } from './unit-of-work.js';

type CreateParams = Stripe.Billing.MeterCreateParams;
type SummaryParams = Stripe.Billing.MeterListEventSummariesParams;

const EVENT_NAME_MAX = 100;
const MINUTE = 60;
const SECONDS: ReadonlyMap<string | undefined, number> = new Map([['hour', 3_600], ['day', 86_400]]);

/** https://docs.stripe.com/api/billing/meter/create */
const createMeter: Operation<CreateParams> = {
  modelled: ['customer_mapping', 'default_aggregation', 'display_name', 'event_name', 'expand', 'value_settings'],
  handle: create,
};

const listMeters: Operation<Stripe.Billing.MeterListParams> = {
  modelled: ['ending_before', 'expand', 'limit', 'starting_after', 'status'],
  handle: ({ params, work }) => {
    const { status } = params;
    const all = work.newest('meters').filter((one) => status === undefined || one.status === status);
    return listAnswer(all, params, { url: '/v1/billing/meters', kind: 'billing.meter' });
  },
};

/** https://docs.stripe.com/api/billing/meter-event-summary/list */
const listEventSummaries: Operation<SummaryParams> = {
  modelled: ['customer', 'end_time', 'ending_before', 'expand', 'limit', 'start_time', 'starting_after', 'value_grouping_window'],
  handle: summarize,
};

export const METER_OPERATIONS: OperationTable = {
  'billing.meters.create': createMeter,
  'billing.meters.list': listMeters,
  'billing.meters.listEventSummaries': listEventSummaries,
};

function create({ params, work, make }: Call<CreateParams>): Answer {
  const { display_name, event_name, default_aggregation, customer_mapping, value_settings } = params;
  const refused = firstRefusal(
    () => (event_name.length <= EVENT_NAME_MAX ? PASSED : invalidRequest(null, `An event name has at most ${EVENT_NAME_MAX} characters.`, 'event_name')),
    () => (activeMeter(event_name, work) === undefined ? PASSED : invalidRequest(null, `There is already an active meter with the event name ${event_name}.`, 'event_name')),
    () => (default_aggregation.formula === 'sum' ? PASSED : invalidRequest('not_modelled_by_stand_in', 'The local stand-in models sums.', 'default_aggregation')),
  );
  if (refused !== null) return refused;
  const meter: Stripe.Billing.Meter = {
    ...make.fixture<Stripe.Billing.Meter>('billing.meter'),
    ...{ id: work.id('mtr_test'), created: work.now, updated: work.now, livemode: false, display_name, event_name },
    default_aggregation: { formula: default_aggregation.formula },
    customer_mapping: customer_mapping ?? { type: 'by_id', event_payload_key: 'stripe_customer_id' },
    value_settings: value_settings ?? { event_payload_key: 'value' },
  };
  work.put('meters', meter);
  work.emit('billing.meter.created', meter);
  return ok(meter);
}

export function activeMeter(eventName: string, work: UnitOfWork): Stripe.Billing.Meter | undefined {
  return work.newest('meters').find(({ event_name: name, status }) => name === eventName && status === 'active');
}

/** In the dashboard: from now on it takes nothing. */
export function archiveMeter(eventName: string): Happening {
  return ({ work }) => {
    const meter = activeMeter(eventName, work);
    if (meter === undefined) return missingResource('billing.meter', eventName, 'id', 404);
    const archived: Stripe.Billing.Meter = { ...meter, status: 'inactive', status_transitions: { deactivated_at: work.now }, updated: work.now };
    work.put('meters', archived);
    work.emit('billing.meter.deactivated', archived);
    return ok(archived);
  };
}

function summarize({ id, params, work }: Call<SummaryParams>): Answer {
  const { customer, start_time: from, end_time: until } = params;
  const meter = work.get('meters', id);
  if (meter === undefined) return missingResource('billing.meter', id, 'id', 404);
  if (work.get('customers', customer) === undefined) return missingResource('customer', customer, 'customer');
  const seconds = SECONDS.get(params.value_grouping_window) ?? null;
  const aligned = firstRefusal(() => alignedTo(from, seconds, 'start_time'), () => alignedTo(until, seconds, 'end_time'));
  if (aligned !== null) return aligned;
  const used = usedOf(meter, customer, work).filter(({ timestamp }) => timestamp >= from && timestamp < until);
  const startOf = (timestamp: number): number => (seconds === null ? from : Math.floor(timestamp / seconds) * seconds);
  const starts = [...new Set(used.map(({ timestamp }) => startOf(timestamp)))].sort((a, b) => b - a);
  const summaries = starts.map((start_time): Stripe.Billing.MeterEventSummary => ({
    ...{ id: `mtrusg_${id.slice(-12)}${customer.slice(-12)}${start_time}`, object: 'billing.meter_event_summary', livemode: false },
    ...{ meter: id, start_time, end_time: seconds === null ? until : start_time + seconds },
    aggregated_value: used.filter(({ timestamp }) => startOf(timestamp) === start_time).reduce((sum, { value }) => sum + value, 0),
  }));
  return listAnswer(summaries, params, { url: `/v1/billing/meters/${id}/event_summaries`, kind: 'billing.meter_event_summary' });
}

function usedOf(
  { event_name: name, customer_mapping: { event_payload_key: customerKey }, value_settings: { event_payload_key: valueKey } }: Stripe.Billing.Meter,
  customer: string,
  work: UnitOfWork,
): readonly { readonly timestamp: number; readonly value: number }[] {
  return work
    .newest('meter_events')
    .filter(({ counted, event }) => counted && event.event_name === name && event.payload[customerKey] === customer)
    .map(({ event: { timestamp, payload } }) => ({ timestamp, value: Number(payload[valueKey]) }));
}

function alignedTo(time: number, seconds: number | null, param: string): Result<unknown, ApiError> {
  return time % (seconds ?? MINUTE) === 0 ? PASSED : invalidRequest(null, `'${param}' must be aligned with the boundaries of its window.`, param);
}

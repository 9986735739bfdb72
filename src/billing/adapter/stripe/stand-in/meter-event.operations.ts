import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, type ApiError } from './api-error.js';
import { activeMeter } from './meter.operations.js';
import { PASSED, firstRefusal, type Answer, type Call, type Operation, type OperationTable } from './operation.js';
import type { UnitOfWork } from './unit-of-work.js';

type CreateParams = Stripe.Billing.MeterEventCreateParams;

const DAY = 86_400;
const PAST_MAX = 35 * DAY;
const AHEAD_MAX = 5 * 60;
const IDENTIFIER_MAX = 100;
const WHOLE = /^-?\d{1,15}$/;

/** https://docs.stripe.com/api/billing/meter-event/create */
const createMeterEvent: Operation<CreateParams> = {
  modelled: ['event_name', 'expand', 'identifier', 'payload', 'timestamp'],
  handle: create,
};

export const METER_EVENT_OPERATIONS: OperationTable = { 'billing.meter_events.create': createMeterEvent };

/** What is wrong with the request is said at once; whether there is such a meter and customer, Stripe finds out later. */
function create({ params, work, make }: Call<CreateParams>): Answer {
  const { event_name, payload, identifier = work.id('mtre'), timestamp = work.now } = params;
  const refused = firstRefusal(
    () => (identifier.length <= IDENTIFIER_MAX ? PASSED : invalidRequest(null, `An identifier has at most ${IDENTIFIER_MAX} characters.`, 'identifier')),
    () => inReach(timestamp, work),
    () => unheardOf(identifier, work),
    () => wholePayload(params, work),
  );
  if (refused !== null) return refused;
  const event: Stripe.Billing.MeterEvent = {
    ...make.fixture<Stripe.Billing.MeterEvent>('billing.meter_event'),
    ...{ created: work.now, event_name, identifier, livemode: false, payload, timestamp },
  };
  const fault = faultOf(event, work);
  const before = work.get('meter_events', identifier);
  if (before !== undefined) work.put('meter_events', { ...before, id: work.id('mtrev') });
  work.put('meter_events', { id: identifier, event, counted: fault === null });
  if (fault !== null) report(event, fault, work);
  return ok(event);
}

function inReach(timestamp: number, { now }: UnitOfWork): Result<unknown, ApiError> {
  if (timestamp < now - PAST_MAX) {
    return invalidRequest('timestamp_too_far_in_past', 'The timestamp must be within the past 35 calendar days.', 'timestamp');
  }
  return timestamp <= now + AHEAD_MAX ? PASSED : invalidRequest('timestamp_in_future', 'The timestamp is more than 5 minutes in the future.', 'timestamp');
}

/** Stripe gives this refusal no code. */
function unheardOf(identifier: string, work: UnitOfWork): Result<unknown, ApiError> {
  const known = work.get('meter_events', identifier);
  const isKnown = known !== undefined && work.now - known.event.created < DAY;
  return isKnown ? invalidRequest(null, `An event already exists with identifier ${identifier}.`) : PASSED;
}

function wholePayload({ event_name, payload }: CreateParams, work: UnitOfWork): Result<unknown, ApiError> {
  const meter = activeMeter(event_name, work);
  if (meter === undefined) return PASSED;
  const { customer_mapping: { event_payload_key: customerKey }, value_settings: { event_payload_key: valueKey } } = meter;
  if (payload[customerKey] === undefined) {
    return invalidRequest('meter_event_no_customer_defined', `Customer mapping key ${customerKey} not found in payload.`, 'payload');
  }
  if (payload[valueKey] === undefined) return invalidRequest('meter_event_value_not_found', `Value key ${valueKey} not found in payload.`, 'payload');
  return WHOLE.test(payload[valueKey]) ? PASSED : invalidRequest('meter_event_invalid_value', 'The value must be a whole number.', 'payload');
}

interface Fault {
  readonly code: 'archived_meter' | 'meter_event_customer_not_found' | 'no_meter';
  readonly meterId: string | null;
}

function faultOf({ event_name: name, payload }: Stripe.Billing.MeterEvent, work: UnitOfWork): Fault | null {
  const meter = activeMeter(name, work);
  if (meter === undefined) {
    const archived = work.newest('meters').find((one) => one.event_name === name);
    return archived === undefined ? { code: 'no_meter', meterId: null } : { code: 'archived_meter', meterId: archived.id };
  }
  const customer = payload[meter.customer_mapping.event_payload_key] ?? '';
  return work.get('customers', customer) === undefined ? { code: 'meter_event_customer_not_found', meterId: meter.id } : null;
}

/** https://docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api#handle-meter-event-errors */
function report({ identifier }: Stripe.Billing.MeterEvent, { code, meterId }: Fault, work: UnitOfWork): void {
  const at = new Date(work.now * 1_000).toISOString();
  const sample = { error_message: `The event was not counted: ${code}`, request: { identifier } };
  work.notify({
    type: meterId === null ? 'v1.billing.meter.no_meter_found' : 'v1.billing.meter.error_report_triggered',
    related_object: meterId === null ? null : { id: meterId, type: 'billing.meter', url: `/v1/billing/meters/${meterId}` },
    data: {
      developer_message_summary: 'There is 1 invalid event',
      reason: { error_count: 1, error_types: [{ code, error_count: 1, sample_errors: [sample] }] },
      ...{ validation_start: at, validation_end: at },
    },
  });
}

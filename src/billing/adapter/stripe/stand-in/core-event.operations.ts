import type { Stripe } from 'stripe';
import { ok } from '../../../../kernel/result.js';
import { missingResource } from './api-error.js';
import type { Operation, OperationTable } from './operation.js';

/** https://docs.stripe.com/api/v2/core/events/retrieve: with what its notification left out. */
const retrieveCoreEvent: Operation<Stripe.V2.Core.EventRetrieveParams> = {
  modelled: [],
  handle: ({ id, work }) => {
    const event = work.get('core_events', id);
    return event === undefined ? missingResource('event', id, 'id', 404) : ok(event);
  },
};

export const CORE_EVENT_OPERATIONS: OperationTable = { 'v2.core.events.retrieve': retrieveCoreEvent };

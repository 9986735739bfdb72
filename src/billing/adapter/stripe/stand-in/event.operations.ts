import type { Stripe } from 'stripe';
import { ok } from '../../../../kernel/result.js';
import { missingResource } from './api-error.js';
import type { Operation, OperationTable } from './operation.js';

const retrieveEvent: Operation<Stripe.EventRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const event = work.get('events', id);
    return event === undefined ? missingResource('event', id, 'id', 404) : ok(event);
  },
};

export const EVENT_OPERATIONS: OperationTable = { 'events.retrieve': retrieveEvent };

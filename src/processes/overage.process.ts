import type { Books } from '../billing/contract.js';
import { systemContext } from '../eventstore/command-context.js';
import type { Subscription } from '../eventstore/subscription.js';
import { usageCodec } from '../metering/contract.js';
import { defineProcess } from './process.js';

/** What was used above a reservation is charged for; each revision says what is due in all. */
export function overageCharging(books: Books): Subscription {
  return defineProcess({
    name: 'overage-charging',
    category: 'usage',
    codec: usageCodec,
    react: ({ reservationId, hour, revision, holderId, providerId, overageAmount: total }) => {
      if (total === 0n) return null;
      const context = systemContext('charge-overage', `${reservationId} ${hour} ${revision}`);
      const overage = { holderId, providerId, reservationId, hour, total };
      return books.chargeOverage(overage, context);
    },
  });
}

import type { Handovers } from '../allocation/contract.js';
import type { Books } from '../billing/contract.js';
import { systemContext } from '../eventstore/command-context.js';
import type { CommandSubscription } from '../eventstore/subscription.js';
import { finalBefore, mixOf, usageCodec, usageEvidenceId, type UsageHourRated } from '../metering/contract.js';
import { defineProcess } from './process.js';

/**
 * What was used above a reservation is charged for; each revision says what is due in all, so that
 * one that is less than the one before gives money back. They are told in their order.
 */
export function overageCharging(handovers: Handovers, books: Books): CommandSubscription {
  return defineProcess({
    name: 'overage-charging',
    category: 'usage',
    codec: usageCodec,
    order: 'stream',
    react: (event) => (event.type === 'UsageHourRated' && mayChange(event) ? charge(handovers, books, event) : null),
  });
}

/** The first revision of an hour that costs nothing is no news. */
const mayChange = ({ revision, overageAmount }: UsageHourRated): boolean =>
  revision > 1 || overageAmount > 0n;

async function charge(handovers: Handovers, books: Books, rated: UsageHourRated): Promise<void> {
  const { reservationId, hour, revision, holderId, providerId, overageAmount: total, counts, tiers, terms, isConceded } = rated;
  const context = systemContext('charge-overage', `${reservationId} ${hour} ${revision}`);
  const evidence = usageEvidenceId(rated);
  const teamId = await handovers.teamOf(reservationId);
  const mix = mixOf({ counts, tiers, weights: terms.weights });
  const final = { finalBefore: finalBefore(hour) };
  await books.chargeOverage({ holderId, providerId, reservationId, hour, teamId, total, mix, evidence, isConceded, ...final }, context);
}

import { ledgerCodec, type Books } from '../billing/contract.js';
import { decodeShared } from '../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../eventstore/event.js';
import type { CommandSubscription } from '../eventstore/subscription.js';
import type { OrganizationId } from '../kernel/ids.js';

const CATEGORY = 'ledger';

/** A wallet that something was taken from may be low: one look for each, however much happened to it. */
export function automaticTopUps(books: Books): CommandSubscription {
  return {
    name: 'process:automatic-top-ups',
    kind: 'commands',
    handle: async (events) => {
      const owners = new Set(events.filter(touchesWallet).map(ownerOf));
      if (owners.size > 0) await books.topUpIfLow([...owners]);
      return owners.size > 0;
    },
  };
}

function touchesWallet(recorded: RecordedEvent): boolean {
  if (categoryOf(recorded.stream) !== CATEGORY) return false;
  return decodeShared(ledgerCodec, recorded).postings.some(({ account }) => account === 'wallet');
}

function ownerOf({ stream }: RecordedEvent): OrganizationId {
  return stream.slice(CATEGORY.length + 1) as OrganizationId;
}

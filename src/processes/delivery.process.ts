import { marketCodec, type Market } from '../allocation/contract.js';
import type { Books } from '../billing/contract.js';
import type { CommandSubscription } from '../eventstore/subscription.js';
import type { ReservationId } from '../kernel/ids.js';
import { defineProcess } from './process.js';

/**
 * Delivery is paid for from when the market says that it began: a hold that was lost and a reservation
 * that was given back never begin, so however late their money comes back, nobody was paid from it.
 */
export function deliveries(market: Market, books: Books): CommandSubscription {
  return defineProcess({
    name: 'deliveries',
    category: 'market',
    codec: marketCodec,
    react: (event) => {
      if (event.type !== 'ReservationActivated') return null;
      return begin(market, books, event.reservationId);
    },
  });
}

async function begin(market: Market, books: Books, reservationId: ReservationId): Promise<void> {
  // From the read model when the reservation is over already.
  const open = await market.reservation(reservationId);
  const known = open ?? (await market.entitlement(reservationId));
  if (known === null) throw new Error(`${reservationId} is not in the read model yet`);
  // What was handed over within an organization is delivered with what it was cut from.
  if (known.sellerId === known.holderId) return;
  await books.startDelivery(known.holderId, reservationId);
}

import {
  marketCodec,
  replacementsOf,
  termsFor,
  type Market,
  type Replacement,
  type ReservationCurtailed,
} from '../allocation/contract.js';
import type { Books } from '../billing/contract.js';
import type { CommandSubscription } from '../eventstore/subscription.js';
import { idInMarket, marketOf, type OrderId } from '../kernel/ids.js';
import { present } from '../kernel/assert.js';
import { fromSegments } from '../kernel/step-function.js';
import { nameUuid } from '../platform/ids/name-uuid.js';
import { defineProcess } from './process.js';

/**
 * A holder whose capacity was taken gets its price back, then the penalty, then the order that they
 * wanted in its place: so that the refund can pay for it.
 */
export function curtailments(market: Market, books: Books): CommandSubscription {
  return defineProcess({
    name: 'curtailments',
    category: 'market',
    codec: marketCodec,
    react: (event) => (event.type === 'ReservationCurtailed' ? follow(market, books, event) : null),
  });
}

async function follow(market: Market, books: Books, event: ReservationCurtailed): Promise<void> {
  const { reservationId, curtailmentId, holderId, providerId, quantity, penalty } = event;
  const lost = fromSegments(event.lost);
  if (!event.isTransfer) {
    await books.curtailEscrow(holderId, reservationId, { curtailmentId, quantity, lost });
  }
  if (penalty > 0n) {
    const { curtailedAt } = event;
    const facts = { reservationId, curtailmentId, holderId, curtailedAt, amount: penalty };
    await books.chargePenalty(providerId, facts);
  }
  for (const [index, replacement] of replacementsOf(event).entries()) {
    await rebook(market, books, { event, replacement, index });
  }
}

interface Attempt {
  readonly event: ReservationCurtailed;
  readonly replacement: Replacement;
  /** Place among those of the event. */
  readonly index: number;
}

async function rebook(market: Market, books: Books, { event, replacement, index }: Attempt): Promise<void> {
  const { reservationId, curtailmentId, holderId, rebooking } = event;
  const { refusal: foreseen, ...rectangle } = replacement;
  const marketId = present(marketOf(reservationId), 'market of a reservation');
  const unique = nameUuid('rebook', curtailmentId, reservationId, `${index}`);
  const orderId = idInMarket<OrderId>(marketId, unique);
  const wanted = present(rebooking, 'what is wanted instead');
  const order = { orderId, ...rectangle, ...termsFor(wanted, { quantity: rectangle.quantity, curtailedAt: event.curtailedAt }) };
  const refusal = foreseen ?? (await books.rebook(holderId, order));
  const { limitPrice } = order;
  const attempt = { curtailmentId, reservationId, holderId, orderId, ...rectangle, limitPrice };
  await market.recordRebooking({ ...attempt, refusal });
}

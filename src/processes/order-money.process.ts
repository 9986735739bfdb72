import { marketCodec } from '../allocation/contract.js';
import type { Books } from '../billing/contract.js';
import { systemContext } from '../eventstore/command-context.js';
import type { CommandSubscription } from '../eventstore/subscription.js';
import { defineProcess } from './process.js';

/**
 * Money that is set aside for orders follows what the market does with them: a fill takes its part
 * into escrow, and what is not needed any more comes back.
 */
export function orderMoney(books: Books): CommandSubscription {
  return defineProcess({
    name: 'order-money',
    category: 'market',
    codec: marketCodec,
    react: (event, { stream, version }) => {
      switch (event.type) {
        case 'OrderFilled':
          return books.captureFill(event.holderId, event);
        case 'OrderAmended':
        case 'AuctionBidWithdrawn':
        case 'OrderClosed': {
          const { buyerId, orderId, released: amount } = event;
          const isFinal = event.type !== 'OrderAmended';
          const context = systemContext('release-funds', `${stream} ${version}`);
          return books.releaseFunds(buyerId, { orderId, amount, isFinal }, context);
        }
        default:
          return null;
      }
    },
  });
}

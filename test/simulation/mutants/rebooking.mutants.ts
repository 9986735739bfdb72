import type { Books } from '../../../src/billing/contract.js';
import type { OrderId } from '../../../src/kernel/ids.js';
import type { UnitPrice } from '../../../src/kernel/money.js';
import type { Quantity } from '../../../src/kernel/quantity.js';
import { curtailments } from '../../../src/processes/curtailment.process.js';
import { eventsOf, type Mutant } from './mutant.js';

/** The process that follows curtailments, with books that place other orders. */
const placing = (changed: (books: Books) => Books['rebook']): Mutant['plant'] =>
  () => ({ curtailments: (market, books) => curtailments(market, { ...books, rebook: changed(books) } as Books) });

export const REBOOKING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a rebooking that is forgotten',
    breaks: 'a curtailment does not say what the holder wants in its place',
    promise: 'rebooking',
    plant: eventsOf((event) => (event.type === 'ReservationCurtailed' ? { ...event, rebooking: null } : event)),
    found: /wants another order in its place than is told/,
    within: 400,
  },
  {
    name: 'a rebooking that is placed twice',
    breaks: 'what was lost is ordered a second time under another name',
    promise: 'rebooking',
    plant: placing((books) => async (buyerId, order) => {
      const orderId = `${order.orderId}-again` as OrderId;
      await books.rebook(buyerId, { ...order, orderId });
      return books.rebook(buyerId, order);
    }),
    found: /is ordered in place of nothing that was lost/,
    within: 400,
  },
  {
    name: 'a rebooking above its limit',
    breaks: 'what was lost is ordered at a micro-USD more than its holder named',
    promise: 'rebooking',
    plant: placing((books) => (buyerId, order) => {
      return books.rebook(buyerId, { ...order, limitPrice: (order.limitPrice + 1n) as UnitPrice });
    }),
    found: /is another order than \S+ wanted/,
    within: 400,
  },
  {
    name: 'a rebooking without its least',
    breaks: 'what was lost is ordered so that any part of it will do, whatever its holder said',
    promise: 'rebooking',
    plant: placing((books) => (buyerId, order) => books.rebook(buyerId, { ...order, minimumFill: 1n as Quantity })),
    found: /is another order than \S+ wanted/,
    within: 400,
  },
];

import type { Market } from '../allocation/contract.js';
import type { Books } from '../billing/contract.js';
import type { CommandSubscription } from '../eventstore/subscription.js';
import { serviceCodec, type ServiceHourJudged } from '../metering/contract.js';
import { defineProcess } from './process.js';

/**
 * An hour that missed what was promised is worth less to everybody who sold it: each sale on the way
 * to who was served gives back the same share of its own price. A revision says what has changed.
 */
export function serviceCredits(market: Market, books: Books): CommandSubscription {
  return defineProcess({
    name: 'service-credits',
    category: 'slo',
    codec: serviceCodec,
    react: (event) => {
      if (event.type !== 'ServiceHourJudged' || !isChanged(event)) return null;
      return follow(market, books, event);
    },
  });
}

function isChanged({ credit, creditBefore }: ServiceHourJudged): boolean {
  return credit.share !== creditBefore.share || credit.area !== creditBefore.area;
}

async function follow(market: Market, books: Books, event: ServiceHourJudged): Promise<void> {
  const { reservationId: servedId, hour, revision, creditBefore: before, credit: now } = event;
  const sales = await market.salesOf(servedId);
  if (sales === null) throw new Error(`${servedId} is not in the read model yet`);
  for (const sale of sales) {
    await books.creditHour({ sale, servedId, hour, revision, before, now });
  }
}

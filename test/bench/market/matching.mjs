// Orders/s decided and folded in memory, beside nodejs-order-book on the same seeded orders, by turns.
// That book keeps no log and knows no windows: to it every order is of the same hour. Counted by CPU time,
// which other work on the machine disturbs less.
import { median, ratio } from '../measure.mjs';
import { importPeer } from '../peers.mjs';
import { openMarket, seededOrders, toCommand } from './orders.mjs';

const ORDERS = 40_000;
const KINDS = { plain: 1, windows: 168 };
const WARM_UPS = 3;

function ours(commands) {
  const market = openMarket();
  const started = process.cpuUsage();
  for (const command of commands) market.send(command);
  return { perSecond: perSecond(commands, started), fills: market.fills, events: market.events };
}

function theirs(OrderBook, orders) {
  const book = new OrderBook();
  let fills = 0;
  const started = process.cpuUsage();
  for (const order of orders) {
    if (order.kind === 'cancel') {
      book.cancel(order.id);
      continue;
    }
    const { side, id, size, price } = order;
    const { done, partial } = book.limit({ side, id, size, price, accountId: side });
    fills += done.length + (partial === null ? 0 : 1);
  }
  return { perSecond: perSecond(orders, started), fills };
}

function perSecond({ length }, started) {
  const { user, system } = process.cpuUsage(started);
  return Math.round((length / (user + system)) * 1_000_000);
}

export async function run({ rounds }) {
  const { OrderBook } = (await importPeer('nodejs-order-book')).default;
  const [ratios, figures] = [{}, {}];
  for (const [name, windows] of Object.entries(KINDS)) {
    const quotients = [];
    const got = { ours: [], peer: [] };
    for (let round = 1 - WARM_UPS; round <= rounds; round += 1) {
      const orders = seededOrders({ count: ORDERS, windows, seed: Math.abs(round) });
      const commands = orders.map(toCommand);
      const [mine, peer] = [ours(commands), theirs(OrderBook, orders)];
      if (round < 1) continue;
      quotients.push(mine.perSecond / peer.perSecond);
      got.ours.push(mine.perSecond);
      got.peer.push(peer.perSecond);
      console.log(`${name} ${round}: ours ${mine.perSecond}/s (${mine.fills} fills), nodejs-order-book ${peer.perSecond}/s`);
    }
    ratios[`matching ${name}/nodejs-order-book`] = ratio(median(quotients), 1);
    figures[`matching ${name} ours/s`] = median(got.ours);
    figures[`matching ${name} nodejs-order-book/s`] = median(got.peer);
  }
  return { ratios, figures };
}

// Act 3: two startups want what nobody offers at their price. They wait, and are served in their turn.
import { costOf, giveOut } from './arithmetic.mjs';
import { check, checkSoon } from './check.mjs';
import { list, WAFER_HOUSE_PRICE } from './providers.act.mjs';
import { chapter, count, rate, say, usd } from './say.mjs';
import { hoursText, MARKET_ID } from './stage.mjs';

/** Tomorrow's working hours; most of the story is about them. */
export const TOMORROW = { from: 24, to: 32, hours: 8n };
const BID = 1_800n;
const RAISED = 1_944n;
const SUPPLY_PRICE = 1_728n;
const SUPPLIES = [800n, 200n];

export async function waitInLine(stage, switchyard) {
  chapter('3. Two startups wait for a better price, and are served in order');
  const hours = hoursText(stage.window(TOMORROW.from, TOMORROW.to));
  say(`for tomorrow, ${hours}, ${rate(WAFER_HOUSE_PRICE)} is asked; they want to pay less`);
  const nightShift = await stage.signUpBuyer('Night Shift', 20);
  const paperTrail = await stage.signUpBuyer('Paper Trail', 25);
  const first = await bid(stage, nightShift, 400n);
  const second = await bid(stage, paperTrail, 600n);
  await place(first, 1, 0n);
  const before = await place(second, 2, first.quantity);
  await raise(stage, second);
  await place(second, 1, 0n);
  const after = await place(first, 2, second.quantity);
  const sales = [];
  for (const supply of SUPPLIES) {
    sales.push(...(await serveWaiting(stage, switchyard, { waiting: [first, second], supply })));
  }
  const positions = { paperTrail: [before, 1], nightShift: [1, after] };
  return { nightShift, paperTrail, sales, told: toldOf(sales, positions) };
}

function toldOf(sales, positions) {
  const sum = (of) => sales.reduce((all, sale) => all + of(sale), 0n).toString();
  return {
    positions,
    filledTokensPerSecond: sum(({ quantity }) => quantity),
    amountMicroUsd: sum(({ amount }) => amount),
  };
}

async function bid(stage, party, quantity) {
  const { order } = await party.client.mutate(
    'placeOrder',
    {
      marketId: MARKET_ID,
      window: stage.window(TOMORROW.from, TOMORROW.to),
      quantity: quantity.toString(),
      limitPrice: BID.toString(),
    },
    'order { orderId status remaining unspent }',
  );
  const { orderId, ...told } = order;
  const amount = costOf(quantity, TOMORROW.hours, BID);
  check(`${party.name}'s bid`, told, { status: 'RESTING', remaining: quantity, unspent: amount });
  stage.books.setAside(party, amount);
  await stage.checkWallet(party);
  say(`${party.name} bids for ${quantity} tokens/s at up to ${rate(BID)}; ${usd(amount)} is set aside`);
  return { party, orderId, quantity, limit: BID };
}

/** Where a bid stands. */
async function place({ party, orderId }, position, quantityAhead) {
  const query = 'query($id: ID!) { waitlistPosition(orderId: $id) { position quantityAhead } }';
  const { waitlistPosition } = await party.client.ask(query, { id: orderId });
  check(`${party.name}'s place`, waitlistPosition, { position, quantityAhead });
  const ahead = quantityAhead === 0n ? 'nobody before it' : `${quantityAhead} tokens/s before it`;
  say(`${party.name} is number ${position} on the waitlist, with ${ahead}`);
  return position;
}

async function raise(stage, waiting) {
  const { party, orderId, quantity } = waiting;
  const input = { orderId, quantity: quantity.toString(), limitPrice: RAISED.toString() };
  const { order } = await party.client.mutate('amendOrder', input, 'order { status unspent }');
  const amount = costOf(quantity, TOMORROW.hours, RAISED);
  check(`${party.name}'s raised bid`, order, { status: 'RESTING', unspent: amount });
  stage.books.setAside(party, amount - costOf(quantity, TOMORROW.hours, BID));
  await stage.checkWallet(party);
  waiting.limit = RAISED;
  say(`${party.name} raises its bid to ${rate(RAISED)}: who pays more comes first`);
}

/** New supply reaches those who wait, each at the price it waited with. */
async function serveWaiting(stage, switchyard, { waiting, supply }) {
  const window = stage.window(TOMORROW.from, TOMORROW.to);
  const { poolId } = switchyard;
  const listingId = await list(switchyard, { poolId, window, quantity: supply, unitPrice: SUPPLY_PRICE });
  const sales = [];
  for (const { got, limit, party, orderId } of giveOut(waiting, supply)) {
    if (got === 0n) continue;
    const amount = costOf(got, TOMORROW.hours, limit);
    const [{ reservationId, ...bought }] = await stage.boughtFrom(party, listingId);
    check(`what ${party.name} got`, bought, { listingId, quantity: got, unitPrice: limit, amount });
    const one = waiting.find((other) => other.orderId === orderId);
    one.quantity -= got;
    const sale = stage.books.fill({ buyer: party, seller: switchyard, amount });
    sales.push(Object.assign(sale, { reservationId, quantity: got, unitPrice: limit }));
    await stage.checkWallet(party);
    say(`  ${party.name} gets ${count(got)} of them for ${usd(amount)}, at the ${rate(limit)} it bid`);
    if (one.quantity > 0n) await place(one, 1, 0n);
    else await isFilled(one);
  }
  return sales;
}

async function isFilled({ party, orderId }) {
  const ask = async () => {
    const { edges } = (await party.client.ask('{ orders(first: 50) { edges { node { orderId status } } } }')).orders;
    return edges.find(({ node }) => node.orderId === orderId)?.node.status;
  };
  await checkSoon(`the end of ${party.name}'s wait`, ask, 'FILLED');
}

// Act 4: a sealed auction. Everybody who wins pays the highest price that was refused.
import { clearingPriceOf, costOf, giveOut } from './arithmetic.mjs';
import { check, checkSoon } from './check.mjs';
import { chapter, count, rate, say, usd } from './say.mjs';
import { iso } from './stage.mjs';
import { TOMORROW } from './waitlist.act.mjs';

const LOT = 1_000n;
const RESERVE_PRICE = 1_260n;
/** Hours into the story: after the requests, and before what is resold begins. */
const CLOSES_AT = 1.5;

export async function auction(stage, switchyard, { startup, nightShift, paperTrail }) {
  chapter(`4. An auction of ${count(LOT)} tokens/s for the same hours, with sealed bids`);
  const listingId = await open(stage, switchyard);
  const secondOpinion = await stage.signUpBuyer('Second Opinion', 10);
  const bids = [
    { party: startup, quantity: 400n, limit: 2_016n },
    { party: nightShift, quantity: 300n, limit: 1_908n },
    { party: paperTrail, quantity: 300n, limit: 1_728n },
    { party: secondOpinion, quantity: 400n, limit: 1_512n },
  ];
  for (const one of bids) await bid(stage, listingId, one);
  await sellerSees(switchyard, listingId, { state: 'OPEN', clearingPrice: null, quantitySold: null, bids: null });
  say(`${bids.length} bids are in, and not even Switchyard sees how many`);
  await stage.passTime(stage.at(CLOSES_AT), 'the auction closes');
  const given = giveOut(bids, LOT);
  const price = clearingPriceOf(given, RESERVE_PRICE);
  await sellerSees(switchyard, listingId, {
    ...{ state: 'CLEARED', clearingPrice: price, quantitySold: LOT, bids: bids.length },
  });
  say(`cleared at ${rate(price)}, the highest price that was refused; all winners pay it`);
  const sales = [];
  let returned = 0n;
  for (const one of given) {
    const { sale, back } = await result(stage, switchyard, { listingId, price, ...one });
    if (sale !== null) sales.push(sale);
    returned += back;
  }
  const told = {
    bids: bids.length,
    clearingPriceMicroUsd: price.toString(),
    soldTokensPerSecond: LOT.toString(),
    amountMicroUsd: costOf(LOT, TOMORROW.hours, price).toString(),
    returnedMicroUsd: returned.toString(),
  };
  return { secondOpinion, sales, told };
}

async function open(stage, switchyard) {
  const closesAt = iso(stage.at(CLOSES_AT));
  const { listing } = await switchyard.client.mutate(
    'openAuction',
    {
      poolId: switchyard.poolId,
      window: stage.window(TOMORROW.from, TOMORROW.to),
      quantity: LOT.toString(),
      reservePrice: RESERVE_PRICE.toString(),
      closesAt,
    },
    'listing { listingId quantity auction { state reservePrice closesAt } }',
  );
  const { listingId, ...told } = listing;
  const terms = { state: 'OPEN', reservePrice: RESERVE_PRICE, closesAt };
  check('the auction', told, { quantity: LOT, auction: terms });
  say(`Switchyard sells nothing below ${rate(RESERVE_PRICE)}`);
  return listingId;
}

async function bid(stage, auctionId, { party, quantity, limit }) {
  const input = { auctionId, quantity: quantity.toString(), limitPrice: limit.toString() };
  const { order } = await party.client.mutate('placeAuctionBid', input, 'order { status unspent }');
  const amount = costOf(quantity, TOMORROW.hours, limit);
  check(`${party.name}'s bid`, order, { status: 'SEALED', unspent: amount });
  stage.books.setAside(party, amount);
  await stage.checkWallet(party);
  say(`${party.name} bids for ${quantity} at up to ${rate(limit)}; ${usd(amount)} is set aside`);
}

/** Before and after the close the seller sees this of it, and no more. */
async function sellerSees(switchyard, id, expected) {
  const query = `query($id: ID!) { listing(listingId: $id) {
    auction { state clearingPrice quantitySold bids } } }`;
  const ask = async () => (await switchyard.client.ask(query, { id })).listing?.auction;
  await checkSoon('the auction', ask, expected);
}

/** What a bid came to, and what of its money comes back. */
async function result(stage, switchyard, { party, quantity, limit, got, listingId, price }) {
  const amount = costOf(got, TOMORROW.hours, price);
  const back = costOf(quantity, TOMORROW.hours, limit) - amount;
  await checkSoon(`${party.name}'s bid`, () => bidOf(party, listingId), {
    ...{ status: got === quantity ? 'FILLED' : 'UNFILLED', spent: amount },
  });
  stage.books.comesBack(party, back);
  if (got === 0n) {
    await stage.checkWallet(party);
    say(`${party.name} gets nothing, and all of its ${usd(back)} back`);
    return { sale: null, back };
  }
  const [{ reservationId, ...bought }] = await stage.boughtFrom(party, listingId);
  check(`what ${party.name} won`, bought, { listingId, quantity: got, unitPrice: price, amount });
  const sale = stage.books.fill({ buyer: party, seller: switchyard, amount });
  Object.assign(sale, { reservationId, quantity: got, unitPrice: price });
  await stage.checkWallet(party);
  say(`${party.name} gets ${got} tokens/s for ${usd(amount)}, and ${usd(back)} back`);
  return { sale, back };
}

async function bidOf(party, auctionId) {
  const query = 'query($id: ID!) { orders(auctionId: $id) { edges { node { status spent } } } }';
  return (await party.client.ask(query, { id: auctionId })).orders.edges[0]?.node;
}

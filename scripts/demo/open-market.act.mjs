// After the story: what stays open in the month to come, so that there is something to look at.
import { costOf, HOUR } from './arithmetic.mjs';
import { check } from './check.mjs';
import { list, SWITCHYARD_PRICE, WAFER_HOUSE_PRICE } from './providers.act.mjs';
import { buy } from './reservation.act.mjs';
import { chapter, rate, say, usd } from './say.mjs';
import { iso, MARKET_ID, quietFrom, span } from './stage.mjs';

const DAY = 24 * HOUR;
const DAYS = 3;
/** Days from the end of the story: another run of the demo has its own before. */
const DAYS_AHEAD = 7;
const OFFERED = { waferHouse: 4_000n, switchyard: 1_200n };
const RESERVED = 500n;
const RESOLD = { quantity: 250n, unitPrice: 1_944n };
const BIDS = [{ quantity: 400n, limit: 1_692n }, { quantity: 300n, limit: 1_620n }];
const BID_HOURS = 8;
const LOT = { quantity: 800n, reservePrice: 1_080n, closesInDays: 5 };

export async function leaveOpen(stage, parties) {
  chapter('What stays open, a week ahead');
  const { clock } = await stage.admin.ask('{ clock { now } }');
  const first = Math.ceil(Date.parse(clock.now) / DAY + DAYS_AHEAD) * DAY;
  const start = await quietFrom(stage.admin, first, DAYS * 24);
  const window = span(start, start + DAYS * DAY);
  await offer(stage, window, parties);
  const { paperTrail, secondOpinion } = parties;
  const hours = span(start, start + BID_HOURS * HOUR);
  await bid(paperTrail, hours, BIDS[0]);
  await bid(secondOpinion, hours, BIDS[1]);
  await auctionOff(parties, window, Date.parse(clock.now) + LOT.closesInDays * DAY);
  await lookAtBook(stage, hours);
  return { listings: 3, bids: BIDS.length, auctions: 1 };
}

/** Both providers add capacity and list it; a startup reserves a day of it and resells a part. */
async function offer(stage, window, { waferHouse, switchyard, startup }) {
  for (const [provider, quantity, unitPrice] of [
    [waferHouse, OFFERED.waferHouse, WAFER_HOUSE_PRICE],
    [switchyard, OFFERED.switchyard, SWITCHYARD_PRICE],
  ]) {
    const { poolId } = provider;
    const added = [{ window, quantity: (quantity + LOT.quantity).toString() }];
    await provider.client.mutate('extendPool', { poolId, added }, 'pool { poolId }', 'ChangePoolSuccess');
    provider.listingId = await list(provider, { poolId, window, quantity, unitPrice });
  }
  const start = Date.parse(window.start);
  const day = span(start, start + DAY);
  const amount = costOf(RESERVED, 24n, WAFER_HOUSE_PRICE);
  const { listingId } = waferHouse;
  const bought = await buy(startup, { listingId, window: day, quantity: RESERVED, amount });
  stage.books.buy({ buyer: startup, seller: waferHouse, amount });
  await stage.checkWallet(startup);
  say(`${startup.name} reserves ${RESERVED} tokens/s of the first day for ${usd(amount)}`);
  const { quantity, unitPrice } = RESOLD;
  const { listing } = await startup.client.mutate(
    'resellReservation',
    { ...bought, window: day, quantity: quantity.toString(), unitPrice: unitPrice.toString() },
    'listing { isResale quantity unitPrice }',
  );
  check('what is resold', listing, { isResale: true, quantity, unitPrice });
  say(`and offers ${quantity} of them again at ${rate(unitPrice)}`);
}

async function bid(party, window, { quantity, limit }) {
  const { order } = await party.client.mutate(
    'placeOrder',
    { marketId: MARKET_ID, window, quantity: quantity.toString(), limitPrice: limit.toString() },
    'order { status remaining }',
  );
  check(`${party.name}'s bid`, order, { status: 'RESTING', remaining: quantity });
  say(`${party.name} waits for ${quantity} tokens/s at up to ${rate(limit)}`);
}

async function auctionOff({ switchyard: { client, poolId } }, window, closing) {
  const { quantity, reservePrice } = LOT;
  const closesAt = iso(closing);
  const lot = { poolId, window, quantity: quantity.toString(), reservePrice: reservePrice.toString() };
  const fields = 'listing { quantity auction { state reservePrice closesAt } }';
  const { listing } = await client.mutate('openAuction', { ...lot, closesAt }, fields);
  check('the auction', listing, { quantity, auction: { state: 'OPEN', reservePrice, closesAt } });
  say(`Switchyard auctions ${quantity} tokens/s from ${rate(reservePrice)}, until ${closesAt.slice(0, 10)}`);
}

/** Everything for fixed prices is in the book, and what is sealed is not. */
async function lookAtBook({ admin }, window) {
  const query = `query($window: WindowInput!) { depth(marketId: "${MARKET_ID}", window: $window) {
    asks { unitPrice quantity } bids { unitPrice quantity } } }`;
  const { depth } = await admin.ask(query, { window });
  check('the book', depth, {
    asks: [
      { unitPrice: RESOLD.unitPrice, quantity: RESOLD.quantity },
      { unitPrice: SWITCHYARD_PRICE, quantity: OFFERED.switchyard },
      { unitPrice: WAFER_HOUSE_PRICE, quantity: OFFERED.waferHouse - RESERVED },
    ],
    bids: BIDS.map(({ quantity, limit: unitPrice }) => ({ unitPrice, quantity })),
  });
}

// Act 5: what is not needed is sold on, with a royalty for the provider.
import { costOf } from './arithmetic.mjs';
import { check, checkSoon } from './check.mjs';
import { ROYALTY } from './providers.act.mjs';
import { buy, HOURS, RESERVED } from './reservation.act.mjs';
import { chapter, count, rate, say, usd } from './say.mjs';
import { hoursText } from './stage.mjs';

const SOLD_FROM = 2;
const PRICE = 1_800n;

export async function resell(stage, waferHouse, { startup, nightShift }) {
  chapter(`5. ${startup.name} resells the second half of its ${HOURS} hours`);
  const window = stage.window(SOLD_FROM, HOURS);
  const { listing } = await startup.client.mutate(
    'resellReservation',
    {
      reservationId: startup.reservationId,
      window,
      quantity: RESERVED.toString(),
      unitPrice: PRICE.toString(),
    },
    'listing { listingId isResale hops }',
  );
  const { listingId, ...told } = listing;
  check('the resale', told, { isResale: true, hops: 1 });
  say(`it lists ${count(RESERVED)} tokens/s from ${hoursText(window)} at ${rate(PRICE)}`);
  const amount = costOf(RESERVED, BigInt(HOURS - SOLD_FROM), PRICE);
  const { reservationId } = await buy(nightShift, { listingId, window, quantity: RESERVED, amount });
  const resale = { buyer: nightShift, seller: startup, provider: waferHouse, royalty: ROYALTY };
  const sale = stage.books.buy({ ...resale, amount });
  await stage.checkWallet(nightShift);
  say(`${nightShift.name} buys them for ${usd(amount)}`);
  await chain(nightShift, { reservationId, links: [
    { from: waferHouse, to: startup, reservationId: startup.reservationId, window: stage.window(0, HOURS) },
    { from: startup, to: nightShift, reservationId, window },
  ] });
  return sale;
}

/** How title came to its holder: each change of hands, the provider's sale first. */
async function chain(holder, { reservationId: id, links }) {
  const query = `query($id: ID!) { chainOfTitle(reservationId: $id) {
    hop reservationId fromId toId quantity window { start end } } }`;
  const expected = links.map(({ from, to, reservationId, window }, hop) => ({
    ...{ hop, reservationId, fromId: from.organizationId, toId: to.organizationId },
    ...{ quantity: RESERVED, window },
  }));
  const ask = async () => (await holder.client.ask(query, { id })).chainOfTitle;
  await checkSoon('the chain of title', ask, expected);
  say(`the chain of title has ${links.length} links:`);
  for (const [hop, { from, to, window }] of links.entries()) {
    say(`  ${hop + 1}. ${from.name} to ${to.name}: ${count(RESERVED)} tokens/s from ${hoursText(window)}`);
  }
}

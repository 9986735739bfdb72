// Act 7: half of a pool fails. Who holds of it is paid back, gets a penalty, and is booked elsewhere.
import { costOf, proRata, shareOf } from './arithmetic.mjs';
import { check, checkSoon } from './check.mjs';
import { OUTAGE_PENALTY, SWITCHYARD_NAMEPLATE, WAFER_HOUSE_PRICE } from './providers.act.mjs';
import { chapter, count, percent, rate, say, usd } from './say.mjs';
import { TOMORROW } from './waitlist.act.mjs';

const FAILED = SWITCHYARD_NAMEPLATE / 2n;
/** The hour that is running is lost too; only whole hours to come can be booked elsewhere. */
const FROM = TOMORROW.from + 2;
const TEN_MINUTES = 1 / 6;
const HOURS_LOST = BigInt(TOMORROW.to - FROM);
const HOURS_REBOOKED = HOURS_LOST - 1n;
const REBOOKING_LIMIT = 2_304n;

/** @param sales of tomorrow's hours of the pool that fails */
export async function outage(stage, { switchyard, waferHouse, nightShift, paperTrail, sales }) {
  chapter('7. Half of a pool fails');
  const losses = lossesOf(sales);
  const insured = losses.filter(({ sale }) => sale.buyer === paperTrail);
  for (const { sale } of insured) await setRebooking(sale);
  say(`Paper Trail wants to be booked elsewhere at up to ${rate(REBOOKING_LIMIT)}, should it lose anything`);
  await stage.passTime(stage.at(FROM + TEN_MINUTES), 'two of the eight hours are delivered');
  const totals = totalsOf(losses);
  const { refund, penalty } = await curtail(stage, switchyard, totals);
  for (const loss of losses) await lose(stage, switchyard, loss);
  const rebooked = await rebook(stage, { waferHouse, paperTrail, insured });
  // Only of those who sold nothing: others were paid in the meantime.
  for (const party of [nightShift, paperTrail]) await stage.checkWallet(party);
  const told = {
    refundMicroUsd: refund.toString(),
    penaltyMicroUsd: penalty.toString(),
    rebookedMicroUsd: rebooked.toString(),
  };
  return { told, losses };
}

/** What is not sold goes first; the rest is lost by all titles in proportion. */
function lossesOf(sales) {
  const sold = sales.reduce((sum, { quantity }) => sum + quantity, 0n);
  const lost = FAILED - (SWITCHYARD_NAMEPLATE - sold);
  return sales.map((sale) => {
    const quantity = proRata(lost, sale.quantity, sold);
    const refund = costOf(quantity, HOURS_LOST, sale.unitPrice);
    return { sale, quantity, refund, penalty: shareOf(refund, OUTAGE_PENALTY) };
  });
}

function totalsOf(losses) {
  const sum = (of) => losses.reduce((all, loss) => all + of(loss), 0n);
  const sold = sum(({ quantity }) => quantity);
  return {
    unsold: FAILED - sold,
    sold,
    holders: new Set(losses.map(({ sale }) => sale.buyer)).size,
    refund: sum(({ refund }) => refund),
    penalty: sum(({ penalty }) => penalty),
  };
}

async function setRebooking({ buyer, reservationId }) {
  const rebooking = { limitPrice: REBOOKING_LIMIT.toString() };
  const { reservation } = await buyer.client.mutate(
    'setRebooking',
    { reservationId, rebooking },
    'reservation { rebooking { limitPrice } }',
  );
  check(`${buyer.name}'s rebooking`, reservation, { rebooking });
}

/** What it comes to is looked at first; then it is done, and comes to that. */
async function curtail(stage, { client, poolId }, { unsold, sold, holders, refund, penalty }) {
  const window = stage.window(FROM, TOMORROW.to);
  const input = { poolId, window, quantity: FAILED.toString(), cause: 'OUTAGE' };
  const fields = `totals { unoffered { quantity window { start end } } offered { quantity }
    sold { quantity window { start end } } holders refund penalty }`;
  const query = `query($input: CurtailPoolInput!) { preview: curtailmentPreview(input: $input) {
    ... on CurtailmentPreview { ${fields} } ... on Rejection { code message } } }`;
  const { preview } = await client.ask(query, { input });
  const expected = {
    ...{ unoffered: [{ quantity: unsold, window }], offered: [], sold: [{ quantity: sold, window }] },
    ...{ holders, refund, penalty },
  };
  check('the preview of the outage', preview, { totals: expected });
  say(`Switchyard loses ${count(FAILED)} tokens/s for ${HOURS_LOST} hours, and looks first what that means`);
  say(`${count(unsold)} are not sold; ${sold} are ${holders} startups'`);
  say(`${usd(refund)} is to be paid back, and ${usd(penalty)} as a penalty`);
  const { __typename, ...done } = await client.mutate('curtailPool', input, fields);
  check('the outage', done, { totals: expected });
  const share = percent(OUTAGE_PENALTY);
  say(`it declares the outage: all lose the same share, get its price back, and ${share} of it as a penalty`);
  return { refund, penalty };
}

async function lose(stage, switchyard, { sale, quantity, refund, penalty }) {
  const { buyer, reservationId: id } = sale;
  const query = `query($id: ID!) { reservation(reservationId: $id) {
    curtailments { cause quantity refund penalty } } }`;
  const ask = async () => (await buyer.client.ask(query, { id })).reservation.curtailments;
  const expected = [{ cause: 'OUTAGE', quantity, refund, penalty }];
  await checkSoon(`what ${buyer.name} lost`, ask, expected);
  stage.books.refund(sale, refund);
  stage.books.penalty(switchyard, buyer, penalty);
  const name = buyer.name.padEnd(13);
  say(`  ${name} loses ${quantity} of ${sale.quantity}: ${usd(refund)} comes back, and ${usd(penalty)} as a penalty`);
}

async function rebook(stage, { waferHouse, paperTrail, insured }) {
  const window = stage.window(TOMORROW.to - Number(HOURS_REBOOKED), TOMORROW.to);
  const expected = insured.map(({ sale: { reservationId }, quantity }) => ({
    ...{ reservationId, status: 'PLACED', refusal: null, quantity, window },
  }));
  await checkSoon('what is booked in place of it', () => rebookingsOf(paperTrail), sorted(expected));
  const bought = await stage.boughtFrom(paperTrail, waferHouse.listingId, insured.length);
  const quantities = insured.map(({ quantity }) => quantity.toString());
  check('what it is booked for', bought.map(({ quantity }) => quantity).sort(), quantities.sort());
  let rebooked = 0n;
  for (const { quantity, unitPrice, amount } of bought) {
    const price = costOf(BigInt(quantity), HOURS_REBOOKED, WAFER_HOUSE_PRICE);
    check('the price of it', { unitPrice, amount }, { unitPrice: WAFER_HOUSE_PRICE, amount: price });
    stage.books.setAside(paperTrail, price);
    stage.books.fill({ buyer: paperTrail, seller: waferHouse, amount: price });
    rebooked += price;
  }
  const total = insured.reduce((sum, { quantity }) => sum + quantity, 0n);
  say(`${paperTrail.name} has ${total} tokens/s from Wafer House for the ${HOURS_REBOOKED} whole hours to come`);
  say(`it bid up to ${rate(REBOOKING_LIMIT)} and pays ${rate(WAFER_HOUSE_PRICE)}: ${usd(rebooked)}`);
  return rebooked;
}

const sorted = (rows) => [...rows].sort((a, b) => (a.reservationId < b.reservationId ? -1 : 1));

async function rebookingsOf({ client }) {
  const fields = 'reservationId status refusal quantity window { start end }';
  const { edges } = (await client.ask(`{ rebookings { edges { node { ${fields} } } } }`)).rebookings;
  return sorted(edges.map(({ node }) => node));
}

// Act 2: a startup reserves, pays, and serves real requests.
import { costOf, divideHalfEven } from './arithmetic.mjs';
import { check } from './check.mjs';
import { INPUT_WEIGHT, OVERAGE_PRICE, WAFER_HOUSE_PRICE } from './providers.act.mjs';
import { chapter, count, say, usd } from './say.mjs';
import { walletOf } from './stage.mjs';
import { serve } from './usage.mjs';

export const RESERVED = 1_500n;
export const HOURS = 4;
const WEIGHT_WHOLE = 10_000n;

export async function reserve(stage, waferHouse) {
  chapter(`2. A startup reserves ${count(RESERVED)} tokens/s for ${HOURS} hours`);
  const startup = await stage.signUpBuyer('Quick Answers', 50);
  const window = stage.window(0, HOURS);
  const amount = costOf(RESERVED, BigInt(HOURS), WAFER_HOUSE_PRICE);
  const asked = { listingId: waferHouse.listingId, window, quantity: RESERVED, amount };
  const { reservationId } = await buy(startup, asked);
  const sale = stage.books.buy({ buyer: startup, seller: waferHouse, amount });
  await stage.checkWallet(startup);
  check('what is in escrow', (await walletOf(startup, 'inEscrow')).inEscrow, amount);
  const { balance } = stage.books.walletOf(startup);
  say(`${usd(amount)} goes to escrow until it is delivered, ${usd(balance)} is left`);
  return Object.assign(startup, { reservationId, sale });
}

/** Holds part of a listing and pays for it. */
export async function buy(party, { listingId, window, quantity, amount }) {
  const { reservation } = await party.client.mutate(
    'reserve',
    { listingId, window, quantity: quantity.toString() },
    'reservation { reservationId amount }',
  );
  check(`${party.name}'s price`, reservation.amount, amount);
  const { reservationId } = reservation;
  await party.client.mutate('payReservation', { reservationId });
  return { reservationId };
}

export async function serveTraffic(stage, startup, waferHouse) {
  say('it serves real requests, and reports them as usage');
  const key = await usageKey(startup.client);
  const usage = await serve(stage, { key, reservationId: startup.reservationId });
  const overage = expectedOverage(stage.sums);
  check('the overage', usage.overageMicroUsd, overage);
  if (overage > 0n) {
    stage.books.buy({ buyer: startup, seller: waferHouse, amount: overage });
  }
  await stage.checkWallet(startup);
  say(`counted ${count(usage.inputTokens)} in and ${count(usage.outputTokens)} out: the trace's sums, exactly`);
  say(overage === 0n ? 'within the reservation: no overage' : `overage of ${usd(overage)}, charged at once`);
  return usage;
}

/** The token is shown once: a key whose token was lost with a connection is made again. */
async function usageKey(client) {
  const input = { name: 'usage', scopes: ['USAGE_WRITE', 'MARKET_READ'], expiresInDays: 1 };
  for (;;) {
    const { token } = await client.mutate('createApiKey', input, 'token');
    if (token !== null) return client.withKey(token);
  }
}

/** All of the trace is within one hour. */
function expectedOverage({ input, output }) {
  const used = output * WEIGHT_WHOLE + input * INPUT_WEIGHT;
  const over = used - RESERVED * 3_600n * WEIGHT_WHOLE;
  return over <= 0n ? 0n : divideHalfEven(over * OVERAGE_PRICE, WEIGHT_WHOLE * 1_000_000n);
}

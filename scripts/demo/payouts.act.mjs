// The month's end for those who sold: they go through Stripe's questions, and are paid out.
import { check, checkSoon } from './check.mjs';
import { until } from './client.mjs';
import { say, usd } from './say.mjs';
import { walletOf } from './stage.mjs';

const CENT = 10_000n;
const DAY_HOURS = 24;

/** @param sellers each with what it earned by the demo's own arithmetic, and still has */
export async function payOut(stage, sellers) {
  say('those who sold are paid out');
  for (const { party, earned } of sellers) await open(party, earned);
  const { rule } = await accountOf(sellers[0].party);
  for (const { party } of sellers) {
    // The demo's sums are small.
    const own = { organizationId: party.organizationId, minimum: CENT.toString(), holdBackDays: rule.holdBackDays };
    await stage.admin.mutate('setPayoutRule', own);
  }
  say(`what was earned is held back for ${rule.holdBackDays} days, and paid out from ${usd(BigInt(rule.minimum))} on; here from the first cent on`);
  const { clock } = await stage.admin.ask('{ clock { now } }');
  const due = Math.ceil(Date.parse(clock.now) / (DAY_HOURS * 3_600_000)) + rule.holdBackDays;
  await stage.passTime(due * DAY_HOURS * 3_600_000 + 60_000, 'the days of the hold-back are over');
  let total = 0n;
  for (const { party, earned } of sellers) {
    total += await paid(party, earned);
    stage.books.walletOf(party).balance -= earned;
  }
  return { payoutMicroUsd: total.toString() };
}

const accountOf = async ({ client }) =>
  (await client.ask('{ payoutAccount { state payable inFlight rule { minimum holdBackDays } } }')).payoutAccount;

/** Through the page that stands where Stripe's would be. */
async function open(party, earned) {
  const before = BigInt((await walletOf(party, 'balance')).balance);
  const { url } = await party.client.mutate('startPayoutOnboarding', {}, 'url');
  const headers = { ...party.client.headers, origin: new URL(url).origin };
  const done = await fetch(url, { method: 'POST', headers, redirect: 'manual' });
  check(`the end of ${party.name}'s onboarding`, done.status, 303);
  await until(() => accountOf(party), ({ state }) => state === 'PAYABLE', `${party.name}'s account`);
  await checkSoon(`what ${party.name} earned`, async () => (await accountOf(party)).payable, earned);
  await checkSoon(`the wallet of ${party.name}`, async () => (await walletOf(party, 'balance')).balance, before - earned);
}

/** One transfer of all that was payable, in whole cents, for what the books say. */
async function paid(party, earned) {
  const query = '{ payouts(first: 50) { edges { node { amount state transferId lines { amount } } } } }';
  const ask = async () => (await party.client.ask(query)).payouts.edges.map(({ node }) => node);
  const isPaid = (all) => all.length > 0 && all.every(({ state }) => state === 'PAID');
  const all = await until(ask, isPaid, `${party.name}'s payout`);
  const amount = all.reduce((sum, payout) => sum + BigInt(payout.amount), 0n);
  const lines = all.flatMap((payout) => payout.lines).reduce((sum, line) => sum + BigInt(line.amount), 0n);
  check(`what ${party.name} is paid`, { amount, lines }, { amount: earned - (earned % CENT), lines: amount });
  check(`what ${party.name} is left with`, (await accountOf(party)).payable, earned - amount);
  say(`  ${party.name}: ${usd(amount)}, as transfer ${all[0].transferId}`);
  return amount;
}

// Act 8: all is delivered, the money arrives, and finance has the invoice.
import { randomBytes } from 'node:crypto';
import { check, checkSoon } from './check.mjs';
import { Client, RefusedError, until } from './client.mjs';
import { chapter, percent, say, usd } from './say.mjs';
import { monthOf, walletOf } from './stage.mjs';
import { TOMORROW } from './waitlist.act.mjs';

export async function settle(stage, { waferHouse, startup, resale, usage }) {
  chapter('8. Hour by hour the money goes from escrow to those it is owed to');
  const { exchangeFee } = await waferHouse.client.ask('{ exchangeFee }');
  await stage.passTime(stage.at(TOMORROW.to), 'all that was bought is delivered');
  const { fees, royalties } = stage.books.deliver(BigInt(exchangeFee));
  let total = fees;
  for (const party of stage.books.parties) {
    const { balance } = stage.books.walletOf(party);
    const expected = { balance, reserved: 0n, inEscrow: 0n, owed: 0n };
    const ask = () => walletOf(party, 'balance reserved inEscrow owed');
    await checkSoon(`the wallet of ${party.name}`, ask, expected);
    total += balance;
    say(`  ${party.name} has ${usd(balance)}`);
  }
  check('all wallets and fees', total, stage.books.paidIn);
  say(`with ${usd(fees)} of fees (${percent(exchangeFee)}) that is the ${usd(total)} that was paid in, exactly`);
  const { parts } = resale;
  say(`of the resale's ${usd(resale.amount)}, ${usd(parts.seller)} went to ${startup.name}`);
  say(`and ${usd(parts.royalty)} to Wafer House as its royalty, ${usd(parts.fee)} was the fee`);
  return {
    reservationMicroUsd: startup.sale.amount.toString(),
    overageMicroUsd: usage.overageMicroUsd,
    resaleMicroUsd: resale.amount.toString(),
    providerMicroUsd: stage.books.walletOf(waferHouse).balance.toString(),
    resellerMicroUsd: parts.seller.toString(),
    royaltyMicroUsd: royalties.toString(),
    feeMicroUsd: fees.toString(),
    paidInMicroUsd: stage.books.paidIn.toString(),
  };
}

/**
 * @param due what the startup is charged, and what it is credited, by the demo's own arithmetic
 * @returns who closes the month, and what of
 */
export async function issueInvoice(stage, { startup, waferHouse, resale, due }) {
  say('finance issues the invoice');
  const finance = await inviteFinance(stage, startup.client);
  const month = monthOf(stage.start);
  const date = new Date(stage.start);
  await stage.passTime(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1), `${month} is over`);
  await checkRoyalty(waferHouse, month, resale.parts.royalty);
  const { number } = await finance.mutate('issueInvoice', { month }, 'number');
  const query = 'query($month: String!) { invoice(month: $month) { number charges credits lines { kind } } }';
  const ask = async () => (await finance.ask(query, { month })).invoice;
  const isThere = (seen) => seen.number === number;
  const { charges, credits, lines } = await until(ask, isThere, `invoice ${number}`);
  check('the invoice', { charges, credits }, due);
  const csv = await (await finance.get(`/exports/invoice.csv?month=${month}`)).text();
  const [header, ...rows] = csv.trim().split('\r\n');
  // Overage has a row for each token class and tier, under the number of one line.
  const line = header.split(',').indexOf('line');
  check('the lines of its CSV', new Set(rows.map((row) => row.split(',')[line])).size, lines.length);
  const column = header.split(',').indexOf('amount_micro_usd');
  const total = rows.reduce((sum, row) => sum + BigInt(row.split(',')[column]), 0n);
  check('the sum of its CSV', total, due.charges - due.credits);
  say(`invoice ${number} of ${month}: ${usd(due.charges)} of charges, ${usd(due.credits)} of credits`);
  say(`its CSV has ${rows.length} rows that sum to ${usd(total)}`);
  const told = { number, month, chargesMicroUsd: due.charges.toString(), creditsMicroUsd: due.credits.toString() };
  return { finance, month, number, due, told };
}

/** The provider's own account of the month has the royalty on lines of its own. */
async function checkRoyalty({ client }, month, royalty) {
  const query = 'query($month: String!) { invoice(month: $month) { lines { kind amount } } }';
  const { invoice } = await client.ask(query, { month });
  const lines = invoice.lines.filter(({ kind }) => kind === 'ROYALTY');
  check('the royalty on Wafer House’s invoice', lines.reduce((sum, { amount }) => sum - BigInt(amount), 0n), royalty);
}

/** As with keys, an invitation's token is shown once. */
async function inviteFinance({ url, run }, owner) {
  for (let attempt = 1; ; attempt += 1) {
    const email = `finance-${attempt}-${run}@demo.example`;
    const invited = await owner.mutate('inviteMember', { email, name: 'Finance', role: 'FINANCE' }, 'token');
    if (invited.token === null) continue;
    const finance = new Client(url, run, `finance-${attempt}`);
    const password = randomBytes(15).toString('base64url');
    await accept(finance, { token: invited.token, password });
    await finance.mutate('signIn', { email, password });
    say('a finance member was invited, and signed in');
    return finance;
  }
}

async function accept(finance, input) {
  try {
    await finance.mutate('acceptInvitation', input);
  } catch (error) {
    // Accepted before, in a request whose answer was lost: the sign-in tells.
    if (!(error instanceof RefusedError) || !error.message.includes('INVITATION')) throw error;
  }
}

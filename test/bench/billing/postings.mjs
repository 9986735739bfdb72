// Durable postings/s: top-ups, two postings each, on the books of 16 organizations.
import { closedLoop, median, ratio } from '../measure.mjs';
import { INSERT_ROW, MAKE_ROWS, pgbench } from '../pgbench.mjs';
import { openBooks } from './ledger.mjs';

const OWNERS = 16;
const IN_FLIGHT = 256;
const POSTINGS = 2;
const NOW = Date.parse('2026-11-28T12:00:00Z');

export async function postings({ url, pool, folder, seconds, rounds }) {
  await pool.query(MAKE_ROWS);
  const { send } = openBooks(pool);
  const got = { postings: [], pgbench: [] };
  for (let round = 1; round <= rounds; round += 1) {
    got.pgbench.push(await pgbench(url, { script: INSERT_ROW, clients: 32, seconds, folder }));
    const load = await closedLoop({
      inFlight: IN_FLIGHT,
      seconds,
      work: (index) => {
        const topUpId = `${round}-${index}`;
        const command = { type: 'CreditTopUp', topUpId, amount: 1_000_000n, paymentReference: `pi_${topUpId}` };
        return send(`owner-${round}-${index % OWNERS}`, command, topUpId, NOW + index);
      },
    });
    got.postings.push(load.perSecond * POSTINGS);
    console.log(`round ${round}: ${got.postings.at(-1)} postings/s, pgbench ${got.pgbench.at(-1)} rows/s`);
  }
  const [ours, peer] = [median(got.postings), median(got.pgbench)];
  return {
    ratios: { 'postings/pgbench32': ratio(ours, peer) },
    figures: { postingsPerSecond: ours, pgbenchInsertsPerSecond: peer },
  };
}

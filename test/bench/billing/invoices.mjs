// A run of invoices: 1,000 organizations with 1,000 charges each, from the log.
import { InvoiceService } from '../../../dist/billing/application/invoice.service.js';
import { ledgerDefinition } from '../../../dist/billing/application/ledger.definition.js';
import { totalsOf } from '../../../dist/billing/model/invoice-register.js';
import { openBooks } from './ledger.mjs';

const ORGANIZATIONS = 1_000;
const LINES = 1_000;
const AT_ONCE = 4;
const MONTH = Date.parse('2026-11-01T00:00:00Z');
const MONTH_END = Date.parse('2026-12-01T00:00:00Z');

/** What each organization earned, a transfer each: a charge is an event and two postings. */
async function seed(send) {
  for (let first = 0; first < ORGANIZATIONS; first += 8) {
    const owners = Array.from({ length: Math.min(8, ORGANIZATIONS - first) }, (_, index) => `org-${first + index}`);
    await Promise.all(
      owners.flatMap((owner) =>
        Array.from({ length: LINES }, (_, line) => {
          const transferId = `${owner}/${line}`;
          const reservationId = `llama-3.3-70b@fp8~${owner}-${line % 10}`;
          const transfer = { transferId, fromId: 'buyer', kind: 'proceeds', reservationId, amount: BigInt(1_000 + line), evidence: null };
          return send(owner, { type: 'ReceiveTransfer', ...transfer }, transferId, MONTH + line);
        }),
      ),
    );
  }
}

export async function invoices({ pool }) {
  const { store, streams, send } = openBooks(pool);
  const seeded = performance.now();
  await seed(send);
  console.log(`${ORGANIZATIONS * LINES} charges in ${Math.round((performance.now() - seeded) / 1_000)} s`);
  const ledger = { read: (owner, view) => streams.read(ledgerDefinition, owner, view) };
  const clock = { now: () => MONTH_END };
  const service = new InvoiceService(streams, store, null, null, null, ledger, clock);
  let [next, peak] = [0, 0];
  const started = performance.now();
  const worker = async () => {
    while (next < ORGANIZATIONS) {
      const owner = `org-${next}`;
      next += 1;
      const caller = { kind: 'api-key', keyId: 'bench', organizationId: owner, scopes: [] };
      const outcome = await service.issue(caller, MONTH, `close-${owner}`);
      if (!outcome.accepted) throw new Error(JSON.stringify(outcome.rejection));
      peak = Math.max(peak, process.memoryUsage().rss);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const seconds = (performance.now() - started) / 1_000;
  const last = await service.find(`org-${ORGANIZATIONS - 1}`, MONTH);
  if (last.lines.length !== LINES || totalsOf(last.lines).credits !== last.credits) throw new Error('an invoice is not what was booked');
  return {
    ratios: {},
    figures: {
      invoiceRunSeconds: Math.round(seconds * 10) / 10,
      invoiceLinesPerSecond: Math.round((ORGANIZATIONS * LINES) / seconds),
      invoiceRunPeakRssMiB: Math.round(peak / 1_048_576),
    },
  };
}

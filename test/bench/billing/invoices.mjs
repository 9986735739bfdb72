// A run of invoices: 1,000 organizations with 1,000 charges each, from the log; `--only invoices:50` of so many organizations.
import v8 from 'node:v8';
import vm from 'node:vm';
import { InvoiceService } from '../../../dist/billing/application/invoice.service.js';
import { ledgerDefinition } from '../../../dist/billing/application/ledger.definition.js';
import { totalsOf } from '../../../dist/billing/model/invoice-register.js';
import { openBooks } from './ledger.mjs';

const LINES = 1_000;
const AT_ONCE = 4;
const MONTH = Date.parse('2026-11-01T00:00:00Z');
const MONTH_END = Date.parse('2026-12-01T00:00:00Z');

/** What each organization earned, a transfer each: a charge is an event and two postings. */
async function seed(send, organizations) {
  for (let first = 0; first < organizations; first += 8) {
    const owners = Array.from({ length: Math.min(8, organizations - first) }, (_, index) => `org-${first + index}`);
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

/** What is in use once all that nobody holds is gone. */
function heapUsed() {
  v8.setFlagsFromString('--expose-gc');
  vm.runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

/** Without tax, for parties that said nothing of themselves. */
function closing({ store, streams }) {
  const ledger = { read: (owner, view) => streams.read(ledgerDefinition, owner, view) };
  const taxes = { of: async () => ({ kind: 'off' }) };
  const parties = { fix: async () => ({ issuer: 'issuer', customer: 'customer' }), customerOf: async () => ({ address: null, taxId: null }) };
  return new InvoiceService(streams, store, null, null, null, ledger, taxes, parties, { now: () => MONTH_END });
}

export async function invoices({ pool, which }) {
  const organizations = which === '' ? 1_000 : Number(which);
  const seeded = performance.now();
  await seed(openBooks(pool).send, organizations);
  console.log(`${organizations * LINES} charges in ${Math.round((performance.now() - seeded) / 1_000)} s`);
  // Nothing of what wrote the charges is in memory: what is there afterwards is what closing holds.
  const service = closing(openBooks(pool));
  let [next, peak] = [0, 0];
  const worker = async (end) => {
    while (next < end) {
      const owner = `org-${next}`;
      next += 1;
      const caller = { kind: 'api-key', keyId: 'bench', organizationId: owner, scopes: [] };
      const outcome = await service.issue(caller, MONTH, `close-${owner}`);
      if (!outcome.accepted) throw new Error(JSON.stringify(outcome.rejection));
      peak = Math.max(peak, process.memoryUsage().rss);
    }
  };
  const runTo = (end) => Promise.all(Array.from({ length: AT_ONCE }, () => worker(end)));
  const started = performance.now();
  // What is set up once is there after a quarter of them.
  const quarter = Math.floor(organizations / 4);
  await runTo(quarter);
  const before = heapUsed();
  await runTo(organizations);
  const seconds = (performance.now() - started) / 1_000;
  const held = (heapUsed() - before) / (organizations - quarter);
  const last = await service.find(`org-${organizations - 1}`, MONTH);
  if (last.lines.length !== LINES || totalsOf(last.lines).credits !== last.credits) throw new Error('an invoice is not what was booked');
  return {
    ratios: {},
    figures: {
      invoiceRunSeconds: Math.round(seconds * 10) / 10,
      invoiceLinesPerSecond: Math.round((organizations * LINES) / seconds),
      invoiceRunPeakRssMiB: Math.round(peak / 1_048_576),
      invoiceRunHeldKiBPerOrganization: Math.round((held * 10) / 1_024) / 10,
    },
  };
}

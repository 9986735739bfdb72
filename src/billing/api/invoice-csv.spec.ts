import type { BasisPoints } from '../../kernel/money.js';
import { reservation, usd } from '../../../test/support/ledger.js';
import { hour, hours } from '../../../test/support/market.js';
import type { InvoiceView } from '../application/invoice.service.js';
import type { InvoiceLine } from '../model/invoice-register.events.js';
import { totalsOf } from '../model/invoice-register.js';
import { invoiceCsv } from './invoice-csv.js';

const HEADER =
  'invoice_number,month,line,kind,market,reservation_id,served_from,served_to,booked_at,evidence,' +
  'currency,amount_usd,amount_micro_usd';

const line = (amount: bigint, changes: Partial<InvoiceLine> = {}): InvoiceLine => ({
  kind: 'delivery',
  reservationId: reservation('llama-3.3-70b@fp8~0198'),
  amount: usd(amount),
  served: hours(24, 28),
  evidence: null,
  parts: [],
  postedAt: hour(28),
  version: 1,
  ...changes,
});
const invoice = (...lines: readonly InvoiceLine[]): InvoiceView => ({
  ...{ number: 'HR-00000001', month: '2026-12', ...totalsOf(lines), lines, issuedAt: hour(999), dueAt: null, tax: null, onCreditLine: 0n as never, layout: 1 },
});

/** RFC 4180, section 2, read character by character. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(cells)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe('an invoice as CSV', () => {
  it('has a header, one row for each line, and ends each with CR LF', () => {
    const csv = invoiceCsv(
      invoice(
        line(69_993n),
        line(-1_250_000n, { kind: 'proceeds', served: null }),
        line(2n ** 53n + 1n, { kind: 'overage', served: { start: hour(24), end: null } }),
      ),
    );
    const common = 'llama-3.3-70b@fp8,llama-3.3-70b@fp8~0198';
    const [from, to] = ['2026-12-02T00:00:00.000Z', '2026-12-02T04:00:00.000Z'];
    expect(csv.split('\r\n')).toEqual([
      HEADER,
      `HR-00000001,2026-12,1,delivery,${common},${from},${to},${to},,USD,0.069993,69993`,
      `HR-00000001,2026-12,2,proceeds,${common},,,${to},,USD,-1.25,-1250000`,
      `HR-00000001,2026-12,3,overage,${common},${from},,${to},,USD,9007199254.740993,9007199254740993`,
      '',
    ]);
  });

  it('tells overage by token class and served tier, on invoices that are told so', () => {
    const part = { tokens: 7n, weight: 10_000 as BasisPoints };
    const parts = [
      { ...part, tokenClass: 'output', tier: 'batch', amount: usd(4) },
      { ...part, tokenClass: 'reasoning', tier: null, amount: usd(5) },
    ] as const;
    const view = invoice(line(9n, { kind: 'overage', parts }), line(1n));
    const [header, ...rows] = parse(invoiceCsv({ ...view, layout: 2 }));
    expect(header?.slice(-3)).toEqual(['token_class', 'service_tier', 'tokens']);
    expect(rows.map((row) => [row[2], ...row.slice(-4)])).toEqual([
      ['1', '4', 'output', 'batch', '7'],
      ['1', '5', 'reasoning', '', '7'],
      ['2', '1', '', '', ''],
    ]);
    expect(parse(invoiceCsv(view)).map((row) => row.at(-1))).toEqual(['amount_micro_usd', '9', '1']);
  });

  it('of nothing is a header', () => {
    expect(invoiceCsv(invoice())).toBe(`${HEADER}\r\n`);
  });

  it('is a draft without a number', () => {
    expect(invoiceCsv({ ...invoice(line(1n)), number: null }).split('\r\n')[1]).toMatch(/^DRAFT,2026-12,1,/);
  });

  it('quotes what must be, runs nothing, and sums to charges less credits', () => {
    const ids = ['=cmd|\'/c calc\'!A0', 'a,b', 'say "hi"', 'two\r\nlines', '@SUM(1,"2")', '-1+1'];
    const lines = ids.map((id, index) => line(BigInt(index - 3) * 7n, { reservationId: reservation(id) }));
    const view = invoice(...lines);
    const [header, ...rows] = parse(invoiceCsv(view));
    expect(rows.every((row) => row.length === header?.length)).toBe(true);
    const shown = rows.map((row) => row[header?.indexOf('reservation_id') ?? -1]);
    expect(shown).toEqual([`'${ids[0]}`, ids[1], ids[2], ids[3], `'${ids[4]}`, `'${ids[5]}`]);
    const sum = rows.reduce((total, row) => total + BigInt(row.at(-1) ?? ''), 0n);
    expect(sum).toBe(view.charges - view.credits);
  });
});

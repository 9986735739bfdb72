import fc from 'fast-check';
import { ledgerCodec } from '../../src/billing/application/ledger.codec.js';
import { chargeOf } from '../../src/billing/model/charge.js';
import type { BookedCharge, Closing } from '../../src/billing/model/closing.js';
import {
  invoiceLineRows,
  invoiceLinesTable,
  JOURNAL_ENTRIES,
  journalRow,
  LEDGER_ENTRIES,
  ledgerEntryRow,
  type ChargeRow,
  type EntryRow,
} from '../../src/billing/model/export/books.tables.js';
import { focusRows, type FocusPeriod } from '../../src/billing/model/export/focus-charge.js';
import { invoiceDetail } from '../../src/billing/model/export/focus.tables.js';
import type { Row, Table } from '../../src/billing/model/export/table.js';
import { INVOICE_LAYOUT } from '../../src/billing/model/invoice-register.events.js';
import { linesOf, totalsOf } from '../../src/billing/model/invoice-register.js';
import { streamId, type RecordedEvent } from '../../src/eventstore/event.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { endOfMonth, parseMonth, type Instant } from '../../src/kernel/time.js';
import { Play } from '../support/ledger-play.js';
import { OWNERS, step } from '../support/ledger-steps.js';

/** Where others' money is seen from an organization's own books: no part of what it has or owes. */
const OTHERS = ['clearing', 'uncollected'];
const steps = fc.array(step, { maxLength: 80, size: 'max' });
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);
/** What a column of money holds in all rows. */
function totalOf({ columns }: Table, name: string, rows: readonly Row[]): bigint {
  const place = columns.findIndex((column) => column.name === name);
  return sum(rows.map((row) => BigInt(row[place] ?? 'no such column')));
}

function postingsOf(recorded: RecordedEvent): readonly EntryRow[] {
  const event = ledgerCodec.decode(recorded);
  const { version, occurredAt: postedAt } = recorded;
  const transferKind = event.type === 'TransferReceived' ? event.kind : null;
  const about = { reservationId: null, orderId: null, transferKind };
  return event.postings.map((posting, line) => ({ version, line, kind: event.type, postedAt, ...posting, ...about }));
}

function bookedOf(recorded: RecordedEvent): readonly BookedCharge[] {
  const { version, occurredAt: postedAt } = recorded;
  const charge = chargeOf(ledgerCodec.decode(recorded), postedAt);
  return charge === null ? [] : [{ ...charge, version, postedAt }];
}

const rowOf = ({ served, ...charge }: BookedCharge): ChargeRow => ({
  ...charge,
  ...{ servedFrom: served?.start ?? null, servedTo: served?.end ?? null },
});

function periodOf(month: string, organizationId: OrganizationId): FocusPeriod {
  const start = parseMonth(month);
  if (!start.ok) throw new Error(start.error);
  return {
    ...{ month, status: 'final', organizationId, organizationName: 'O', exchangeName: 'Headroom', issuerName: 'Headroom', invoiceNumber: 'HR-2026-000001', draftTerms: null, layout: INVOICE_LAYOUT },
    ...{ window: { start: start.value, end: endOfMonth(start.value) }, asOf: endOfMonth(start.value) },
  };
}

/** Every file of a month sums to what its invoice says. */
function expectOneTotal(organizationId: OrganizationId, month: string, booked: readonly BookedCharge[], closings: readonly Closing[]): bigint {
  const lines = linesOf(month, booked, closings);
  const total = sum(lines.map(({ amount }) => amount));
  const { charges, credits } = totalsOf(lines);
  expect(charges - credits).toBe(total);
  const period = periodOf(month, organizationId);
  const rows = lines.map(({ version }) => rowOf(booked.find((one) => one.version === version) as BookedCharge));
  const focus = rows.flatMap((charge) => focusRows(period, { charge, purchase: null, hostName: null, use: null, parts: [] }));
  const costs = focus.map((parts) => BigInt((Object.assign({}, ...parts) as { BilledCost: bigint }).BilledCost));
  expect(sum(costs)).toBe(total);
  const invoice = { number: 'HR-2026-000001', issuedAt: 0 as Instant, dueAt: null, onCreditLine: 0n };
  expect(sum(rows.map((charge) => BigInt(invoiceDetail(period, invoice, charge)['BilledCost'] ?? 0)))).toBe(total);
  for (const layout of [1, 2] as const) {
    const file = { ...period, layout };
    expect(totalOf(invoiceLinesTable(layout), 'amount_usd', rows.flatMap((charge) => invoiceLineRows(file, charge)))).toBe(total);
  }
  return total;
}

describe('the files of all months', () => {
  it('sum to their invoices, and invoices to the books, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const play = new Play();
        await play.run(given);
        await play.arrive();
        for (const owner of OWNERS) {
          const recorded = await play.world.store.readStream(streamId('ledger', owner), 0, 100_000);
          const entries = recorded.flatMap(postingsOf);
          const booked = recorded.flatMap(bookedOf);
          const closings: Closing[] = [];
          let invoiced = 0n;
          for (const month of [...new Set(booked.map((charge) => charge.month))].sort()) {
            invoiced += expectOneTotal(owner, month, booked, closings);
            closings.push({ month, number: 'HR-2026-000001', issuedAt: 0 as Instant, through: recorded.length, place: closings.length + 1 });
          }
          // What an organization was charged is what its own accounts have lost.
          const own = entries.filter(({ account }) => !OTHERS.includes(account));
          expect(-sum(own.map(({ amount }) => amount))).toBe(invoiced);
          const period = { month: '2026-11', status: 'final' } as const;
          expect(totalOf(LEDGER_ENTRIES, 'amount_usd', entries.map((entry) => ledgerEntryRow(period, entry)))).toBe(0n);
          const journal = entries.map((entry) => journalRow(period, entry));
          expect(totalOf(JOURNAL_ENTRIES, 'debit', journal)).toBe(totalOf(JOURNAL_ENTRIES, 'credit', journal));
        }
      }),
      { numRuns: 25 },
    );
  });
});

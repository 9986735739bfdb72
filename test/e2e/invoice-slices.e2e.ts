import { totalsOf } from '../../src/billing/model/kind-totals.js';
import { partOf } from '../../src/billing/model/lines-part.js';
import { groupTotals } from '../../src/billing/model/overage-parts.js';
import type { InvoiceIssued, InvoiceLine } from '../../src/billing/model/invoice-register.events.js';
import { invoiceCodec } from '../../src/billing/application/invoice.definition.js';
import { invoiceLineProjection } from '../../src/billing/projection/invoice-line.projection.js';
import { InvoiceLineQueries, LINES_PAGE } from '../../src/billing/projection/invoice-line.queries.js';
import type { RecordedEvent } from '../../src/eventstore/event.js';
import { applyChanges } from '../../src/eventstore/projection.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import { microUsd, type BasisPoints } from '../../src/kernel/money.js';
import type { Instant } from '../../src/kernel/time.js';
import { UsageWorld } from '../support/usage.js';

const OWNER = 'org-lines' as OrganizationId;
const PAGE = 7;

let world: UsageWorld;
let slices: InvoiceLineQueries;
beforeAll(async () => {
  world = await UsageWorld.start();
  slices = world.app.application.get(InvoiceLineQueries);
});
afterAll(() => world.close());

function lineOf(index: number, version: number | null): InvoiceLine {
  const amount = microUsd(BigInt(index) - 3n === 0n ? 1n : BigInt(index) - 3n);
  const isOverage = index % 3 === 0 && amount > 0n;
  const part = { tokenClass: 'output', tier: index % 2 === 0 ? 'batch' : null, tokens: 5n, weight: 10_000 as BasisPoints, amount } as const;
  return {
    ...{ kind: isOverage ? 'overage' : 'delivery', reservationId: 'a@b~1' as ReservationId, amount, evidence: isOverage ? 'a/usage/1' : null },
    ...{ served: { start: index as Instant, end: isOverage ? null : ((index + 1) as Instant) }, postedAt: index as Instant, version, parts: isOverage ? [part] : [] },
  };
}

/** Tells the read model of an invoice, as the log would. */
async function issue(number: string, lines: readonly InvoiceLine[]): Promise<InvoiceIssued> {
  const facts = { charges: microUsd(1n), credits: microUsd(0n), onCreditLine: microUsd(0n), issuedAt: 0 as Instant, dueAt: null, tax: null };
  const event = { type: 'InvoiceIssued', number, organizationId: OWNER, month: '2026-10', through: 1, ...facts, lines, statementNumber: null, parties: null, layout: 2 } as const;
  const recorded = { ...invoiceCodec.encode(event), stream: 'invoice-register', version: 1 } as unknown as RecordedEvent;
  await applyChanges(world.pool, invoiceLineProjection.tables, invoiceLineProjection.changesOf(recorded));
  return event;
}

/** Rows that PostgreSQL reads for a page, those that it throws away included. */
async function rowsRead(number: string, after: number): Promise<number> {
  await world.pool.query('ANALYZE invoice_line');
  type Plan = { readonly 'Actual Rows': number; readonly 'Rows Removed by Filter'?: number; readonly Plans?: readonly Plan[] };
  const { rows } = await world.pool.query<{ readonly 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${LINES_PAGE}`, [number, after, PAGE]);
  const most = (plan: Plan): number => Math.max(plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0), ...(plan.Plans ?? []).map(most));
  return most(rows[0]!['QUERY PLAN'][0]!.Plan);
}

describe('an issued invoice in the read model', () => {
  it.each([
    ['that say their place in the books', (index: number) => index * 3 + 5],
    ['of before lines said so', () => null],
  ])('has, page by page, the lines of the whole: lines %s', async (what, versionOf) => {
    const lines = Array.from({ length: 40 }, (_, index) => lineOf(index, versionOf(index)));
    const number = `HR-2026-${what.length}`;
    await issue(number, lines);
    for (let after = 0, rounds = 0; ; rounds += 1) {
      const page = await slices.page(OWNER, number, { after, limit: PAGE });
      expect(page).toEqual(partOf(lines, { after, limit: PAGE }));
      if (page === null || page.length < PAGE) {
        expect(rounds).toBe(5);
        break;
      }
      after = page.at(-1)?.place ?? after;
    }
  });

  it('says beside its lines what they come to, and all that it says of itself', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => lineOf(index, index + 1));
    const event = await issue('HR-2026-000031', lines);
    const summary = await slices.summary(OWNER, 'HR-2026-000031');
    expect(summary).toEqual({ invoice: { ...event, lines: [] }, lineCount: 30, totals: totalsOf(lines), overage: groupTotals(lines) });
    expect(summary?.overage.map(({ tier }) => tier)).toEqual(['batch', null]);
  });

  it('is nobody else’s, and unknown until the read model has it', async () => {
    await issue('HR-2026-000032', [lineOf(9, 1)]);
    const other = 'org-other' as OrganizationId;
    expect([await slices.page(other, 'HR-2026-000032', { after: 0, limit: 1 }), await slices.summary(other, 'HR-2026-000032')]).toEqual([null, null]);
    expect([await slices.page(OWNER, 'HR-2026-000033', { after: 0, limit: 1 }), await slices.summary(OWNER, 'HR-2026-000033')]).toEqual([null, null]);
  });

  it('is read by the page: as many rows as are told, of 40 lines as of 20,000, at the start as at the end', async () => {
    await issue('HR-2026-000034', Array.from({ length: 40 }, (_, index) => lineOf(index, index + 1)));
    await issue('HR-2026-000035', Array.from({ length: 20_000 }, (_, index) => lineOf(index, index + 1)));
    expect([await rowsRead('HR-2026-000034', 0), await rowsRead('HR-2026-000035', 0), await rowsRead('HR-2026-000035', 19_990)]).toEqual([PAGE, PAGE, PAGE]);
  });
});

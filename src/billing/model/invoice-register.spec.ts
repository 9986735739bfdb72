import fc from 'fast-check';
import { at, calculated, charge, closeMonth, issue, Register, waiting } from '../../../test/support/invoice-register.js';
import { EXCHANGE, reservation, SELLER, usd } from '../../../test/support/ledger.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { DAY_MS, endOfMonth, monthOf, parseMonth, plus, type Instant } from '../../kernel/time.js';
import { dueOn, isInvoice, readAfter, spansOf, type BookedCharge, type Closing } from './closing.js';
import {
  invoiceDecider,
  totalsOf,
  type InvoiceCommand,
  type IssueInvoice,
} from './invoice-register.js';
import type { IssueCreditNote, NoteConcededCount } from './credit-note.decide.js';
import type { InvoiceIssued } from './invoice-register.events.js';
import { closingsOf, unpaidOf, voidedAt } from './invoice-register.state.js';

const early = at('2026-11-30T23:59:59.999Z');
const nothing = { charges: [], isUnsettled: true, now: early };

describe('an invoice', () => {
  it.each<[string, Partial<IssueInvoice>, unknown]>([
    // The reason further up is given when several hold.
    ['that there is', { ...nothing, organizationId: EXCHANGE }, { code: 'ALREADY_ISSUED', number: 'HR-2026-000001' }],
    ['of a month that runs', nothing, { code: 'MONTH_NOT_OVER', endsAt: at('2026-12-01T00:00:00Z') }],
    ['a millisecond too early', { now: early }, { code: 'MONTH_NOT_OVER', endsAt: at('2026-12-01T00:00:00Z') }],
    ['before all is settled', { charges: [], isUnsettled: true }, { code: 'NOT_SETTLED' }],
    ['of nothing', { charges: [] }, { code: 'NOTHING_TO_INVOICE' }],
    ['of another month’s charges', { charges: [charge(1, '2026-10')] }, { code: 'NOTHING_TO_INVOICE' }],
    ['of nothing, whose tax is not known', { charges: [], tax: waiting }, { code: 'NOTHING_TO_INVOICE' }],
    ['whose tax is not known', { charges: [charge(1, '2026-11', 20_000)], tax: waiting }, { code: 'WAITING_FOR_TAX', reason: 'NO_ADDRESS' }],
    ['with the tax of other lines', { charges: [charge(1, '2026-11', 30_000)], tax: calculated }, { code: 'WAITING_FOR_TAX', reason: 'DRAFT_CHANGED' }],
  ])('%s is not issued', (_what, changes, rejection) => {
    const register = new Register();
    register.issued({ organizationId: EXCHANGE });
    expect(register.send(issue(changes))).toEqual({ accepted: false, rejection });
    expect(register.state.count).toBe(1);
  });

  it('has the next number, whoever it is for', () => {
    const register = new Register();
    const numbers = [
      register.issued({}),
      register.issued({ organizationId: EXCHANGE }),
      register.issued({ month: '2026-10', charges: [charge(2, '2026-10')] }),
    ].map(({ number }) => number);
    expect(numbers).toEqual(['HR-2026-000001', 'HR-2026-000002', 'HR-2026-000003']);
  });

  it('begins a series anew with the year in which it is issued, and leaves old numbers as they are', () => {
    const register = new Register();
    const old = { ...register.issued({}), number: 'HR-00000007', organizationId: EXCHANGE, dueAt: null };
    invoiceDecider.evolve(register.state, old);
    const now = at('2027-01-01T00:00:00Z');
    const numbers = [
      register.issued({ month: '2026-10', charges: [charge(2, '2026-10')] }),
      register.issued({ month: '2026-09', charges: [charge(3, '2026-09')], now }),
    ].map(({ number }) => number);
    expect(numbers).toEqual(['HR-2026-000002', 'HR-2027-000001']);
    const places = [...register.state.closings.values()].flat().map(({ number, place }) => [number, place]);
    expect(places).toEqual([['HR-2026-000001', 1], ['HR-2026-000002', 3], ['HR-2027-000001', 4], ['HR-00000007', 2]]);
    const known = register.send(issue({ organizationId: EXCHANGE }));
    expect(known).toEqual({ accepted: false, rejection: { code: 'ALREADY_ISSUED', number: 'HR-00000007' } });
  });

  it('holds the lines of its month, and their totals', () => {
    const charges = [charge(1, '2026-11', 30), charge(2, '2026-11', -12), charge(3, '2026-11', 5)];
    const invoice = new Register().issued({ charges: [...charges, charge(4, '2026-10')] });
    expect(invoice).toMatchObject({ charges: 35n, credits: 12n, month: '2026-11' });
    expect(invoice.lines).toEqual(charges.map(({ month: _month, ...line }) => line));
    expect(totalsOf([])).toEqual({ charges: 0n, credits: 0n });
  });

  it('of a later month holds what came too late for its own', () => {
    const register = new Register();
    register.issued({ through: 1 });
    const charges = [charge(1), charge(2), charge(3, '2026-10'), charge(4, '2026-12')];
    const now = at('2027-02-01T00:00:00Z');
    const december = register.issued({ month: '2026-12', charges, through: 4, now });
    // October was never invoiced: its charges wait for it.
    expect(december.lines.map(({ reservationId }) => reservationId)).toEqual(['R2', 'R4']);
    const october = register.issued({ month: '2026-10', charges: charges.slice(0, 3), through: 4, now });
    expect(october.lines.map(({ reservationId }) => reservationId)).toEqual(['R3']);
    const january = { month: '2027-01', charges: [...charges, charge(5)], through: 5, now };
    expect(register.issued(january).lines.map(({ reservationId }) => reservationId)).toEqual(['R5']);
  });
});

describe('however charges and invoices interleave', () => {
  const MONTHS = ['2026-09', '2026-10', '2026-11', '2026-12'];
  const month = fc.constantFrom(...MONTHS);
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('charge' as const), month }) },
    // The books are read a while before the invoice is issued.
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('issue' as const), month, behind: fc.nat(3) }) },
  );

  it('every charge is on one invoice in the end, and on no draft once it is', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const register = new Register();
        const books: BookedCharge[] = [];
        const invoiced: string[] = [];
        const held = new Map<string, readonly number[]>();
        const now = at('2027-06-01T00:00:00Z');
        const close = (which: string, through: number): void => {
          const seen = books.filter((one) => one.month <= which && one.version <= through);
          const decision = register.send(issue({ month: which, charges: seen, through, now }));
          if (!decision.accepted) return;
          for (const { lines } of decision.events as readonly InvoiceIssued[]) {
            invoiced.push(...lines.map((line) => line.reservationId));
            // Read by stretches it is the same, now and ever after.
            held.set(which, lines.map(({ version }) => version ?? 0));
          }
        };
        for (const one of steps) {
          if (one.kind === 'charge') books.push(charge(books.length + 1, one.month));
          else close(one.month, Math.max(0, books.length - one.behind));
          const closings = closingsOf(register.state, SELLER as OrganizationId);
          for (const which of MONTHS) {
            const draft = dueOn(which, books, closings).map(({ reservationId }) => reservationId);
            expect(draft.filter((id) => invoiced.includes(id))).toEqual([]);
            if (one.kind === 'charge') continue;
            const spans = spansOf(which, closings);
            const read = books
              .filter(({ month: own, version }) =>
                spans.some(
                  (span) =>
                    span.month === own &&
                    version > (span.after?.through ?? 0) &&
                    version <= (span.through?.through ?? Infinity),
                ),
              )
              .map(({ version, reservationId }) => ({ version, reservationId: reservationId as string }));
            const expected = held.get(which);
            if (expected === undefined) expect(read.map(({ reservationId }) => reservationId)).toEqual(draft);
            else expect(read.map(({ version }) => version)).toEqual(expected);
          }
        }
        for (const which of [...MONTHS, '2027-01']) close(which, books.length);
        expect([...invoiced].sort()).toEqual(books.map(({ reservationId }) => reservationId as string).sort());
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is read of the books for an invoice', () => {
  const owner = SELLER as OrganizationId;
  const monthsUntil = (now: Instant): readonly string[] => {
    const months: string[] = [];
    for (let start = at('2026-01-01T00:00:00Z'); start <= now; start = endOfMonth(start)) months.push(monthOf(start));
    return months;
  };
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 20 }) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('charge' as const), late: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('issue' as const), back: fc.nat(3), behind: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), back: fc.integer({ min: 2, max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('void' as const) }) },
  );

  it('holds everything that is on it, whenever months were closed and whatever became known late', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const register = new Register();
        const books: BookedCharge[] = [];
        let now = at('2026-01-10T00:00:00Z');
        for (const one of steps) {
          const months = monthsUntil(now);
          const back = (by: number): string => months[Math.max(0, months.length - 1 - by)] ?? '2026-01';
          const last = closingsOf(register.state, owner).filter(isInvoice).at(-1);
          if (one.kind === 'pass') now = plus(now, one.days * DAY_MS);
          else if (one.kind === 'charge') books.push(charge(books.length + 1, back(one.late)));
          else if (one.kind === 'issue') {
            const through = Math.max(0, books.length - one.behind);
            register.send(issue({ month: back(one.back), charges: books.slice(0, through), through, now }));
          } else if (one.kind === 'close') {
            register.send(closeMonth({ month: back(one.back), charges: books, through: books.length, now }));
          } else if (last !== undefined) {
            register.send({ type: 'VoidInvoice', number: last.number, reason: 'wrong', now });
          }
          const closings = closingsOf(register.state, owner);
          for (const month of monthsUntil(now)) {
            const after = readAfter(month, closings);
            const read = books.filter(({ version }) => version > after);
            expect(dueOn(month, read, closings)).toEqual(dueOn(month, books, closings));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('follows the month and not the age of the books', () => {
    const closings: Closing[] = monthsUntil(at('2029-12-01T00:00:00Z')).map((month, index) => {
      const start = parseMonth(month);
      const issuedAt = plus(endOfMonth(start.ok ? start.value : at('2026-01-01T00:00:00Z')), 3 * DAY_MS);
      return { month, number: `HR-${index}`, issuedAt, through: 1_000 * (index + 1), place: index + 1 };
    });
    // Those of January were booked from the 1st on: November's invoice was issued before that, December's after.
    expect(readAfter('2030-01', closings)).toBe(closings.at(-2)?.through);
    expect(readAfter('2030-02', closings)).toBe(closings.at(-1)?.through);
    expect(readAfter('2026-01', [])).toBe(0);
  });

  it('is read again where an invoice was made void meanwhile', () => {
    const register = new Register();
    const now = at('2027-02-01T00:00:00Z');
    const december = { month: '2026-12', charges: [charge(9, '2026-12')], after: 5, through: 9, now };
    expect(register.send(issue(december))).toMatchObject({ accepted: false, rejection: { code: 'NOT_SETTLED' } });
    expect(register.send(issue({ ...december, after: 0 }))).toMatchObject({ accepted: true });
  });
});

describe('after it was issued', () => {
  const N = 'HR-2026-000001';
  const now = at('2026-12-05T00:00:00Z');
  const settle = { type: 'SettleInvoice', number: N, now } as const;
  const makeVoid = { type: 'VoidInvoice', number: N, reason: 'wrong customer', now } as const;
  const credit = (changes: Partial<IssueCreditNote> = {}): IssueCreditNote => ({
    ...{ type: 'IssueCreditNote', invoiceNumber: N, reservationId: reservation('R1') },
    ...{ amount: usd(4), charged: usd(10), serviceCredits: usd(0), sold: { invoice: usd(10), reservation: usd(10) } },
    ...{ reason: 'price', parties: null, now, ...changes },
  });
  const settled = (changes: Partial<NoteConcededCount> = {}): NoteConcededCount => ({
    ...{ type: 'NoteConcededCount', invoiceNumber: N, reservationId: reservation('R1'), amount: usd(3), settles: 'R1/usage/2' },
    ...{ sold: { invoice: usd(10), reservation: usd(10) }, reason: 'conceded', parties: { issuer: 'i', customer: 'c' }, now, ...changes },
  });
  const next = issue({ month: '2026-10', charges: [charge(2, '2026-10')] });

  it.each<[string, readonly InvoiceCommand[], InvoiceCommand, unknown]>([
    // The reason further up is given when several hold.
    ['is settled: unknown', [], { ...settle, number: 'HR-2026-000009' }, { code: 'INVOICE_NOT_FOUND' }],
    ['is settled: void', [makeVoid], settle, { code: 'INVOICE_VOID' }],
    ['is settled: twice', [settle], settle, { code: 'INVOICE_PAID' }],
    ['is void: unknown', [], { ...makeVoid, number: 'x' }, { code: 'INVOICE_NOT_FOUND' }],
    ['is void: twice', [makeVoid], makeVoid, { code: 'INVOICE_VOID' }],
    ['is void: paid, credited and not the last', [credit(), settle, next], makeVoid, { code: 'INVOICE_PAID' }],
    ['is void: credited and not the last', [credit(), next], makeVoid, { code: 'INVOICE_CREDITED' }],
    ['is void: not the last', [next], makeVoid, { code: 'LATER_INVOICE', number: 'HR-2026-000002' }],
    ['is credited: unknown', [], credit({ invoiceNumber: 'x' }), { code: 'INVOICE_NOT_FOUND' }],
    ['is credited: void, too much', [makeVoid], credit({ amount: usd(99) }), { code: 'INVOICE_VOID' }],
    ['is credited: too much', [], credit({ amount: usd(11) }), { code: 'CREDIT_TOO_HIGH', available: 10n }],
    ['is credited: too much in all', [credit(), credit()], credit(), { code: 'CREDIT_TOO_HIGH', available: 2n }],
    ['is credited: more than service credits left', [], credit({ serviceCredits: usd(7) }), { code: 'CREDIT_TOO_HIGH', available: 3n }],
    ['is credited: more than they and notes left', [credit()], credit({ serviceCredits: usd(3) }), { code: 'CREDIT_TOO_HIGH', available: 3n }],
    ['is credited: service credits came after notes', [credit()], credit({ amount: usd(1), serviceCredits: usd(9) }), { code: 'CREDIT_TOO_HIGH', available: 0n }],
    ['has a count noted: unknown', [], settled({ invoiceNumber: 'x' }), { code: 'INVOICE_NOT_FOUND' }],
    ['has a count noted: void', [makeVoid], settled(), { code: 'INVOICE_VOID' }],
    ['is void: a count was noted', [settled()], makeVoid, { code: 'INVOICE_CREDITED' }],
    ['is credited: more than noted counts left', [settled()], credit({ amount: usd(8) }), { code: 'CREDIT_TOO_HIGH', available: 7n }],
    ['is credited: never charged', [], credit({ charged: usd(0) }), { code: 'CREDIT_TOO_HIGH', available: 0n }],
  ])('%s', (_what, before, command, rejection) => {
    const register = new Register();
    register.issued({});
    for (const one of before) expect(register.send(one).accepted).toBe(true);
    expect(register.send(command)).toEqual({ accepted: false, rejection });
  });

  it('is paid once nothing is owed', () => {
    const register = new Register();
    register.issued({});
    expect(unpaidOf(register.state, SELLER as OrganizationId)).toEqual([N]);
    expect(register.send(settle)).toMatchObject({ events: [{ type: 'InvoicePaid', number: N, paidAt: now }] });
    expect(unpaidOf(register.state, SELLER as OrganizationId)).toEqual([]);
  });

  it('is void for good, and its month has another invoice under another number', () => {
    const register = new Register();
    register.issued({});
    register.send(makeVoid);
    expect(closingsOf(register.state, SELLER as OrganizationId)).toEqual([]);
    const when = (of: string): unknown => voidedAt(register.state, SELLER as OrganizationId, of);
    expect(when('2026-11')).toBe(now);
    expect(when('2026-10')).toBeNull();
    const again = register.issued({ now });
    expect(again).toMatchObject({ number: 'HR-2026-000002', charges: 10n });
    expect(register.state.count).toBe(3);
  });

  it('is corrected by credit notes, whose numbers have no gaps either', () => {
    const register = new Register();
    register.issued({});
    register.issued({ organizationId: EXCHANGE });
    register.send(settle);
    const notes = [credit(), credit({ invoiceNumber: 'HR-2026-000002' }), credit({ amount: usd(3) }), settled()].map((one) => register.send(one));
    expect(notes).toMatchObject([
      { events: [{ number: 'CN-2026-000001', invoiceNumber: N, organizationId: SELLER, amount: 4n }] },
      { events: [{ number: 'CN-2026-000002', organizationId: EXCHANGE }] },
      { events: [{ number: 'CN-2026-000003', amount: 3n, settles: null }] },
      { events: [{ number: 'CN-2026-000004', amount: 3n, settles: 'R1/usage/2', organizationId: SELLER, parties: { issuer: 'i', customer: 'c' } }] },
    ]);
  });
});

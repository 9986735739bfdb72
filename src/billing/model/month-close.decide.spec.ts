import fc from 'fast-check';
import { at, charge, closeMonth, issue, Register } from '../../../test/support/invoice-register.js';
import { EXCHANGE, SELLER } from '../../../test/support/ledger.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { DAY_MS, plus } from '../../kernel/time.js';
import { booksAfter, isInvoice, readAfter, spansOf, type BookedCharge } from './closing.js';
import type { InvoiceCommand } from './invoice-register.js';
import { closingsOf } from './invoice-register.state.js';
import { finalMonthsSince, type CloseMonth } from './month-close.decide.js';

const owner = SELLER as OrganizationId;
const finalAt = at('2027-01-15T00:00:00Z');
const early = at('2026-11-30T23:59:59.999Z');
const almost = plus(finalAt, -1);
/** With everything that stands against it further down. */
const busy = { charges: [charge(1)], isUnsettled: true };
const wrong = { type: 'VoidInvoice', number: 'HR-2026-000001', reason: 'wrong' } as const;

describe('a month', () => {
  it.each<[string, readonly InvoiceCommand[], Partial<CloseMonth>, unknown]>([
    // The reason further up is given when several hold.
    ['with an invoice', [issue()], { ...busy, now: early }, { code: 'ALREADY_ISSUED', number: 'HR-2026-000001' }],
    ['that is closed', [closeMonth()], { ...busy, now: early }, { code: 'MONTH_CLOSED', closedAt: finalAt }],
    ['that runs', [], { ...busy, now: early }, { code: 'MONTH_NOT_OVER', endsAt: at('2026-12-01T00:00:00Z') }],
    ['that is not final', [], { ...busy, now: almost }, { code: 'MONTH_NOT_FINAL', finalAt }],
    ['whose invoice was made void just now', [issue(), { ...wrong, now: almost }], busy, { code: 'MONTH_NOT_FINAL', finalAt: plus(almost, 3 * DAY_MS) }],
    ['whose invoice was made void long ago', [issue(), { ...wrong, now: at('2026-12-02T00:00:00Z') }], { charges: [charge(1)] }, { code: 'SOMETHING_TO_INVOICE' }],
    ['before all is settled', [], busy, { code: 'NOT_SETTLED' }],
    ['whose books were not read from far enough', [], { ...busy, isUnsettled: false, after: 1 }, { code: 'NOT_SETTLED' }],
    ['with a charge', [], { charges: [charge(1)] }, { code: 'SOMETHING_TO_INVOICE' }],
    ['with a credit alone, which has an invoice', [], { charges: [charge(1, '2026-11', -10)] }, { code: 'SOMETHING_TO_INVOICE' }],
    ['that would hold what came too late for another', [issue({ month: '2026-10', charges: [charge(1, '2026-10')] })], { charges: [charge(2, '2026-10')], through: 2 }, { code: 'SOMETHING_TO_INVOICE' }],
  ])('%s is not closed without an invoice', (_what, before, changes, rejection) => {
    const register = new Register();
    for (const one of before) expect(register.send(one).accepted).toBe(true);
    expect(register.send(closeMonth(changes))).toEqual({ accepted: false, rejection });
    expect(register.state.count).toBe(before.length);
  });

  it('in which nothing was charged is closed once nothing can be, and takes no number', () => {
    const register = new Register();
    register.issued({ month: '2026-10', charges: [charge(1, '2026-10')], through: 3 });
    const closed = { organizationId: SELLER, month: '2026-11', through: 9, booksAfter: 3, parties: { issuer: 'i', customer: 'c' }, layout: 5, closedAt: finalAt };
    expect(register.send(closeMonth({ charges: [charge(1, '2026-10')], through: 9 }))).toEqual({ accepted: true, events: [{ type: 'MonthClosed', ...closed }] });
    expect(register.send(issue())).toEqual({ accepted: false, rejection: { code: 'MONTH_CLOSED', closedAt: finalAt } });
    expect(register.send(closeMonth({ organizationId: EXCHANGE }))).toMatchObject({ events: [{ booksAfter: null }] });
    const december = { month: '2026-12', charges: [charge(10, '2026-12')], through: 10, now: finalAt };
    expect(register.issued(december)).toMatchObject({ number: 'HR-2027-000001' });
    expect(register.issued({ ...december, organizationId: EXCHANGE })).toMatchObject({ number: 'HR-2027-000002' });
  });

  it('whose invoice was made void, and whose charges another holds, is closed when three days have passed', () => {
    const register = new Register();
    register.issued({ month: '2026-10', charges: [charge(1, '2026-10')], through: 1 });
    const late = [charge(2, '2026-10')];
    const { number } = register.issued({ charges: late, through: 2 });
    register.send({ ...wrong, number, now: almost });
    register.issued({ month: '2026-12', charges: late, through: 2, now: finalAt });
    expect(register.send(closeMonth({ through: 2, now: plus(finalAt, 2 * DAY_MS) }))).toMatchObject({ rejection: { code: 'MONTH_NOT_FINAL' } });
    expect(register.send(closeMonth({ through: 2, now: plus(finalAt, 3 * DAY_MS) }))).toMatchObject({ accepted: true });
  });

  it('gives what is charged for it all the same to the next invoice', () => {
    const register = new Register();
    register.send(closeMonth({ through: 4 }));
    const invoice = register.issued({ month: '2026-12', charges: [charge(5), charge(6, '2026-12')], through: 6, now: finalAt });
    expect(invoice.lines.map(({ version }) => version)).toEqual([5, 6]);
    expect(spansOf('2026-11', closingsOf(register.state, owner))).toMatchObject([{ month: '2026-11', after: null, through: { through: 4 } }]);
  });

  it('that is closed without an invoice stands in the way of no invoice that is made void', () => {
    const register = new Register();
    const { number } = register.issued({ month: '2026-12', charges: [charge(1, '2026-12')], now: at('2027-01-04T00:00:00Z') });
    register.send(closeMonth({ charges: [], through: 3 }));
    const before = spansOf('2026-11', closingsOf(register.state, owner));
    expect(register.send({ ...wrong, number, now: finalAt })).toMatchObject({ accepted: true });
    expect(spansOf('2026-11', closingsOf(register.state, owner))).toEqual(before);
    expect(register.state.voided.get(number)?.map((closing) => closing.month)).toEqual(['2026-12']);
    expect(register.issued({ month: '2026-12', charges: [charge(1, '2026-12')], through: 3, now: finalAt }).lines).toHaveLength(1);
  });

  it('is final 45 days after its end', () => {
    const since = at('2026-10-31T23:59:59.999Z');
    expect(finalMonthsSince(since, almost)).toEqual(['2026-10']);
    expect(finalMonthsSince(since, finalAt)).toEqual(['2026-10', '2026-11']);
    expect(finalMonthsSince(finalAt, finalAt)).toEqual([]);
  });
});

describe('however charges, invoices, voids and closings without a number interleave', () => {
  const MONTHS = ['2026-09', '2026-10', '2026-11', '2026-12'];
  const month = fc.constantFrom(...MONTHS);
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('charge' as const), month }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('issue' as const, 'close' as const), month, behind: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('void' as const) }) },
  );
  const now = at('2027-06-01T00:00:00Z');

  it('every charge is on one invoice that counts in the end, and what a closed month is made of never changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const register = new Register();
        const books: BookedCharge[] = [];
        const held = new Map<string, readonly (number | null)[]>();
        const spans = new Map<string, unknown>();
        const closings = (): ReturnType<typeof closingsOf> => closingsOf(register.state, owner);
        const facts = (which: string, through: number): Pick<CloseMonth, 'month' | 'after' | 'charges' | 'through' | 'now'> => {
          const after = readAfter(which, closings());
          return { month: which, after, charges: books.filter(({ version }) => version > after && version <= through), through: Math.max(after, through), now };
        };
        const send = (command: InvoiceCommand): void => {
          const decision = register.send(command);
          if (!decision.accepted) return;
          for (const event of decision.events) {
            if (event.type === 'InvoiceIssued') held.set(event.number, event.lines.map(({ version }) => version));
            if (event.type === 'InvoiceVoided') held.delete(event.number);
            if (event.type === 'MonthClosed') spans.set(event.month, spansOf(event.month, closings()));
          }
        };
        const isTold = (): void => {
          for (const [which, made] of spans) {
            expect(spansOf(which, closings())).toEqual(made);
            const through = closings().find((one) => one.month === which)?.through ?? 0;
            expect(books.filter((one) => one.month === which && one.version <= through)).toEqual([]);
          }
          const told = [...held.values()].flat();
          expect(new Set(told).size).toBe(told.length);
        };
        for (const one of steps) {
          const last = closings().filter(isInvoice).at(-1);
          if (one.kind === 'charge') books.push(charge(books.length + 1, one.month));
          else if (one.kind === 'void') {
            if (last !== undefined) send({ type: 'VoidInvoice', number: last.number, reason: 'wrong', now: at('2027-05-01T00:00:00Z') });
          } else if (one.kind === 'issue') send(issue(facts(one.month, Math.max(0, books.length - one.behind))));
          else send(closeMonth(facts(one.month, Math.max(0, books.length - one.behind))));
          isTold();
        }
        for (const which of [...MONTHS, '2027-01']) send(issue(facts(which, books.length)));
        isTold();
        expect([...held.values()].flat().sort((one, other) => (one ?? 0) - (other ?? 0))).toEqual(books.map(({ version }) => version));
        const isClosed = MONTHS.filter((which) => spans.has(which));
        expect(closings().filter((one) => !isInvoice(one)).map((one) => one.month).sort()).toEqual(isClosed);
        expect(register.state.series.get('HR-2027') ?? 0).toBe(register.state.invoices.size);
      }),
      { numRuns: 300 },
    );
  });
});

it('what was booked in the month before since it was closed belongs to this one', () => {
  const register = new Register();
  register.send(closeMonth({ through: 7 }));
  expect(booksAfter('2026-12', closingsOf(register.state, owner))).toBe(7);
  expect(booksAfter('2027-01', closingsOf(register.state, owner))).toBeNull();
});

